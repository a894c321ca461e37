// Which load to try next, and for how long: the Controller of RFC 9971 as a pure function of the
// trials made so far, so that a search interrupted at any point goes on where it stopped.

import { capacityBelief } from './capacity-evidence';
import {
  inRange,
  type LoadRange,
  loadToApproach,
  loadToConfirm,
  loadToSecure,
  type Side,
} from './load-choice';
import {
  durationSum,
  type GoalResult,
  goalResult,
  holdsOf,
  isFullLength,
  isHighLoss,
  requireGoal,
  type SearchGoal,
  type SearchTrial,
} from './load-classification';
import {
  latestStretch,
  type Offer,
  repeatAtEnd,
  repeatBelow,
  repeatOnDoubt,
  TRIALS_TO_END,
} from './machine-change';

export interface CapacitySearch extends LoadRange {
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
/** Machines lose or gain a quarter of their speed, not half of it. */
const BRACKET_FACTOR_AFTER_CHANGE = 1.2;
/** With less time than for so many full-length trials, a search that lacks a bound tries what is safe. */
const TRIALS_TO_SECURE = 5;

/**
 * The next trial, or the end. Pure: the same trials give the same step.
 *
 * Bracket: short trials at doubled or halved loads until one holds and one fails. Approach: short
 * trials on a geometric grid next to the belief's median. Confirm: full-length trials at two loads of
 * the grid, one step from the median on either side, until RFC 9971 classifies one as a lower and one as
 * an upper bound within the goal's width, the lower one first. Repeat: trials that ask whether the
 * machine is still the same, when trials contradict earlier ones and before the search ends, the lower
 * bound itself among them; if it is not, only the trials since then count.
 */
export function nextTrial(search: CapacitySearch, trials: readonly SearchTrial[]): SearchStep {
  requireSearch(search);
  const { goal, budget } = search;
  const fits = (...next: Trial[]): boolean => fitsIn(search, next);
  const own = latestStretch(goal, trials);
  const result = goalResult(goal, own);
  const end = endOf(search, result);
  const repeat = finalRepeat(search, own, result);
  const bracketFactor = own.length < trials.length ? BRACKET_FACTOR_AFTER_CHANGE : BRACKET_FACTOR;
  const step = end === null ? stepFor(search, result, own, bracketFactor) : null;
  if (step && fits(step)) {
    // A repeat that is due comes first where the step would leave no time for it and for a second one.
    return repeat && !fits(step, repeat, repeat) ? repeat : step;
  }
  if (repeat && fits(repeat)) return repeat;
  const reason = end ?? `the budget of ${budget?.seconds} s was used up`;
  return { kind: 'done', reason, byBudget: end === null };
}

const fitsIn = ({ budget }: CapacitySearch, next: readonly Trial[]): boolean =>
  budget === undefined ||
  budget.spentSeconds + durationSum(next) + next.length * budget.overheadSeconds <= budget.seconds;

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
function finalRepeat(
  search: CapacitySearch,
  trials: readonly SearchTrial[],
  result: GoalResult,
): Trial | null {
  if (search.repeats === false) return null;
  const held = holdsOf(result);
  const last = trials.at(-1);
  if (held !== null && !heldLately(search.goal, trials, held)) {
    const hasFailed = last !== undefined && last.load <= held && isHighLoss(search.goal, last);
    const below = hasFailed ? repeatBelow(search.goal, trials, offerOf(search)) : null;
    return below === null ? fullTrial(search, held) : shortTrial(search, below);
  }
  const load = repeatAtEnd(search.goal, trials, offerOf(search));
  return load === null ? null : shortTrial(search, load);
}

/** Whether one of the last trials shows that this load still holds. */
const heldLately = (goal: SearchGoal, trials: readonly SearchTrial[], held: number): boolean =>
  trials
    .slice(-TRIALS_TO_END)
    .some((trial) => trial.load >= held && isFullLength(goal, trial) && !isHighLoss(goal, trial));

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
  bracketFactor: number,
): Trial {
  const { goal } = search;
  const doubtful = search.repeats === false ? null : repeatOnDoubt(goal, trials, offerOf(search));
  if (doubtful !== null) return shortTrial(search, doubtful);
  const unbracketed = bracketLoad(search, trials, bracketFactor);
  if (unbracketed !== null) {
    // At the end of the range there is nothing beyond to try: settle the end itself.
    const atEnd = trials.some(({ load }) => load === unbracketed);
    return atEnd ? fullTrial(search, unbracketed) : shortTrial(search, unbracketed);
  }
  const belief = capacityBelief(goal, trials);
  const known = { trials, result, ...belief };
  const approaches = trials.filter((trial) => !isFullLength(goal, trial)).length;
  const isApproaching =
    belief.spread > Math.max(SPREAD_TO_CONFIRM, WIDTHS_TO_CONFIRM * goal.relativeWidth) &&
    approaches < MOST_APPROACHES;
  if (isApproaching) return shortTrial(search, loadToApproach(search, known));
  const missing = missingBound(result);
  const isLate = !fitsIn(search, Array(TRIALS_TO_SECURE).fill(fullTrial(search, belief.median)));
  const secured = missing !== null && isLate ? loadToSecure(missing, search, known) : null;
  return fullTrial(search, secured ?? loadToConfirm(search, known));
}

/** The lower one where there is neither: it is the answer, and says something without the other. */
function missingBound(result: GoalResult): Side | null {
  if (holdsOf(result) === null) return 'lower';
  return result.relevantUpperBound === null ? 'upper' : null;
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

/** The next load while all trials held or all failed; null once there is one of each. */
function bracketLoad(
  search: CapacitySearch,
  trials: readonly SearchTrial[],
  factor: number,
): number | null {
  if (trials.length === 0) return search.startLoad;
  const { failed = [], held = [] } = Object.groupBy(trials, (trial) =>
    isHighLoss(search.goal, trial) ? 'failed' : 'held',
  );
  const loads = (of: readonly SearchTrial[]): number[] => of.map(({ load }) => load);
  // By one at least: a few requests per second times 1.2 round to what they were.
  if (failed.length === 0) {
    const highest = Math.max(...loads(held));
    return inRange(search, Math.max(highest + 1, highest * factor));
  }
  if (held.length > 0) return null;
  const lowest = Math.min(...loads(failed));
  return inRange(search, Math.min(lowest - 1, Math.round(lowest / factor)));
}

/** Rounded away from the capacity, so that a repeat stays as clear as it is meant. */
const offerOf =
  ({ minLoad, maxLoad }: CapacitySearch): Offer =>
  (wanted, direction) => {
    const load = direction === 'slower' ? Math.floor(wanted) : Math.ceil(wanted);
    return load < minLoad || load > maxLoad ? null : load;
  };
