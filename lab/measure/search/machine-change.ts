// Whether the machine stayed the same during a search: well below loads that held, trials must hold,
// and well above loads that failed they must fail. Where a change explains the trials much better, it
// ends the stretch of trials that may be judged together. Pure, from the trials alone.

import { capacityBelief, highestHeld, type Knowledge } from './capacity-evidence';
import { type ChangeEvidence, changeEvidence } from './change-evidence';
import { isHighLoss, type SearchGoal, type SearchTrial } from './load-classification';

interface MachineChange<T extends SearchTrial = SearchTrial> {
  readonly direction: 'slower' | 'faster';
  /** The nearest trial that the repeats disagree with: it held at their load or more, or failed at it or less. */
  readonly first: T;
  readonly repeats: readonly [T, T];
}

/** Trials on an unchanged machine, in order. */
export interface Stretch<T extends SearchTrial = SearchTrial> {
  /** What ended the stretch before it; null for the first one. */
  readonly change: MachineChange<T> | null;
  readonly trials: readonly T[];
}

type Direction = MachineChange['direction'];

/** A load that can be offered, not closer to the capacity than the one asked for; null for none. */
export type Offer = (load: number, direction: Direction) => number | null;

/**
 * A repeat lies this far, in ln(load), from the capacity, or as far as the belief about it is
 * spread: closer, and noise decides it; farther, and it misses a machine that lost a fifth of its
 * speed.
 */
const REPEAT_MARGIN = 0.1;
/**
 * A change is called when it makes the trials this many times as likely. It is looked for after every
 * trial and at every place, so that a factor of ten would call one in many a steady machine
 * (`npm run bench -- search`).
 */
const FACTOR_TO_CHANGE = 30;
/** From this factor on, a repeat asks whether the machine changed. */
const FACTOR_TO_DOUBT = 2.5;
/** A load that was tried is repeated when it lies this close, in ln(load), to the best place. */
const REPEAT_BAND = 0.07;
/** Trials since the last one that says how fast the machine is, before it is asked again. */
export const TRIALS_TO_END = 2;

/** The trials in stretches; one stretch where nothing shows that the machine changed. */
export function stretchesOf<T extends SearchTrial>(
  goal: SearchGoal,
  trials: readonly T[],
): Stretch<T>[] {
  const stretches: { change: MachineChange<T> | null; trials: T[] }[] = [
    { change: null, trials: [] },
  ];
  for (const trial of trials) {
    const current = stretches.at(-1) as (typeof stretches)[number];
    current.trials.push(trial);
    const found = changeIn(goal, current.trials);
    if (found === null) continue;
    stretches.push({ change: found.change, trials: current.trials.splice(found.from) });
  }
  return stretches;
}

/** The trials since the machine last changed: those that a search goes on with. */
export const latestStretch = <T extends SearchTrial>(
  goal: SearchGoal,
  trials: readonly T[],
): readonly T[] => stretchesOf(goal, trials).at(-1)?.trials ?? [];

const ranks: readonly (Knowledge | undefined)[] = [undefined, 'short', 'long', 'bound'];

/**
 * The stretch that answers for a search in which the machine changed: the one whose highest load
 * that held is known best, the later of two that are alike.
 */
export function answerStretch<T extends SearchTrial>(
  goal: SearchGoal,
  trials: readonly T[],
): Stretch<T> {
  const rank = (stretch: Stretch<T>): number =>
    ranks.indexOf(highestHeld(goal, stretch.trials)?.known);
  return stretchesOf(goal, trials).reduce((best, stretch) =>
    rank(stretch) >= rank(best) ? stretch : best,
  );
}

/**
 * The load to repeat before the search goes on, where a change of the machine would explain the trials
 * better than none does.
 *
 * @param trials of the latest stretch
 */
export function repeatOnDoubt(
  goal: SearchGoal,
  trials: readonly SearchTrial[],
  offer: Offer,
): number | null {
  const evidence = evidenceAtEnd(goal, trials);
  if (evidence === null || evidence.factor < FACTOR_TO_DOUBT) return null;
  return repeatIfStale(goal, trials, [evidence.direction], 1, offer);
}

/** The load to repeat where the lower bound itself has just failed: one that is clearly below the capacity. */
export const repeatBelow = (
  goal: SearchGoal,
  trials: readonly SearchTrial[],
  offer: Offer,
): number | null => repeatIfStale(goal, trials, ['slower'], 1, offer);

/**
 * The load to repeat before the search ends: on the side, slower or faster, on which nothing that
 * was measured lately says how fast the machine is.
 *
 * @param trials of the latest stretch
 */
export function repeatAtEnd(
  goal: SearchGoal,
  trials: readonly SearchTrial[],
  offer: Offer,
): number | null {
  return (
    repeatOnDoubt(goal, trials, offer) ??
    repeatIfStale(goal, trials, ['slower', 'faster'], TRIALS_TO_END, offer)
  );
}

/** For the direction about which the trials have been silent longest, if that is long enough. */
function repeatIfStale(
  goal: SearchGoal,
  trials: readonly SearchTrial[],
  directions: readonly Direction[],
  fewest: number,
  offer: Offer,
): number | null {
  if (!isBracketed(goal, trials)) return null;
  const stale = directions
    .map((direction) => {
      const best = reachOf(goal, trials, direction);
      return {
        load: repeatLoad(goal, trials, direction, best, offer),
        silent: trialsSince(goal, trials, direction, best, offer),
      };
    })
    .filter(({ load, silent }) => load !== null && silent >= fewest)
    .sort((a, b) => b.silent - a.silent);
  const load = stale[0]?.load ?? null;
  // What was asked twice lately was answered, whether or not it was expected.
  return trials.slice(-4).filter((trial) => trial.load === load).length >= 2 ? null : load;
}

/** Trials since one that a slower (or faster) machine would not have let end as it did. */
function trialsSince(
  goal: SearchGoal,
  trials: readonly SearchTrial[],
  direction: Direction,
  best: number,
  offer: Offer,
): number {
  const offered = offer(best, direction) ?? best;
  const index = trials.findLastIndex((trial) => {
    if (directionOf(goal, trial) === direction) return false;
    return direction === 'slower'
      ? trial.load >= Math.min(offered, best * Math.exp(-REPEAT_BAND))
      : trial.load <= Math.max(offered, best * Math.exp(REPEAT_BAND));
  });
  return trials.length - 1 - index;
}

/** A trial that fails speaks for a slower machine, one that holds for a faster one. */
const directionOf = (goal: SearchGoal, trial: SearchTrial): Direction =>
  isHighLoss(goal, trial) ? 'slower' : 'faster';

function isBracketed(goal: SearchGoal, trials: readonly SearchTrial[]): boolean {
  const failed = trials.filter((trial) => isHighLoss(goal, trial)).length;
  return failed > 0 && failed < trials.length;
}

/**
 * The load closest to the capacity whose outcome is no matter of chance on a machine that stayed
 * the same: by the belief before the trials that raised the doubt.
 */
function reachOf(goal: SearchGoal, trials: readonly SearchTrial[], direction: Direction): number {
  const before = trials.slice(0, firstDisagreement(goal, trials, direction));
  const { median, spread } = capacityBelief(goal, isBracketed(goal, before) ? before : trials);
  const margin = Math.max(REPEAT_MARGIN, spread);
  return median * Math.exp(direction === 'slower' ? -margin : margin);
}

/** The nearest of the earlier trials that says the opposite at the same load, or more clearly. */
function disagreesWith<T extends SearchTrial>(
  goal: SearchGoal,
  earlier: readonly T[],
  trial: SearchTrial,
): T | undefined {
  const direction = directionOf(goal, trial);
  const sign = direction === 'slower' ? 1 : -1;
  let nearest: T | undefined;
  for (const other of earlier) {
    if (directionOf(goal, other) === direction || sign * (other.load - trial.load) < 0) continue;
    if (nearest === undefined || sign * (nearest.load - other.load) > 0) nearest = other;
  }
  return nearest;
}

/** That a change explains the trials, of which the last contradicts an earlier one; else there is no sign of one. */
function evidenceAtEnd(goal: SearchGoal, trials: readonly SearchTrial[]): ChangeEvidence | null {
  const last = trials.at(-1);
  if (last === undefined || disagreesWith(goal, trials, last) === undefined) return null;
  const known = evidenceUpTo.get(last);
  if (known?.goal === goal && known.first === trials[0] && known.count === trials.length) {
    return known.evidence;
  }
  const found = changeEvidence(goal, trials);
  const evidence = found?.direction === directionOf(goal, last) ? found : null;
  evidenceUpTo.set(last, { goal, first: trials[0], count: trials.length, evidence });
  return evidence;
}

/** A search asks for the same trials after each further one. */
const evidenceUpTo = new WeakMap<
  SearchTrial,
  {
    goal: SearchGoal;
    first: SearchTrial | undefined;
    count: number;
    evidence: ChangeEvidence | null;
  }
>();

/** The change that explains these trials, and the index of the first trial after it. */
function changeIn<T extends SearchTrial>(
  goal: SearchGoal,
  trials: readonly T[],
): { change: MachineChange<T>; from: number } | null {
  const evidence = evidenceAtEnd(goal, trials);
  if (evidence === null || evidence.factor < FACTOR_TO_CHANGE) return null;
  const { direction, from } = evidence;
  const earlier = trials.slice(0, from);
  const [previous, last] = trials
    .slice(from)
    .filter((trial) => directionOf(goal, trial) === direction)
    .filter((trial) => disagreesWith(goal, earlier, trial) !== undefined)
    .slice(-2);
  if (previous === undefined || last === undefined) return null;
  const isSlower = direction === 'slower';
  const weaker = previous.load > last.load === isSlower ? previous : last;
  const first = disagreesWith(goal, earlier, weaker) as T;
  return { change: { direction, first, repeats: [previous, last] }, from };
}

/** Index of the first of the trials at the end, in a row, that speak for a change and disagree with earlier ones. */
function firstDisagreement(
  goal: SearchGoal,
  trials: readonly SearchTrial[],
  direction: Direction,
): number {
  let from = trials.length;
  for (let index = from - 1; index > 0; index -= 1) {
    const trial = trials[index] as SearchTrial;
    if (directionOf(goal, trial) !== direction) break;
    if (disagreesWith(goal, trials.slice(0, index), trial) === undefined) break;
    from = index;
  }
  return from;
}

/** A load that was tried with the expected outcome where there is one, else the best place itself. */
function repeatLoad(
  goal: SearchGoal,
  trials: readonly SearchTrial[],
  direction: Direction,
  best: number,
  offer: Offer,
): number | null {
  const sign = direction === 'slower' ? 1 : -1;
  const tried = trials
    .filter((trial) => directionOf(goal, trial) !== direction)
    .map(({ load }) => ({ load, short: sign * Math.log(best / load) }))
    .filter(({ short }) => short >= 0 && short <= REPEAT_BAND)
    .sort((a, b) => a.short - b.short);
  return tried[0]?.load ?? offer(best, direction);
}
