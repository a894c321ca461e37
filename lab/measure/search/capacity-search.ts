// Which load to try next, and for how long: the Controller of RFC 9971 as a pure function of the
// trials made so far, so that a search interrupted at any point goes on where it stopped.

import { capacityBelief } from './capacity-evidence';
import {
  classifyLoad,
  durationSum,
  type GoalResult,
  goalResult,
  holdsOf,
  isFullLength,
  isHighLoss,
  requireGoal,
  type SearchGoal,
  type SearchTrial,
  trialsByLoad,
} from './load-classification';
import { latestStretch, type Offer, repeatAtEnd, repeatOnDoubt } from './machine-change';

/** Loads are whole numbers. */
export interface CapacitySearch {
  readonly goal: SearchGoal;
  readonly minLoad: number;
  readonly maxLoad: number;
  /** Where to begin, and the anchor of the loads that are tried. */
  readonly startLoad: number;
  /** A trial lasts long enough for this many requests. */
  readonly requestsPerTrial: number;
  /** The search ends with the bounds it has once no trial fits; without one it never does. */
  readonly budget?: {
    readonly seconds: number;
    /** Also by trials that do not count. */
    readonly spentSeconds: number;
    /** What a trial takes besides its own duration. */
    readonly overheadSeconds: number;
  };
  /** Whether to ask if the machine is still the same; default true. */
  readonly repeats?: boolean;
}

export type SearchStep =
  | { readonly kind: 'trial'; readonly load: number; readonly durationSeconds: number }
  | {
      readonly kind: 'done';
      readonly reason: string;
      /** Whether more time would have changed that. */
      readonly byBudget: boolean;
    };
type Trial = Extract<SearchStep, { kind: 'trial' }>;

/**
 * Short trials find the neighbourhood until the belief's spread, of ln(capacity), is this small, or
 * this many widths: noise does not shrink with the goal, and short trials have more of it.
 */
const SPREAD_TO_CONFIRM = 0.1;
const WIDTHS_TO_CONFIRM = 1.75;
/** On a subject too noisy to be found by short trials, go on with long ones. */
const MOST_APPROACHES = 30;
const BRACKET_FACTOR = 2;
/**
 * Until a load is known to hold, the lower of the two loads around the belief's median is measured
 * first, unless the median lies this many times closer to it than to the upper one: a load at the
 * capacity itself takes longest to decide.
 */
const LOWER_FIRST = 2;
/** Loads lie this part of a goal's width apart, so that a bound can come closer than it must. */
const STEP_OF_WIDTH = 0.45;

/**
 * The next trial, or the end. Pure: the same trials give the same step.
 *
 * Bracket: short trials at doubled or halved loads until one holds and one fails. Approach: short
 * trials on a geometric grid next to the belief's median. Confirm: full-length trials at the two
 * loads of the grid around it until RFC 9971 classifies one as a lower and one as an upper bound
 * within the goal's width, the lower one first. Repeat: short trials that ask whether the machine
 * is still the same, when trials contradict earlier ones and before the search ends; if it is not,
 * only the trials since then count. A load once classified is not measured again, so the search ends.
 */
export function nextTrial(search: CapacitySearch, trials: readonly SearchTrial[]): SearchStep {
  requireSearch(search);
  const { goal, budget } = search;
  const fits = (...next: Trial[]): boolean =>
    budget === undefined ||
    budget.spentSeconds + durationSum(next) + next.length * budget.overheadSeconds <=
      budget.seconds;
  const own = latestStretch(goal, trials);
  const result = goalResult(goal, own);
  const end = endOf(search, result);
  const repeat = finalRepeat(search, own);
  const step = end === null ? stepFor(search, result, own) : null;
  if (step && fits(step)) {
    // A repeat that is due comes first where the step would leave no time for it and for a second one.
    return repeat && !fits(step, repeat, repeat) ? repeat : step;
  }
  if (repeat && fits(repeat)) return repeat;
  const reason = end ?? `the budget of ${budget?.seconds} s was used up`;
  return { kind: 'done', reason, byBudget: end === null };
}

function requireSearch({ goal, minLoad, maxLoad, startLoad }: CapacitySearch): void {
  requireGoal(goal);
  if (goal.initialTrialDurationSeconds > goal.finalTrialDurationSeconds) {
    throw new RangeError(`goal "${goal.name}": its first trials would outlast its final ones`);
  }
  if (goal.relativeWidth >= 1) {
    throw new RangeError(`goal "${goal.name}": a width of 1 or more is no bound at all`);
  }
  if (!(minLoad > 0 && minLoad < maxLoad && startLoad >= minLoad && startLoad <= maxLoad)) {
    throw new RangeError(
      `a search needs 0 < minLoad <= startLoad <= maxLoad, got ${minLoad}, ${startLoad}, ${maxLoad}`,
    );
  }
}

/** The repeat that a search should end with; null for none. */
function finalRepeat(search: CapacitySearch, trials: readonly SearchTrial[]): Trial | null {
  if (search.repeats === false) return null;
  const load = repeatAtEnd(search.goal, trials, offerOf(search));
  return load === null ? null : shortTrial(search, load);
}

function endOf(search: CapacitySearch, result: GoalResult): string | null {
  if (result.regular) return 'the bounds are within the goal width';
  const { relevantLowerBound: lower, relevantUpperBound: upper } = result;
  if (lower !== null && upper !== null && upper - lower <= 1) {
    return 'the bounds are neighbouring whole loads';
  }
  const at = (load: number) => result.loads.find((entry) => entry.load === load)?.classification;
  if (at(search.minLoad) === 'upper') return `even the smallest load, ${search.minLoad}, fails`;
  if (upper === null && at(search.maxLoad) === 'lower') {
    return `the largest load, ${search.maxLoad}, holds`;
  }
  return null;
}

function stepFor(
  search: CapacitySearch,
  result: GoalResult,
  trials: readonly SearchTrial[],
): Trial {
  const { goal } = search;
  const doubtful = search.repeats === false ? null : repeatOnDoubt(goal, trials, offerOf(search));
  if (doubtful !== null) return shortTrial(search, doubtful);
  const unbracketed = bracketLoad(search, trials);
  if (unbracketed !== null) {
    // At the end of the range there is nothing beyond to try: settle the end itself.
    const atEnd = trials.some(({ load }) => load === unbracketed);
    return atEnd ? fullTrial(search, unbracketed) : shortTrial(search, unbracketed);
  }
  const { median, spread } = capacityBelief(goal, trials);
  const load = undecidedNear(search, result, median, trials);
  const approaches = trials.filter((trial) => !isFullLength(goal, trial)).length;
  const isApproaching =
    spread > Math.max(SPREAD_TO_CONFIRM, WIDTHS_TO_CONFIRM * goal.relativeWidth) &&
    approaches < MOST_APPROACHES;
  return isApproaching ? shortTrial(search, load) : fullTrial(search, load);
}

const shortTrial = (search: CapacitySearch, load: number): Trial =>
  trialOf(search, load, search.goal.initialTrialDurationSeconds);
const fullTrial = (search: CapacitySearch, load: number): Trial =>
  trialOf(search, load, search.goal.finalTrialDurationSeconds);

/** Long enough for the requests that it needs. */
function trialOf(search: CapacitySearch, wanted: number, seconds: number): Trial {
  const load = inRange(search, Math.round(wanted));
  const durationSeconds = Math.max(seconds, Math.ceil(search.requestsPerTrial / load));
  return { kind: 'trial', load, durationSeconds };
}

const inRange = ({ minLoad, maxLoad }: CapacitySearch, load: number): number =>
  Math.min(Math.max(load, minLoad), maxLoad);

/** The next load while all trials held or all failed; null once there is one of each. */
function bracketLoad(search: CapacitySearch, trials: readonly SearchTrial[]): number | null {
  if (trials.length === 0) return search.startLoad;
  const { failed = [], held = [] } = Object.groupBy(trials, (trial) =>
    isHighLoss(search.goal, trial) ? 'failed' : 'held',
  );
  const loads = (of: readonly SearchTrial[]): number[] => of.map(({ load }) => load);
  if (failed.length === 0) return inRange(search, Math.max(...loads(held)) * BRACKET_FACTOR);
  if (held.length > 0) return null;
  return inRange(search, Math.round(Math.min(...loads(failed)) / BRACKET_FACTOR));
}

/** The undecided of the two grid loads around the median: the lower one first, later the nearer one. */
function undecidedNear(
  search: CapacitySearch,
  result: GoalResult,
  median: number,
  trials: readonly SearchTrial[],
): number {
  const { goal } = search;
  const { notAbove, above } = gridOf(search);
  const { relevantUpperBound: upper } = result;
  const held = holdsOf(result);

  let below = notAbove(inRange(search, median));
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
  const preference = held === null ? LOWER_FIRST : 1;
  return Math.log(median / first) < preference * Math.log(second / median) ? first : second;
}

/** The grid of loads that are tried: geometric, anchored at the start, ended by the range. */
function gridOf(search: CapacitySearch) {
  const { minLoad, maxLoad, startLoad, goal } = search;
  const step = -Math.log1p(-STEP_OF_WIDTH * goal.relativeWidth);
  const at = (index: number): number =>
    inRange(search, Math.round(startLoad * Math.exp(index * step)));
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

/** Rounded away from the capacity, so that a repeat stays as clear as it is meant. */
const offerOf =
  ({ minLoad, maxLoad }: CapacitySearch): Offer =>
  (wanted, direction) => {
    const load = direction === 'slower' ? Math.floor(wanted) : Math.ceil(wanted);
    return load < minLoad || load > maxLoad ? null : load;
  };
