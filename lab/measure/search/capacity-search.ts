// Which load to try next, and for how long: the Controller of RFC 9971 as a pure function of the
// trials made so far, so that a search interrupted at any point goes on where it stopped.

import { capacityBelief } from './capacity-belief';
import { type GoalResult, goalResult, trialsByLoad } from './goal-result';
import { answerStretch } from './held-load';
import {
  classifyLoad,
  isHighLoss,
  requireGoal,
  type SearchGoal,
  type SearchTrial,
} from './load-classification';
import { latestStretch, type Offer, repeatAtEnd, repeatOnDoubt } from './machine-change';

export interface CapacitySearch {
  /** One goal or more; the search finishes one after another, every trial counting for all. */
  readonly goals: readonly SearchGoal[];
  readonly minLoad: number;
  readonly maxLoad: number;
  /** Where to begin, and the anchor of the loads that are tried. */
  readonly startLoad: number;
  /** A trial lasts long enough for this many requests; default {@link REQUESTS_A_TRIAL}. */
  readonly requestsPerTrial?: number;
  /** Trial time after which the search ends with the bounds it has; unlimited by default. */
  readonly budgetSeconds?: number;
  /** Only whole numbers can be offered: a load is rounded, and neighbours end the search. */
  readonly wholeLoads?: boolean;
  /** Whether to ask if the machine is still the same; default true. */
  readonly repeats?: boolean;
}

export type SearchStep =
  | {
      readonly kind: 'trial';
      readonly load: number;
      readonly durationSeconds: number;
      readonly goal: string;
      readonly phase: 'bracket' | 'approach' | 'confirm' | 'repeat';
    }
  | { readonly kind: 'done'; readonly reason: string; readonly results: readonly GoalResult[] };

/** A share of 1 % too slow is three requests in 300: fewer, and one request decides the trial. */
export const REQUESTS_A_TRIAL = 300;

/** The lab's goal for an SLO: its loss ratio is 1 minus the share the SLO asks for. */
export const DEFAULT_GOAL = {
  initialTrialDurationSeconds: 5,
  finalTrialDurationSeconds: 15,
  durationSumSeconds: 75,
  exceedRatio: 0.5,
  relativeWidth: 0.05,
} as const;

/** Loads lie this part of a goal's width apart, so that a bound can come closer than it must. */
const STEP_OF_WIDTH = 0.45;
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
/** Loads are rounded to this many digits: nobody wants to read 791.1482370119. */
const LOAD_DIGITS = 6;

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
  const ends: string[] = [];
  const done = (reason: string): SearchStep => ({
    kind: 'done',
    reason,
    results: search.goals.map((goal) => goalResult(goal, answerStretch(goal, trials).trials)),
  });
  const spent = trials.reduce((total, trial) => total + trial.durationSeconds, 0);
  const fits = (...next: Trial[]): boolean =>
    next.reduce((total, trial) => total + trial.durationSeconds, spent) <=
    (search.budgetSeconds ?? Number.POSITIVE_INFINITY);
  for (const goal of search.goals) {
    const own = latestStretch(goal, trials);
    const result = goalResult(goal, own);
    const end = endOf(search, result);
    const step = end === null ? stepFor(search, goal, result, own) : null;
    if (step && fits(step)) return stepOrRepeat(search, trials, step, fits);
    if (end !== null) {
      ends.push(end);
      continue;
    }
    const repeat = finalRepeat(search, trials);
    if (repeat && fits(repeat)) return repeat;
    return done(`the budget of ${search.budgetSeconds} s is used up`);
  }
  const repeat = finalRepeat(search, trials);
  return repeat && fits(repeat) ? repeat : done([...new Set(ends)].join('; '));
}

/** The repeat that is due, where the step would leave no time for it and for a second one. */
export function stepOrRepeat(
  search: CapacitySearch,
  trials: readonly SearchTrial[],
  step: Trial,
  fits: (...next: Trial[]) => boolean,
): Trial {
  const repeat = finalRepeat(search, trials);
  return repeat && !fits(step, repeat, repeat) ? repeat : step;
}

/**
 * The repeat that a search should end with; null for none. By the first goal alone: the machine is
 * the same for all of them.
 */
export function finalRepeat(search: CapacitySearch, trials: readonly SearchTrial[]): Trial | null {
  const [goal] = search.goals;
  if (goal === undefined || search.repeats === false) return null;
  const load = repeatAtEnd(goal, latestStretch(goal, trials), offerOf(search));
  return load === null ? null : trialAt(search, goal, 'repeat', load);
}

/** Whole loads are rounded away from the capacity, so that a repeat stays as clear as it is meant. */
const offerOf =
  (search: CapacitySearch): Offer =>
  (wanted, direction) => {
    const round = direction === 'slower' ? Math.floor : Math.ceil;
    const load = search.wholeLoads ? round(wanted) : roundedFor(search, wanted);
    return load < search.minLoad || load > search.maxLoad ? null : load;
  };

function requireSearch({ goals, minLoad, maxLoad, startLoad }: CapacitySearch): void {
  if (goals.length === 0) throw new RangeError('a search needs a goal');
  for (const goal of goals) {
    requireGoal(goal);
    if (goal.initialTrialDurationSeconds > goal.finalTrialDurationSeconds) {
      throw new RangeError(`goal "${goal.name}": its first trials would outlast its final ones`);
    }
    if (goal.relativeWidth >= 1) {
      throw new RangeError(`goal "${goal.name}": a width of 1 or more is no bound at all`);
    }
  }
  if (!(minLoad > 0 && minLoad < maxLoad && startLoad >= minLoad && startLoad <= maxLoad)) {
    throw new RangeError(
      `a search needs 0 < minLoad <= startLoad <= maxLoad, got ${minLoad}, ${startLoad}, ${maxLoad}`,
    );
  }
}

function endOf(search: CapacitySearch, result: GoalResult): string | null {
  if (result.regular) return 'the bounds are within the goal width';
  const { relevantLowerBound: lower, relevantUpperBound: upper } = result;
  if (search.wholeLoads && lower !== null && upper !== null && upper - lower <= 1) {
    return 'the bounds are neighbouring whole loads';
  }
  const at = (load: number) => result.loads.find((entry) => entry.load === load)?.classification;
  if (at(search.minLoad) === 'upper') return `even the smallest load, ${search.minLoad}, fails`;
  if (result.relevantUpperBound === null && at(search.maxLoad) === 'lower') {
    return `the largest load, ${search.maxLoad}, holds`;
  }
  return null;
}

export type Trial = Extract<SearchStep, { kind: 'trial' }>;

function stepFor(
  search: CapacitySearch,
  goal: SearchGoal,
  result: GoalResult,
  trials: readonly SearchTrial[],
): Trial {
  const doubtful = search.repeats === false ? null : repeatOnDoubt(goal, trials, offerOf(search));
  if (doubtful !== null) return trialAt(search, goal, 'repeat', doubtful);
  const unbracketed = bracketLoad(search, goal, trials);
  if (unbracketed !== null) {
    // At the end of the range there is nothing beyond to try: settle the end itself.
    const atEnd = trials.some(({ load }) => load === unbracketed);
    return trialAt(search, goal, atEnd ? 'confirm' : 'bracket', unbracketed);
  }
  const { median, spread } = capacityBelief(goal, trials);
  const load = undecidedNear(search, goal, result, median, trials);
  const approaches = trials.filter(
    ({ durationSeconds }) => durationSeconds < goal.finalTrialDurationSeconds,
  ).length;
  const approaching =
    spread > Math.max(SPREAD_TO_CONFIRM, WIDTHS_TO_CONFIRM * goal.relativeWidth) &&
    approaches < MOST_APPROACHES;
  return trialAt(search, goal, approaching ? 'approach' : 'confirm', load);
}

/** Full-length to confirm, short otherwise; long enough for the requests that it needs. */
function trialAt(
  search: CapacitySearch,
  goal: SearchGoal,
  phase: Trial['phase'],
  wanted: number,
): Trial {
  const load = Math.min(Math.max(roundedFor(search, wanted), search.minLoad), search.maxLoad);
  const seconds =
    phase === 'confirm' ? goal.finalTrialDurationSeconds : goal.initialTrialDurationSeconds;
  const requests = search.requestsPerTrial ?? REQUESTS_A_TRIAL;
  return {
    kind: 'trial',
    load,
    durationSeconds: Math.max(seconds, Math.ceil(requests / load)),
    goal: goal.name,
    phase,
  };
}

/** The next load while all trials held or all failed; null once there is one of each. */
function bracketLoad(
  search: CapacitySearch,
  goal: SearchGoal,
  trials: readonly SearchTrial[],
): number | null {
  if (trials.length === 0) return search.startLoad;
  const failed = trials.filter((trial) => isHighLoss(goal, trial)).map(({ load }) => load);
  const held = trials.filter((trial) => !isHighLoss(goal, trial)).map(({ load }) => load);
  if (failed.length === 0) return Math.min(Math.max(...held) * BRACKET_FACTOR, search.maxLoad);
  if (held.length === 0) {
    return Math.max(roundedFor(search, Math.min(...failed) / BRACKET_FACTOR), search.minLoad);
  }
  return null;
}

const roundedFor = (search: CapacitySearch, load: number): number =>
  search.wholeLoads ? Math.round(load) : Number(load.toPrecision(LOAD_DIGITS));

/** The grid of loads that are tried: geometric, anchored at the start, ended by the range. */
function gridOf(search: CapacitySearch, goal: SearchGoal) {
  const { minLoad, maxLoad, startLoad } = search;
  const step = -Math.log1p(-STEP_OF_WIDTH * goal.relativeWidth);
  const at = (index: number): number =>
    Math.min(Math.max(roundedFor(search, startLoad * Math.exp(index * step)), minLoad), maxLoad);
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

/** The undecided of the two grid loads around the median: the lower one first, later the nearer one. */
function undecidedNear(
  search: CapacitySearch,
  goal: SearchGoal,
  result: GoalResult,
  median: number,
  trials: readonly SearchTrial[],
): number {
  const { notAbove, above } = gridOf(search, goal);
  const { relevantUpperBound: upper } = result;
  const held = result.relevantLowerBound ?? result.effectiveLowerBound?.load ?? null;

  let below = notAbove(Math.min(Math.max(median, search.minLoad), search.maxLoad));
  while (upper !== null && below >= upper) below = notAbove(below * (1 - 1e-9));
  if (held !== null) below = Math.max(below, held);
  const beyond = Math.min(above(below), upper ?? Number.POSITIVE_INFINITY);

  const byLoad = trialsByLoad(trials);
  const undecided = [below, beyond].filter(
    (load) => classifyLoad(goal, byLoad.get(load) ?? []) === 'undecided',
  );
  const [first, second] = undecided;
  if (first === undefined) {
    throw new Error(`no load left to try between ${below} and ${beyond} for goal "${goal.name}"`);
  }
  if (second === undefined) return first;
  const preference = held === null ? LOWER_FIRST : 1;
  return Math.log(median / first) < preference * Math.log(second / median) ? first : second;
}
