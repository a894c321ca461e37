// What a night was asked (run.json, `design`) and what it measured, from its trials alone; tonight.ts
// judges that against the history.

import { z } from 'zod';
import { appNameSchema } from '../../../contract/apps';
import { interleavedDesign, turnsDesign } from '../../measure/turns/interleaved';
import { type RatioMetric, ratioMetrics, seriesId } from '../../results/night-schema';
import { answerSchema } from '../../results/reported-run';
import { positive, type RunFigures, runFigures } from '../../results/trial/measures';
import type { DesignedTrial } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { FEWEST_BLOCKS } from '../../statistics/contrast';
import { geometricMean, logs } from '../../statistics/descriptive';
import { intervalSchema, meanInterval } from '../../statistics/intervals';
import { ratioOf } from './verdict';

const nightlyPair = z.strictObject({
  app: appNameSchema,
  profile: z.string(),
  workload: z.string(),
  /** Index in the run's subjects, of arm A and of the yardstick, which is arm B. */
  subject: z.int().nonnegative(),
  against: z.int().nonnegative(),
  /** As the history names it, such as "APP@COMMIT". */
  yardstick: z.string(),
  /** Of an app in a repository of its own. */
  revision: z.string().exactOptional(),
  rateRps: z.number().positive(),
  turns: turnsDesign,
  /** Subject, load and SLO in words: nights under another are another series. */
  configuration: z.string(),
});
export type NightlyPair = z.infer<typeof nightlyPair>;

export const nightlyDesign = interleavedDesign.pick({ warmupSeconds: true, seconds: true }).extend({
  /** Of kind `nightly` are nights made before there were yardsticks. */
  kind: z.literal('night'),
  /** The date that it is filed under. */
  night: z.iso.date(),
  pairs: z.array(nightlyPair),
  /** Of each pair. */
  blocks: z.int().positive(),
  mostVoidShare: z.number(),
});
export type NightlyDesign = z.infer<typeof nightlyDesign>;

const nightlyValue = z.strictObject({
  pair: z.number(),
  metric: z.enum(ratioMetrics),
  /** Subject over yardstick, in each valid block; none where too few are valid. */
  blocks: z.array(z.number()).readonly(),
  ratio: z.number().nullable(),
  /** 95 %, by blocks. */
  interval: intervalSchema.nullable(),
  /** Geometric means over the blocks, in milliseconds: as the ratio is taken. */
  subjectMs: z.number().nullable(),
  yardstickMs: z.number().nullable(),
});
export type NightlyValue = z.infer<typeof nightlyValue>;

export const nightlyResultSchema = answerSchema.extend({
  kind: z.literal('night'),
  night: z.string(),
  pairs: z.array(nightlyPair).readonly(),
  values: z.array(nightlyValue).readonly(),
  /** Attempts at a block. */
  trials: z.strictObject({
    valid: z.number(),
    void: z.number(),
  }),
  isVoid: z.boolean(),
});
export type NightlyResult = z.infer<typeof nightlyResultSchema>;

const figures: Record<RatioMetric, (of: RunFigures) => number | null | undefined> = {
  'cpu-ratio': ({ cpuMs }) => cpuMs,
  'p50-ratio': ({ p50Ms }) => p50Ms,
  'p99-ratio': ({ p99Ms }) => p99Ms,
};

const isValid = ({ validity }: StepResult): boolean => validity.state !== 'void';

export function analyseNightly(
  design: NightlyDesign,
  trials: readonly DesignedTrial[],
): NightlyResult {
  const { pairs } = design;
  const measured = pairs.map((pair) => ({
    name: seriesId(pair),
    rateRps: pair.rateRps,
    steps: stepsOf(pair, trials),
  }));
  const values = measured.flatMap(({ steps }, pair) => valuesOf(steps, pair, design.blocks));
  const steps = measured.flatMap((one) => one.steps);
  const valid = steps.filter(isValid).length;
  const counts = { valid, void: steps.length - valid };
  const found = values.filter(({ ratio }) => ratio !== null).length;
  const isVoid = found === 0 || counts.void > design.mostVoidShare * steps.length;
  return {
    kind: 'night',
    night: design.night,
    pairs,
    values,
    trials: counts,
    isVoid,
    sentences: [
      isVoid
        ? `The night of ${design.night} is void: ${counts.void} of ${steps.length} blocks are.`
        : `The night of ${design.night} measured ${found} series; \`lab history\` says what they mean.`,
    ],
    warnings: [...missing(pairs, values), ...rateWarnings(measured)],
  };
}

const stepsOf = (pair: NightlyPair, trials: readonly DesignedTrial[]): StepResult[] =>
  trials
    .filter(
      ({ subject, against, workload, purpose }) =>
        subject === pair.subject &&
        against === pair.against &&
        workload === pair.workload &&
        purpose === 'measure',
    )
    .flatMap(({ steps }) => steps.filter(({ warmup }) => !warmup));

function valuesOf(steps: readonly StepResult[], pair: number, wanted: number): NightlyValue[] {
  if (steps.length === 0) return [];
  return ratioMetrics.map((metric): NightlyValue => {
    const found = steps.filter(isValid).flatMap((step) => {
      const [subject, yardstick] = (['a', 'b'] as const).map((arm) => {
        const own = runFigures(step, arm);
        return own ? positive(figures[metric](own)) : null;
      });
      return subject && yardstick ? { subject, yardstick } : [];
    });
    if (found.length < Math.max(FEWEST_BLOCKS, wanted / 2)) {
      const nothing = { ratio: null, interval: null, subjectMs: null, yardstickMs: null };
      return { pair, metric, blocks: [], ...nothing };
    }
    const blocks = found.map(({ subject, yardstick }) => subject / yardstick);
    const [low, high] = meanInterval(logs(blocks));
    return {
      ...{ pair, metric, blocks, ratio: ratioOf(blocks) },
      interval: [Math.exp(low), Math.exp(high)],
      subjectMs: geometricMean(found.map(({ subject }) => subject)),
      yardstickMs: geometricMean(found.map(({ yardstick }) => yardstick)),
    };
  });
}

function missing(pairs: readonly NightlyPair[], values: readonly NightlyValue[]): string[] {
  return pairs.flatMap((pair, index) => {
    const without = values
      .filter((one) => one.pair === index && one.ratio === null)
      .map(({ metric }) => metric);
    return without.length === 0
      ? []
      : [`${seriesId(pair)}: no ${without.join(', ')}: too few valid blocks.`];
  });
}

/** What was measured of a pair, void blocks included. */
interface RateTrials {
  /** Such as app/profile/workload. */
  readonly name: string;
  readonly rateRps: number;
  /** Without warm-ups. */
  readonly steps: readonly StepResult[];
}

/**
 * Above the rate that a subject can handle, p99 and CPU per request are those of a queue, and a missing
 * value is no regression.
 *
 * @returns a sentence for each pair that could not be measured, or whose rate was too high
 */
export function rateWarnings(pairs: readonly RateTrials[]): string[] {
  return pairs.flatMap((one) => [...describeVoid(one), ...describeTooMuch(one)]);
}

/** Void because of the generator, a neighbour or the books: nothing about the subject's speed. */
function describeVoid({ name, steps }: RateTrials): string[] {
  const voided = steps.filter((step) => !isValid(step));
  if (voided.length === 0 || voided.length * 2 < steps.length) return [];
  const reasons = voided.flatMap(({ validity: { checks, reasons } }) =>
    checks.length === 0
      ? reasons
      : checks.filter(({ outcome }) => outcome === 'broken').map((check) => check.name),
  );
  const counts = [...Map.groupBy(reasons, (reason) => reason)]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([reason, { length }]) => `${reason} ${length}x`);
  return [
    `${name}: ${voided.length} of ${steps.length} trials void (${counts.join(', ')}): they say nothing about the subject.`,
  ];
}

function describeTooMuch({ name, rateRps, steps }: RateTrials): string[] {
  const valid = steps.filter(isValid);
  const broken = valid.filter(({ sloHeld }) => sloHeld === false);
  if (broken.length * 2 <= valid.length) return [];
  const overloaded = broken.filter(({ validity }) => validity.state === 'overloaded').length;
  return [
    `${name}: ${rateRps}/s broke its SLO in ${broken.length} of ${valid.length} valid trials, ${overloaded} of them overloaded: its p99 and CPU per request are those of a queue. If earlier nights held this rate, that is what changed; if none did, it is more than this machine can handle: set a lower rateRps (\`lab capacity\` finds one).`,
  ];
}
