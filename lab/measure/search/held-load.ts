// The highest load that held in a search, and how well that is known: what a search says that has
// not reached its goal's lower bound.

import { goalResult, trialsByLoad } from './goal-result';
import { isFullLength, isHighLoss, type SearchGoal, type SearchTrial } from './load-classification';
import { type Stretch, stretchesOf } from './machine-change';

/**
 * `bound`: enough full-length trials held, by the goal's rule (RFC 9971). `long`: of the full-length
 * trials at it, enough held so far, but more are needed. `short`: only short trials held.
 */
export type Knowledge = 'bound' | 'long' | 'short';

export interface HeldLoad {
  readonly load: number;
  readonly known: Knowledge;
  /** Trials of that length at the load: those that held, of all. */
  readonly held: number;
  readonly trials: number;
  /** The shortest of them. */
  readonly seconds: number;
  /** Full-length trials that failed at the load or below it: 0 unless `short`. */
  readonly longFailed: number;
}

/** @returns null where no trial held below the smallest upper bound */
export function highestHeld(goal: SearchGoal, trials: readonly SearchTrial[]): HeldLoad | null {
  const { relevantLowerBound, relevantUpperBound, effectiveLowerBound } = goalResult(goal, trials);
  const bound = relevantLowerBound ?? effectiveLowerBound?.load ?? null;
  const below = trials.filter(
    ({ load }) => load < (relevantUpperBound ?? Number.POSITIVE_INFINITY),
  );
  const long = below.filter((trial) => isFullLength(goal, trial));
  const short = below.filter((trial) => !isFullLength(goal, trial));
  if (bound !== null) return heldAt(goal, bound, 'bound', long);
  const byLong = highestLeaning(goal, long);
  if (byLong !== null) return heldAt(goal, byLong, 'long', long);
  // One short trial that failed lower down says less than several that held above it.
  const byShort = holdingLoads(goal, short).at(-1) ?? null;
  if (byShort === null) return null;
  const longFailed = long.filter(
    (trial) => trial.load <= byShort && isHighLoss(goal, trial),
  ).length;
  return { ...heldAt(goal, byShort, 'short', short), longFailed };
}

function heldAt(
  goal: SearchGoal,
  load: number,
  known: Knowledge,
  trials: readonly SearchTrial[],
): HeldLoad {
  const at = trials.filter((trial) => trial.load === load);
  const held = at.filter((trial) => !isHighLoss(goal, trial)).length;
  const seconds = Math.min(...at.map(({ durationSeconds }) => durationSeconds));
  return { load, known, held, trials: at.length, seconds, longFailed: 0 };
}

/** Below all loads that lean to fail: few long trials fail by chance. */
function highestLeaning(goal: SearchGoal, trials: readonly SearchTrial[]): number | null {
  const holding = new Set(holdingLoads(goal, trials));
  const failing = trials.map(({ load }) => load).filter((load) => !holding.has(load));
  const least = Math.min(...failing);
  return [...holding].filter((load) => load < least).at(-1) ?? null;
}

/** Loads at which no more than the goal's share of the time was high-loss, in increasing order. */
function holdingLoads(goal: SearchGoal, trials: readonly SearchTrial[]): number[] {
  return [...trialsByLoad(trials)]
    .filter(([, at]) => leansToHold(goal, at))
    .map(([load]) => load)
    .sort((a, b) => a - b);
}

/** @param trials at one load */
export function leansToHold(goal: SearchGoal, trials: readonly SearchTrial[]): boolean {
  const seconds = (of: readonly SearchTrial[]): number =>
    of.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  return (
    seconds(trials.filter((trial) => isHighLoss(goal, trial))) <= goal.exceedRatio * seconds(trials)
  );
}

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
