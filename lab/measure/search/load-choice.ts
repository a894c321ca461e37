// Which of the loads on a search's grid is measured next, by the belief about the capacity and by what
// has been decided. Pure.

import {
  classifyLoad,
  type GoalResult,
  holdsOf,
  isFullLength,
  isHighLoss,
  type SearchGoal,
  type SearchTrial,
  trialsByLoad,
} from './load-classification';

/** Loads are whole numbers from `minLoad` to `maxLoad`. */
export interface LoadRange {
  readonly goal: SearchGoal;
  readonly minLoad: number;
  readonly maxLoad: number;
  /** Where to begin, and the anchor of the loads that are tried. */
  readonly startLoad: number;
}

/** What is known when a load is chosen. */
export interface Known {
  readonly trials: readonly SearchTrial[];
  readonly result: GoalResult;
  readonly median: number;
  readonly spread: number;
}

/** Loads lie this part of a goal's width apart, so that two of them apart are within it. */
const STEP_OF_WIDTH = 0.45;
/** A load that was begun is finished while it lies this many steps from the median at most. */
const MOST_STEPS_AWAY = 2.5;
/** A load this many spreads from the median ends as expected nine times in ten, if it is this far, in ln(load). */
const SAFE_SPREADS = 1.3;
const SAFE_MARGIN = 0.08;

/** The bound that a load is to become. */
export type Side = 'lower' | 'upper';

export const inRange = ({ minLoad, maxLoad }: LoadRange, load: number): number =>
  Math.min(Math.max(load, minLoad), maxLoad);

const stepOf = ({ goal }: LoadRange): number => -Math.log1p(-STEP_OF_WIDTH * goal.relativeWidth);

/** The undecided of the two grid loads around the median, the nearer one where both are. */
export function loadToApproach(range: LoadRange, { trials, result, median }: Known): number {
  const { goal } = range;
  const { notAbove, above } = gridOf(range);
  const { relevantUpperBound: upper } = result;
  const held = holdsOf(result);

  let below = notAbove(inRange(range, median));
  while (upper !== null && below >= upper) below = notAbove(below * (1 - 1e-9));
  if (held !== null) below = Math.max(below, held);
  const beyond = Math.min(above(below), upper ?? Number.POSITIVE_INFINITY);

  const byLoad = trialsByLoad(trials);
  const [first, second] = [below, beyond].filter(
    (load) => classifyLoad(goal, byLoad.get(load) ?? []) === 'undecided',
  );
  if (first === undefined) {
    throw new Error(`no load left to try between ${below} and ${beyond} for goal "${goal.name}"`);
  }
  if (second === undefined) return first;
  return Math.log(median / first) < Math.log(second / median) ? first : second;
}

/**
 * The next load of the two that are to become the bounds, one step from the median on either side: a load
 * at the capacity itself takes longest to decide. The lower one comes first, then the side that is less
 * closely bounded.
 */
export function loadToConfirm(range: LoadRange, known: Known): number {
  const { result, median } = known;
  const held = holdsOf(result);
  const { relevantUpperBound: upper } = result;
  const gapBelow = held === null ? Number.POSITIVE_INFINITY : Math.log(median / held);
  const gapAbove = upper === null ? Number.POSITIVE_INFINITY : Math.log(upper / median);
  const order = (['lower', 'upper'] as const).toSorted((side) =>
    (side === 'lower') === gapBelow >= gapAbove ? -1 : 1,
  );
  const [load] = order.flatMap((side) => candidateOn(side, range, known) ?? []);
  return load ?? loadToApproach(range, known);
}

/** One that was begun and may soon be decided, else a new one; null where nothing is left on this side. */
function candidateOn(
  side: Side,
  range: LoadRange,
  { trials, result, median }: Known,
): number | null {
  const { goal } = range;
  const step = stepOf(range);
  const sign = side === 'lower' ? -1 : 1;
  const byLoad = trialsByLoad(trials);
  const [held, upper] = [holdsOf(result), result.relevantUpperBound];
  const isOpen = (load: number): boolean =>
    (held === null || load > held) &&
    (upper === null || load < upper) &&
    classifyLoad(goal, byLoad.get(load) ?? []) === 'undecided';
  /** Full-length trials there that speak for the bound, less those that speak against it. */
  const leaning = (load: number): number => {
    const full = (byLoad.get(load) ?? []).filter((trial) => isFullLength(goal, trial));
    const high = full.filter((trial) => isHighLoss(goal, trial)).length;
    return side === 'upper' ? high - (full.length - high) : full.length - 2 * high;
  };
  const stepsAway = (load: number): number => (sign * Math.log(load / median)) / step;
  const [begun] = [...byLoad.keys()]
    .filter((load) => isOpen(load) && leaning(load) > 0)
    .filter((load) => stepsAway(load) >= 0 && stepsAway(load) <= MOST_STEPS_AWAY)
    .sort((a, b) => leaning(b) - leaning(a) || stepsAway(a) - stepsAway(b));
  if (begun !== undefined) return begun;
  const { notAbove, above } = gridOf(range);
  const fresh =
    side === 'lower'
      ? notAbove(inRange(range, median * Math.exp(-step / 2)))
      : above(inRange(range, median * Math.exp(step / 2) * (1 - 1e-9)));
  return isOpen(fresh) ? fresh : null;
}

/**
 * One that will probably become this bound, where little time is left; null where there is none. Of the nearest that
 * is safe, one that was begun and, for an upper bound, those beyond that failed in short trials, which count towards
 * it: the one that needs the fewest trials.
 */
export function loadToSecure(side: Side, range: LoadRange, known: Known): number | null {
  const { goal } = range;
  const { trials, median, spread } = known;
  const sign = side === 'lower' ? -1 : 1;
  const byLoad = trialsByLoad(trials);
  const at = (load: number): SearchTrial[] => byLoad.get(load) ?? [];
  /** In ln(load), away from the median. */
  const away = (load: number): number => sign * Math.log(load / median);
  const margin = Math.max(SAFE_MARGIN, SAFE_SPREADS * spread);
  const target = inRange(range, median * Math.exp(sign * margin));
  const { notAbove, above } = gridOf(range);
  const safe = side === 'lower' ? notAbove(target) : above(target * (1 - 1e-9));
  const tried = [...byLoad.keys()]
    .filter((load) => side === 'upper' && away(load) >= margin && away(load) <= 2 * margin)
    .sort((a, b) => a - b);
  const candidate = candidateOn(side, range, known);
  const isBegun = (load: number): boolean =>
    away(load) >= 0 && at(load).some((trial) => isFullLength(goal, trial));
  const begun = candidate !== null && isBegun(candidate) ? [candidate] : [];
  const [best] = [safe, ...tried, ...begun]
    .filter((load) => classifyLoad(goal, at(load)) === 'undecided')
    .map((load) => ({ load, needs: trialsToDecide(goal, side, load, at(load)) }))
    .sort((a, b) => a.needs - b.needs);
  return best?.load ?? null;
}

/** How many full-length trials make a load this bound, if all of them end as expected. */
function trialsToDecide(
  goal: SearchGoal,
  side: Side,
  load: number,
  made: readonly SearchTrial[],
): number {
  const expected: SearchTrial = {
    load,
    durationSeconds: goal.finalTrialDurationSeconds,
    lossRatio: side === 'lower' ? 0 : 1,
  };
  const trials = [...made];
  while (classifyLoad(goal, trials) !== side) trials.push(expected);
  return trials.length - made.length;
}

/** The grid of loads that are tried: geometric, anchored at the start, ended by the range. */
function gridOf(range: LoadRange) {
  const { minLoad, maxLoad, startLoad } = range;
  const step = stepOf(range);
  const at = (index: number): number =>
    inRange(range, Math.round(startLoad * Math.exp(index * step)));
  const indexBelow = (load: number): number => Math.floor(Math.log(load / startLoad) / step);
  /** The largest grid load not above `load`; rounding may have moved it by more than a place. */
  const notAbove = (load: number): number => {
    let index = indexBelow(load) + 1;
    while (at(index) > load && at(index) > minLoad) index -= 1;
    return at(index);
  };
  /** The smallest grid load above `load`. */
  const above = (load: number): number => {
    let index = indexBelow(load);
    while (at(index) <= load && at(index) < maxLoad) index += 1;
    return at(index);
  };
  return { notAbove, above };
}
