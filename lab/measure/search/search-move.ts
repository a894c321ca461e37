// What a search for a capacity does next. Pure: the experiment asks after each trial, and one that
// was interrupted asks again.

import { z } from 'zod';
import { mostRps } from '../plans';
import { nextTrial } from './capacity-search';
import type { SearchSettings } from './search-settings';
import { MIN_LOAD, type SearchedTrial, type SearchState } from './search-state';

export const searchEndingSchema = z.strictObject({
  kind: z.literal('done'),
  /** `regular`: the bounds came within the goal's width; every other ending says less. */
  ending: z.enum(['void', 'generator', 'regular', 'range', 'budget']),
  reason: z.string(),
});
export type SearchEnding = z.infer<typeof searchEndingSchema>;

export type SearchMove =
  | { kind: 'calibration' }
  | { kind: 'trial'; load: number; durationSeconds: number }
  | SearchEnding;

/** A neighbour that spoils this many trials of one load in a row will spoil the next one too. */
const MOST_VOIDS_IN_A_ROW = 5;

/**
 * How a search ended; null while it has not. No repeat and no short trial is missed in one that is
 * read from disk: what a search does next has changed before, and its end must not with it.
 */
export function endingOf(settings: SearchSettings, state: SearchState): SearchEnding | null {
  const move = nextMove(settings, state, false);
  if (move.kind === 'done') return move;
  const full = settings.goal.finalTrialDurationSeconds;
  const left = settings.budgetSeconds - state.spentSeconds;
  const isLeft = settings.warmupSeconds.later + full + state.overheadSeconds <= left;
  return move.kind === 'calibration' || isLeft
    ? null
    : done('budget', `the budget of ${settings.budgetSeconds} s was used up`);
}

/** The next move of a search in this state. */
export function nextMove(settings: SearchSettings, state: SearchState, repeats = true): SearchMove {
  const { startLoad, trials, generatorLimitRps } = state;
  if (startLoad === null) return { kind: 'calibration' };
  const voids = trailingVoids(trials);
  if (voids.length >= MOST_VOIDS_IN_A_ROW) {
    const [reason = 'no reason is on record'] = voids.at(-1)?.reasons ?? [];
    return done('void', `${voids.length} trials in a row were void, the last one by: ${reason}`);
  }
  const maxLoad = generatorLimitRps ?? mostRps;
  const { goal, requestsPerTrial, budgetSeconds, warmupSeconds } = settings;
  const warmup = trials.length === 0 ? warmupSeconds.first : warmupSeconds.later;
  const step = nextTrial(
    {
      goal,
      minLoad: MIN_LOAD,
      maxLoad,
      startLoad: Math.min(startLoad, maxLoad),
      requestsPerTrial,
      budget: {
        seconds: budgetSeconds,
        spentSeconds: state.spentSeconds,
        overheadSeconds: warmup + state.overheadSeconds,
      },
      repeats,
    },
    state.stretches.flatMap((stretch) => stretch.trials),
  );
  if (step.kind === 'trial') return step;
  if (step.byBudget) return done('budget', step.reason);
  if (state.goal.regular) return done('regular', step.reason);
  const byGenerator = generatorLimitRps !== null && state.goal.relevantUpperBound === null;
  return byGenerator
    ? done(
        'generator',
        `the generator was the limit above ${generatorLimitRps.toLocaleString('en')} per second`,
      )
    : done('range', step.reason);
}

/** Those of the last load alone: where the generator is the limit, a void trial lowers the next. */
function trailingVoids(trials: readonly SearchedTrial[]): SearchedTrial[] {
  const last = trials.at(-1)?.load;
  const others = trials.findLastIndex(({ outcome, load }) => outcome !== 'void' || load !== last);
  return trials.slice(others + 1);
}

const done = (ending: SearchEnding['ending'], reason: string): SearchEnding => ({
  kind: 'done',
  ending,
  reason,
});
