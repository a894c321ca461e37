// The bounds that all trials so far give one goal (RFC 9971, Goal Result).

import {
  type Classification,
  classifyLoad,
  conditionalThroughput,
  requireGoal,
  type SearchGoal,
  type SearchTrial,
} from './load-classification';

export interface ClassifiedLoad {
  readonly load: number;
  readonly classification: Classification;
}

export interface GoalResult {
  readonly name: string;
  /** Every load measured, in increasing order. */
  readonly loads: readonly ClassifiedLoad[];
  /** The largest lower bound below the relevant upper bound; null without either. */
  readonly relevantLowerBound: number | null;
  /** The smallest upper bound; null where no load is one. */
  readonly relevantUpperBound: number | null;
  /** At the relevant lower bound. */
  readonly conditionalThroughput: number | null;
  /** Both bounds exist, no farther apart than the goal's width (Regular Goal Result). */
  readonly regular: boolean;
  /**
   * What an irregular result may still say: the largest lower bound where no upper bound exists.
   * "Effective", not relevant: a higher load might hold as well.
   */
  readonly effectiveLowerBound: {
    readonly load: number;
    readonly conditionalThroughput: number;
  } | null;
  readonly warnings: readonly string[];
}

/** (upper - lower) / upper, RFC 9971's relative difference as its reference implementation has it. */
function relativeWidth(lower: number, upper: number): number {
  return (upper - lower) / upper;
}

/** What all trials so far say about one goal (RFC 9971, Goal Result). */
export function goalResult(goal: SearchGoal, trials: readonly SearchTrial[]): GoalResult {
  requireGoal(goal);
  const byLoad = trialsByLoad(trials);
  const loads = [...byLoad.keys()]
    .sort((x, y) => x - y)
    .map((load) => ({ load, classification: classifyLoad(goal, byLoad.get(load) ?? []) }));
  const upper = loads.find(({ classification }) => classification === 'upper')?.load ?? null;
  const lower =
    loads.findLast(
      ({ load, classification }) => classification === 'lower' && (upper === null || load < upper),
    )?.load ?? null;
  const throughput =
    lower === null ? null : conditionalThroughput(goal, lower, byLoad.get(lower) ?? []);
  const effective =
    upper === null && lower !== null && throughput !== null
      ? { load: lower, conditionalThroughput: throughput }
      : null;
  const relevantLower = upper === null ? null : lower;
  return {
    name: goal.name,
    loads,
    relevantLowerBound: relevantLower,
    relevantUpperBound: upper,
    conditionalThroughput: upper === null ? null : throughput,
    regular:
      relevantLower !== null &&
      upper !== null &&
      relativeWidth(relevantLower, upper) <= goal.relativeWidth,
    effectiveLowerBound: effective,
    warnings: boundWarnings(goal, relevantLower, upper, effective?.load ?? null),
  };
}

/** Trials grouped by their load, each group in the order the trials were made. */
export function trialsByLoad(trials: readonly SearchTrial[]): Map<number, SearchTrial[]> {
  const groups = new Map<number, SearchTrial[]>();
  for (const trial of trials) {
    if (!(trial.load > 0 && trial.durationSeconds > 0)) {
      throw new RangeError(
        `a trial needs a positive load and duration, got ${trial.load} and ${trial.durationSeconds}`,
      );
    }
    if (!(trial.lossRatio >= 0 && trial.lossRatio <= 1)) {
      throw new RangeError(`a trial's lossRatio lies from 0 to 1, got ${trial.lossRatio}`);
    }
    const group = groups.get(trial.load);
    if (group) group.push(trial);
    else groups.set(trial.load, [trial]);
  }
  return groups;
}

function boundWarnings(
  goal: SearchGoal,
  lower: number | null,
  upper: number | null,
  effective: number | null,
): string[] {
  if (upper === null) {
    const held = effective === null ? '' : ` ${effective} holds; a higher load might as well.`;
    return [
      'No load failed often enough to be an upper bound, and so there is no relevant lower bound ' +
        `either.${held}`,
    ];
  }
  if (lower === null) {
    return [`No load below ${upper} held often enough to be a lower bound; measure lower loads.`];
  }
  const width = relativeWidth(lower, upper);
  return width <= goal.relativeWidth
    ? []
    : [
        `The bounds are ${(100 * width).toPrecision(3)} % apart, the goal asks ` +
          `for ${(100 * goal.relativeWidth).toPrecision(3)} %.`,
      ];
}
