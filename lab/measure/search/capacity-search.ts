// Which load to try next, and for how long: the Controller of RFC 9971 as a pure function of the
// trials made so far, so that a search interrupted at any point goes on where it stopped.

import { capacityBelief, highestHeld, type Knowledge } from './capacity-evidence';
import {
  classifyLoad,
  type GoalResult,
  goalResult,
  isHighLoss,
  type SearchGoal,
  type SearchTrial,
  trialsByLoad,
} from './load-classification';
import { type CapacitySearch, gridOf, offerOf, requireSearch, roundedFor } from './load-grid';
import {
  latestStretch,
  repeatAtEnd,
  repeatOnDoubt,
  type Stretch,
  stretchesOf,
} from './machine-change';
import { REQUESTS_A_TRIAL } from './search-settings';

export type SearchStep =
  | {
      readonly kind: 'trial';
      readonly load: number;
      readonly durationSeconds: number;
      readonly goal: string;
      readonly phase: 'bracket' | 'approach' | 'confirm' | 'repeat';
    }
  | { readonly kind: 'done'; readonly reason: string; readonly results: readonly GoalResult[] };
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
