// Which load to try next, and for how long: the Controller of RFC 9971 as a pure function of the
// trials made so far, so that a search interrupted at any point goes on where it stopped.

import { capacityBelief } from './capacity-belief';
import { type GoalResult, goalResult, trialsByLoad } from './goal-result';
import {
  classifyLoad,
  isHighLoss,
  requireGoal,
  type SearchGoal,
  type SearchTrial,
} from './load-classification';

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
}

export type SearchStep =
  | {
      readonly kind: 'trial';
      readonly load: number;
      readonly durationSeconds: number;
      readonly goal: string;
      readonly phase: 'bracket' | 'approach' | 'confirm';
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
const STEP_OF_WIDTH = 0.49;
/** Short trials find the neighbourhood until the belief's spread is this many widths. */
const SPREAD_TO_CONFIRM = 1.75;
/** On a subject too noisy to be found by short trials, go on with long ones. */
const MOST_APPROACHES = 30;
const BRACKET_FACTOR = 2;
/** Loads are rounded to this many digits: nobody wants to read 791.1482370119. */
const LOAD_DIGITS = 6;

/**
 * The next trial, or the end. Pure: the same trials give the same step.
 *
 * Bracket: short trials at doubled or halved loads until one holds and one fails. Approach: short
 * trials on a geometric grid next to the belief's median. Confirm: full-length trials at the two
 * loads of the grid around it until RFC 9971 classifies one as a lower and one as an upper bound within the goal's
 * width. A load once classified is not measured again, so the search ends.
 */
export function nextTrial(search: CapacitySearch, trials: readonly SearchTrial[]): SearchStep {
  requireSearch(search);
  const results = search.goals.map((goal) => goalResult(goal, trials));
  const ends: string[] = [];
  for (const [i, goal] of search.goals.entries()) {
    const end = endOf(search, results[i] as GoalResult);
    if (end) {
      ends.push(end);
      continue;
    }
    const step = stepFor(search, goal, results[i] as GoalResult, trials);
    const spent = trials.reduce((total, trial) => total + trial.durationSeconds, 0);
    if (spent + step.durationSeconds > (search.budgetSeconds ?? Number.POSITIVE_INFINITY)) {
      return {
        kind: 'done',
        reason: `the budget of ${search.budgetSeconds} s is used up`,
        results,
      };
    }
    return step;
  }
  return { kind: 'done', reason: [...new Set(ends)].join('; '), results };
}

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

type Trial = Extract<SearchStep, { kind: 'trial' }>;

function stepFor(
  search: CapacitySearch,
  goal: SearchGoal,
  result: GoalResult,
  trials: readonly SearchTrial[],
): Trial {
  const trial = (phase: Trial['phase'], load: number, seconds: number): Trial => ({
    kind: 'trial',
    load,
    durationSeconds: Math.max(
      seconds,
      Math.ceil((search.requestsPerTrial ?? REQUESTS_A_TRIAL) / load),
    ),
    goal: goal.name,
    phase,
  });
  const short = goal.initialTrialDurationSeconds;
  const full = goal.finalTrialDurationSeconds;

  const unbracketed = bracketLoad(search, goal, trials);
  if (unbracketed !== null) {
    // At the end of the range there is nothing beyond to try: settle the end itself.
    const atEnd = trials.some(({ load }) => load === unbracketed);
    return atEnd ? trial('confirm', unbracketed, full) : trial('bracket', unbracketed, short);
  }
  const { median, spread } = capacityBelief(goal, trials);
  const load = undecidedNear(search, goal, result, median, trials);
  const approaches = trials.filter(({ durationSeconds }) => durationSeconds < full).length;
  const approaching =
    spread > SPREAD_TO_CONFIRM * goal.relativeWidth && approaches < MOST_APPROACHES;
  return approaching ? trial('approach', load, short) : trial('confirm', load, full);
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

/** The undecided of the two grid loads around the median that lies nearer to it. */
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
  return median / first < second / median ? first : second;
}
