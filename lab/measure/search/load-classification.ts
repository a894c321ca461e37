// Whether a load meets a goal, and the bounds that all trials give it, by RFC 9971 (Multiple Loss Ratio
// Search, MLRsearch), exactly. Names in comments with capitals are the RFC's terms.

import { z } from 'zod';
import { InvalidData } from '../../statistics/caller';

export const searchGoalSchema = z.strictObject({
  name: z.string(),
  /** Goal Initial Trial Duration: the shortest trial worth making for this goal. */
  initialTrialDurationSeconds: z.number().positive(),
  /** Goal Final Trial Duration: a trial at least this long is full-length. */
  finalTrialDurationSeconds: z.number().positive(),
  /** Goal Duration Sum: full-length trials of this total always decide a load. */
  durationSumSeconds: z.number().positive(),
  /** Goal Loss Ratio, 0 to below 1: a trial that loses more is high-loss. */
  lossRatio: z.number().nonnegative(),
  /** Goal Exceed Ratio, 0 to below 1: this share of time may be high-loss at a lower bound. */
  exceedRatio: z.number().nonnegative(),
  /** Goal Width: (upper - lower) / upper of the bounds, at most. */
  relativeWidth: z.number().positive(),
});
export type SearchGoal = Readonly<z.infer<typeof searchGoalSchema>>;

export interface SearchTrial {
  /** Offered load; trials of equal load are judged together. */
  readonly load: number;
  readonly durationSeconds: number;
  /** Trial Loss Ratio, 0 to 1: in the lab, the share of requests too slow or failed. */
  readonly lossRatio: number;
}

const classificationSchema = z.enum(['lower', 'upper', 'undecided']);
export type Classification = z.infer<typeof classificationSchema>;

export const goalResultSchema = z.strictObject({
  name: z.string(),
  /** Every load measured, in increasing order. */
  loads: z
    .array(
      z.strictObject({
        load: z.number(),
        classification: classificationSchema,
      }),
    )
    .readonly(),
  /** The largest lower bound below the relevant upper bound; null without either. */
  relevantLowerBound: z.number().nullable(),
  /** The smallest upper bound; null where no load is one. */
  relevantUpperBound: z.number().nullable(),
  /** At the relevant lower bound. */
  conditionalThroughput: z.number().nullable(),
  /** Both bounds exist, no farther apart than the goal's width (Regular Goal Result). */
  regular: z.boolean(),
  /**
   * What an irregular result may still say: the largest lower bound where no upper bound exists.
   * "Effective", not relevant: a higher load might hold as well.
   */
  effectiveLowerBound: z
    .strictObject({
      load: z.number(),
      conditionalThroughput: z.number(),
    })
    .nullable(),
  warnings: z.array(z.string()).readonly(),
});
export type GoalResult = z.infer<typeof goalResultSchema>;

/** @throws InvalidData naming the goal and the field that RFC 9971 does not allow */
export function requireGoal(goal: SearchGoal): void {
  const refuse = (field: keyof SearchGoal, rule: string): never => {
    throw new InvalidData(`goal "${goal.name}": ${field} must be ${rule}, got ${goal[field]}`);
  };
  const durations = [
    'initialTrialDurationSeconds',
    'finalTrialDurationSeconds',
    'durationSumSeconds',
  ] as const;
  for (const field of durations) if (!(goal[field] > 0)) refuse(field, 'positive');
  for (const field of ['lossRatio', 'exceedRatio'] as const) {
    if (!(goal[field] >= 0 && goal[field] < 1)) refuse(field, 'from 0 to below 1');
  }
  if (!(goal.relativeWidth > 0)) refuse('relativeWidth', 'positive');
}

/** High-loss is strictly more than the goal allows: equal is low-loss (RFC 9971, Trial Classification). */
export function isHighLoss(goal: SearchGoal, trial: SearchTrial): boolean {
  return trial.lossRatio > goal.lossRatio;
}

/** A trial as long as the goal's final duration is full-length: equal is not short. */
export function isFullLength(goal: SearchGoal, trial: SearchTrial): boolean {
  return trial.durationSeconds >= goal.finalTrialDurationSeconds;
}

export const durationSum = (trials: readonly Pick<SearchTrial, 'durationSeconds'>[]): number =>
  trials.reduce((total, { durationSeconds }) => total + durationSeconds, 0);

function durationSums(goal: SearchGoal, trials: readonly SearchTrial[]) {
  const sum = (isFull: boolean, isHigh: boolean): number =>
    durationSum(
      trials.filter(
        (trial) => isFullLength(goal, trial) === isFull && isHighLoss(goal, trial) === isHigh,
      ),
    );
  return {
    fullLow: sum(true, false),
    fullHigh: sum(true, true),
    shortLow: sum(false, false),
    shortHigh: sum(false, true),
  };
}

/**
 * Load Classification (RFC 9971, appendix "Load Classification Code"), in the RFC's own order of
 * operations, so that rounding falls the same way.
 *
 * @param trials every trial made at one load; none makes it undecided
 */
export function classifyLoad(goal: SearchGoal, trials: readonly SearchTrial[]): Classification {
  const { fullLow, fullHigh, shortLow, shortHigh } = durationSums(goal, trials);
  const exceedCoefficient = goal.exceedRatio / (1 - goal.exceedRatio);
  const balancing = shortLow * exceedCoefficient;
  const positiveExcess = Math.max(0, shortHigh - balancing);
  const effectiveHigh = fullHigh + positiveExcess;
  const effectiveFull = fullLow + effectiveHigh;
  const effectiveWhole = Math.max(effectiveFull, goal.durationSumSeconds);
  const quantileDuration = effectiveWhole * goal.exceedRatio;
  const pessimisticHigh = effectiveWhole - fullLow;
  const pessimisticIsLower = pessimisticHigh <= quantileDuration;
  const optimisticIsLower = effectiveHigh <= quantileDuration;
  if (pessimisticIsLower && optimisticIsLower) return 'lower';
  return pessimisticIsLower || optimisticIsLower ? 'undecided' : 'upper';
}

/**
 * Conditional Throughput at one load (RFC 9971, appendix "Conditional Throughput Code", which the
 * definition of the term points to; the prose beside it leaves out the Goal Duration Sum): the load
 * times the forwarding ratio of the full-length trial at the goal's quantile, trials not yet made
 * counting as lost.
 *
 * @param trials every trial made at the load, one at least
 */
export function conditionalThroughput(
  goal: SearchGoal,
  load: number,
  trials: readonly SearchTrial[],
): number {
  const full = trials
    .filter((trial) => isFullLength(goal, trial))
    .sort((x, y) => x.lossRatio - y.lossRatio);
  const { fullLow, fullHigh } = durationSums(goal, trials);
  const whole = Math.max(goal.durationSumSeconds, fullLow + fullHigh);
  let remaining = whole * (1 - goal.exceedRatio);
  let lossRatio: number | undefined;
  for (const trial of full) {
    if (lossRatio !== undefined && !(remaining > 0)) return load * (1 - lossRatio);
    lossRatio = trial.lossRatio;
    remaining -= trial.durationSeconds;
  }
  return load * (1 - (remaining > 0 || lossRatio === undefined ? 1 : lossRatio));
}

/** The largest load known to hold, with or without an upper bound; null where none is. */
export const holdsOf = ({ relevantLowerBound, effectiveLowerBound }: GoalResult): number | null =>
  relevantLowerBound ?? effectiveLowerBound?.load ?? null;

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
  for (const trial of trials) {
    if (!(trial.load > 0 && trial.durationSeconds > 0)) {
      throw new InvalidData(
        `a trial needs a positive load and duration, got ${trial.load} and ${trial.durationSeconds}`,
      );
    }
    if (!(trial.lossRatio >= 0 && trial.lossRatio <= 1)) {
      throw new InvalidData(`a trial's lossRatio lies from 0 to 1, got ${trial.lossRatio}`);
    }
  }
  return Map.groupBy(trials, ({ load }) => load);
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
