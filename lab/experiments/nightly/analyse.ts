// What a night was asked (run.json, `design`) and what it measured, from its trials alone; tonight.ts
// judges that against the history.

import { z } from 'zod';
import { appNameSchema } from '../../../contract/apps';
import { endingOf } from '../../measure/search/search-move';
import { searchSettingsSchema } from '../../measure/search/search-settings';
import { searchState } from '../../measure/search/search-state';
import { seriesId } from '../../results/night-schema';
import { answerSchema } from '../../results/reported-run';
import type { DesignedTrial } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { median } from '../../statistics/descriptive';

const nightlyPair = z.strictObject({
  app: appNameSchema,
  profile: z.string(),
  workload: z.string(),
  /** Index in the run's subjects. */
  subject: z.int().nonnegative(),
  rateRps: z.number().positive(),
  /** How its capacity is searched; null where it is not. */
  search: searchSettingsSchema.nullable(),
  /** Subject, load and SLO in words: nights under another are another series. */
  configuration: z.string(),
});
export type NightlyPair = z.infer<typeof nightlyPair>;

export const nightlyDesign = z.strictObject({
  kind: z.literal('nightly'),
  /** The date that it is filed under. */
  night: z.iso.date(),
  pairs: z.array(nightlyPair),
  /** Valid trials that a median needs. */
  trials: z.int().positive(),
  mostVoidShare: z.number(),
});
export type NightlyDesign = z.infer<typeof nightlyDesign>;

type FixedRateMetric = 'p99' | 'cpu' | 'memory';

/** One series' measurement, or re-run; null where too few trials were valid. */
export interface NightlyValue {
  readonly pair: number;
  readonly metric: FixedRateMetric | 'capacity';
  /** 0: the night's measurement; from 1: its re-runs. */
  readonly rerun: number;
  readonly value: number | null;
  /** The least and the greatest of the trials behind a median; the bounds of a search. */
  readonly range: readonly [number, number] | null;
}

export const nightlyResultSchema = answerSchema.extend({
  kind: z.literal('nightly'),
  night: z.string(),
  pairs: z.array(nightlyPair).readonly(),
  values: z
    .array(
      z.strictObject({
        pair: z.number(),
        metric: z.enum(['cpu', 'capacity', 'p99', 'memory']),
        /** 0: the night's measurement; from 1: its re-runs. */
        rerun: z.number(),
        value: z.number().nullable(),
        /** The least and the greatest of the trials behind a median; the bounds of a search. */
        range: z.tuple([z.number(), z.number()]).readonly().nullable(),
      }),
    )
    .readonly(),
  /** Trials at a fixed rate; searches judge their own. */
  trials: z.strictObject({
    valid: z.number(),
    void: z.number(),
  }),
  isVoid: z.boolean(),
});
export type NightlyResult = z.infer<typeof nightlyResultSchema>;

const figures: Record<FixedRateMetric, (step: StepResult) => number | null> = {
  p99: ({ latencyMs }) => (latencyMs === null ? null : latencyMs.p99 / 1000),
  cpu: ({ subjectCores, durationSeconds, requests }) =>
    subjectCores === null || requests === 0 ? null : (subjectCores * durationSeconds) / requests,
  memory: ({ residentMemoryBytes }) => residentMemoryBytes,
};
export const fixedRateMetrics = Object.keys(figures) as FixedRateMetric[];

/** A search's number names its pair and its re-run. */
export const searchNumber = (pairs: readonly NightlyPair[], pair: number, rerun: number): number =>
  pair + rerun * pairs.length;

/** A trial's block is the number of its re-run. */
const fixedRateSteps = (
  trials: readonly DesignedTrial[],
  pair: NightlyPair,
  rerun: number,
): StepResult[] =>
  trials
    .filter(
      ({ subject, workload, block, search }) =>
        search === undefined &&
        subject === pair.subject &&
        workload === pair.workload &&
        block === rerun,
    )
    .flatMap(({ steps }) => steps.filter(({ warmup }) => !warmup));

const isValid = ({ validity }: StepResult): boolean => validity.state !== 'void';

export function analyseNightly(
  design: NightlyDesign,
  trials: readonly DesignedTrial[],
): NightlyResult {
  const { pairs } = design;
  const reruns = Math.max(0, ...trials.map(({ block }) => block ?? 0));
  const rounds = Array.from({ length: reruns + 1 }, (_, rerun) => rerun);
  const values = pairs.flatMap((pair, index) => [
    ...rounds.flatMap((rerun) => capacityValue(pairs, trials, index, rerun)),
    ...rounds.flatMap((rerun) => fixedRateValues(design, trials, index, pair, rerun)),
  ]);
  const atRates = pairs.map((pair) => ({
    name: seriesId(pair),
    rateRps: pair.rateRps,
    steps: fixedRateSteps(trials, pair, 0),
  }));
  const first = atRates.flatMap(({ steps }) => steps);
  const valid = first.filter(isValid).length;
  const counts = { valid, void: first.length - valid };
  const measured = values.filter(({ rerun, value }) => rerun === 0 && value !== null);
  const isVoid =
    measured.length === 0 || counts.void > design.mostVoidShare * (valid + counts.void);
  return {
    kind: 'nightly',
    night: design.night,
    pairs,
    values,
    trials: counts,
    isVoid,
    sentences: [
      isVoid
        ? `The night of ${design.night} is void: ${counts.void} of ${valid + counts.void} trials at a fixed rate are.`
        : `The night of ${design.night} measured ${measured.length} series; \`lab history\` says what they mean.`,
    ],
    warnings: [...missing(pairs, values), ...rateWarnings(atRates)],
  };
}

/**
 * No value for a search that was cut off or is void, since it has no bounds, nor if the machine changed
 * during the search: a slower machine is no regression.
 */
function capacityValue(
  pairs: readonly NightlyPair[],
  trials: readonly DesignedTrial[],
  pair: number,
  rerun: number,
): NightlyValue[] {
  const { search: settings } = pairs[pair] as NightlyPair;
  const number = searchNumber(pairs, pair, rerun);
  const own = trials.filter(({ search }) => search === number);
  if (settings === null || own.length === 0) return [];
  const state = searchState(settings, own);
  const ending = endingOf(settings, state)?.ending;
  const { relevantLowerBound: lower, relevantUpperBound: upper } = state.goal;
  const isVoid =
    ending === undefined ||
    ending === 'void' ||
    ending === 'generator' ||
    state.stretches.length > 1;
  return [
    {
      pair,
      metric: 'capacity',
      rerun,
      value: isVoid ? null : lower,
      range: lower === null || upper === null ? null : [lower, upper],
    },
  ];
}

function fixedRateValues(
  design: NightlyDesign,
  trials: readonly DesignedTrial[],
  index: number,
  pair: NightlyPair,
  rerun: number,
): NightlyValue[] {
  const steps = fixedRateSteps(trials, pair, rerun);
  if (steps.length === 0) return [];
  const valid = steps.filter(isValid);
  return fixedRateMetrics.map((metric) => {
    const found = valid.map(figures[metric]).filter((value) => value !== null);
    const enough = found.length >= design.trials;
    return {
      pair: index,
      metric,
      rerun,
      value: enough ? median(found) : null,
      range: enough ? [Math.min(...found), Math.max(...found)] : null,
    };
  });
}

function missing(pairs: readonly NightlyPair[], values: readonly NightlyValue[]): string[] {
  return pairs.flatMap((pair, index) => {
    const without = values
      .filter((one) => one.pair === index && one.rerun === 0 && one.value === null)
      .map(({ metric }) => metric);
    return without.length === 0
      ? []
      : [
          `${seriesId(pair)}: no ${without.join(', ')}: too few valid trials, no bound within the time, or a machine that changed during the search.`,
        ];
  });
}

/** The first trials of a pair at its fixed rate. */
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
