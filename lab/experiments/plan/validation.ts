// `lab plan --validate`: what a plan predicted at loads that it had not seen, beside what was measured.

import { z } from 'zod';
import { appNameSchema } from '../../../contract/apps';
import { formatShare, plural } from '../../render/format';
import { appTitle } from '../../results/findings';
import { answerSchema } from '../../results/reported-run';
import { type DesignedTrial, validSteps } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { median } from '../../statistics/descriptive';
import { latencyAt } from '../../statistics/queueing';
import type { Evidence } from './evidence';

const appName = appNameSchema;

const validationRow = z.strictObject({
  app: appName,
  rateRps: z.number(),
  quantity: z.enum(['achievedRps', 'appCores', 'databaseCores', 'meanMs', 'p99Ms']),
  predicted: z.number().nullable(),
  /** Median of the trials that are not void; null where there is none. */
  measured: z.number().nullable(),
  /** Largest over smallest of them, less 1; null with fewer than two. */
  spread: z.number().nullable(),
  trials: z.int(),
  /** Measured over predicted, less 1. */
  error: z.number().nullable(),
  within: z.boolean().nullable(),
  /** Why it is not within, or not known to be. */
  reason: z.string().nullable(),
});
export type ValidationRow = z.infer<typeof validationRow>;
export type Quantity = ValidationRow['quantity'];

/** What the latest validation of a plan from the same capacity run found. */
export const validated = z.strictObject({
  app: appName,
  run: z.string(),
  rows: z.array(validationRow),
});
export type Validated = z.infer<typeof validated>;

const predicted = z.number().nullable();

/** Made before anything is measured. */
const predictedLoad = z.strictObject({
  rateRps: z.number().positive(),
  appCores: predicted,
  databaseCores: predicted,
  meanMs: predicted,
  p99Ms: predicted,
});
type PredictedLoad = z.infer<typeof predictedLoad>;

const prediction = z.strictObject({
  app: appName,
  /** The capacity run that it was made from. */
  run: z.string(),
  /** Rates that the latency was fitted to; null where it was not. */
  fittedRps: z.tuple([z.number(), z.number()]).nullable(),
  loads: z.array(predictedLoad),
});
type Prediction = z.infer<typeof prediction>;

export const validationDesign = z.strictObject({
  kind: z.literal('validation'),
  workload: z.string(),
  repeats: z.int().positive(),
  seconds: z.strictObject({ warmup: z.number(), step: z.number().positive() }),
  /** In the order of the run's subjects. */
  predictions: z.array(prediction),
});
export type ValidationDesign = z.infer<typeof validationDesign>;

/** A prediction further off than this needs a reason. */
export const WITHIN = 0.1;
/** Shares of the capacity, well inside what the plan speaks of. */
const LOAD_SHARES = [0.5, 0.75] as const;
/** A rate this close to one that the fit was made of is no new rate. */
const NEW_RATE_GAP = 0.02;

export const validationResultSchema = answerSchema.extend({
  kind: z.literal('validation'),
  rows: z.array(validationRow),
});
export type ValidationResult = z.infer<typeof validationResultSchema>;

/** What a plan says of one replica at two rates that its fit has not seen. */
export function predictionOf(evidence: Evidence): Prediction {
  const { app, run, demand, servers, latency, capacity } = evidence;
  return {
    app,
    run: run.id,
    fittedRps: latency ? [...latency.ratesRps] : null,
    loads: newRates(capacity.rps, evidence.ratesRps).map((rateRps) => {
      const expected = servers && latencyAt(rateRps, servers, latency);
      return {
        rateRps,
        appCores: demand && rateRps * demand.appSeconds,
        databaseCores: demand && rateRps * demand.databaseSeconds,
        meanMs: expected ? 1000 * expected.meanSeconds : null,
        p99Ms: expected ? 1000 * expected.p99Seconds : null,
      };
    }),
  };
}

/** Lower and lower until it is apart from every rate that was measured before. */
function newRates(capacityRps: number, seen: readonly number[]): number[] {
  const rates = LOAD_SHARES.map((share) => {
    let rate = Math.max(1, Math.round(share * capacityRps));
    const isSeen = () => seen.some((one) => Math.abs(one - rate) < NEW_RATE_GAP * rate);
    while (isSeen() && rate > 1) rate -= Math.max(1, Math.round(NEW_RATE_GAP * rate));
    return rate;
  });
  // At a few requests per second both may end at the same.
  return [...new Set(rates)];
}

export function analyseValidation(
  design: ValidationDesign,
  trials: readonly DesignedTrial[],
): ValidationResult {
  const rows = design.predictions.flatMap((prediction, subject) => {
    const own = trials.filter((trial) => trial.subject === subject);
    return prediction.loads.flatMap((load) => rowsOf(prediction, load, own));
  });
  return {
    kind: 'validation',
    rows,
    sentences: describeRows(rows),
    warnings: design.predictions.flatMap(({ app, loads }, subject) =>
      loads.flatMap(({ rateRps }) => {
        const own = trials.filter((trial) => trial.subject === subject && trial.level === rateRps);
        return warningsOf(`${appTitle(app)} at ${rateRps}/s`, measuredSteps(own), design.repeats);
      }),
    ),
  };
}

function rowsOf(
  prediction: Prediction,
  load: PredictedLoad,
  trials: readonly DesignedTrial[],
): ValidationRow[] {
  const { rateRps } = load;
  const own = trials.filter(({ level }) => level === rateRps);
  const steps = measuredSteps(own);
  const predictions: Record<Quantity, number | null> = { achievedRps: rateRps, ...load };
  return (Object.keys(readings) as Quantity[]).map((quantity) => {
    const predicted = predictions[quantity];
    const values = steps.flatMap((step) => readings[quantity](step) ?? []);
    const measured = values.length > 0 ? median(values) : null;
    const spread = values.length > 1 ? Math.max(...values) / Math.min(...values) - 1 : null;
    const error = measured === null || !predicted ? null : measured / predicted - 1;
    const within =
      error === null ? null : Math.abs(error) <= WITHIN && !(isRate(quantity) && isTooMuch(steps));
    const row = { app: prediction.app, rateRps, quantity, predicted, measured, spread, error };
    const reason = within ? null : reasonOf(row, prediction, own, steps);
    return { ...row, trials: values.length, within, reason };
  });
}

/** An overloaded one is no accident of the measurement: it says that the plan is wrong. */
const measuredSteps = (trials: readonly DesignedTrial[]): StepResult[] =>
  validSteps(trials.filter(({ purpose }) => purpose === 'measure'));

const isRate = (quantity: Quantity): boolean => quantity === 'achievedRps';

/** Of a rate that should hold: "the replica could not follow in 2 of 3 trials"; null where it held in all. */
function describeBroken(steps: readonly StepResult[]): string | null {
  const overloaded = steps.filter(({ validity }) => validity.state === 'overloaded').length;
  const of = `of ${plural(steps.length, 'trial')}`;
  if (overloaded > 0) return `the replica could not follow in ${overloaded} ${of}`;
  const broken = brokenIn(steps);
  return broken > 0 ? `the SLO was broken in ${broken} ${of}` : null;
}

const brokenIn = (steps: readonly StepResult[]): number =>
  steps.filter(({ sloHeld, validity }) => sloHeld === false || validity.state !== 'valid').length;

/** As a median would have it. */
const isTooMuch = (steps: readonly StepResult[]): boolean => 2 * brokenIn(steps) > steps.length;

const readings: Record<Quantity, (step: StepResult) => number | null> = {
  achievedRps: (step) => step.achievedRps,
  appCores: (step) => step.subjectCores,
  databaseCores: (step) => step.databaseCores,
  meanMs: ({ latencyMs }) => latencyMs?.mean ?? null,
  p99Ms: ({ latencyMs }) => latencyMs?.p99 ?? null,
};

type Doubtful = Pick<ValidationRow, 'rateRps' | 'quantity' | 'predicted' | 'measured' | 'spread'>;

/** What was found out about the gap, the plainest first. */
function reasonOf(
  row: Doubtful,
  { fittedRps }: Prediction,
  trials: readonly DesignedTrial[],
  steps: readonly StepResult[],
): string {
  const { rateRps, quantity, predicted, measured, spread } = row;
  if (predicted === null) return 'the plan could not predict it';
  if (measured === null) return whyUnmeasured(trials);
  const broken = describeBroken(steps);
  if (broken !== null && (isRate(quantity) || isTooMuch(steps))) return broken;
  if (spread !== null && spread > WITHIN) {
    return `its own repeats differ by ${formatShare(spread)}: so does any prediction`;
  }
  if (isRate(quantity)) return 'requests were late or failed at a rate that should hold';
  if (quantity === 'appCores' || quantity === 'databaseCores') {
    const [then, now] = [predicted, measured].map((cores) => ((1000 * cores) / rateRps).toFixed(3));
    return `CPU per request is taken as constant: it was ${then} ms in the fit and ${now} ms at this rate`;
  }
  if (fittedRps === null) {
    return 'the latency is M/M/c’s, not fitted: time off the CPU is missing from it';
  }
  const [low, high] = fittedRps;
  if (rateRps < low || rateRps > high) {
    return `${rateRps}/s lies outside of the rates that latency was fitted to (${low} to ${high}/s)`;
  }
  return 'the queue’s shape: arrivals are even and service times not exponential, which one factor on the wait only approximates';
}

function whyUnmeasured(trials: readonly DesignedTrial[]): string {
  const reasons = trials
    .flatMap(({ steps }) => steps)
    .filter(({ warmup }) => !warmup)
    .flatMap(({ validity }) => validity.reasons);
  return `no trial is valid: ${reasons[0]?.split(': ')[0] ?? 'none ended'}`;
}

function describeRows(rows: readonly ValidationRow[]): string[] {
  return [...Map.groupBy(rows, ({ app }) => app)].map(([app, own]) => {
    const known = own.filter(({ within }) => within !== null);
    if (known.length === 0)
      return `${appTitle(app)}: nothing could be measured, so nothing is validated.`;
    const good = known.filter(({ within }) => within).length;
    const rest = good === known.length ? '' : '; each of the others has its reason in the table';
    return `${appTitle(app)}: ${good} of ${known.length} predictions at two loads that the fit had not seen are within ${formatShare(WITHIN)}${rest}.`;
  });
}

function warningsOf(where: string, steps: readonly StepResult[], repeats: number): string[] {
  const broken = describeBroken(steps);
  return [
    ...(steps.length < repeats
      ? [`${where}: ${steps.length} of ${repeats} trials count; the others are void and left out.`]
      : []),
    ...(broken === null ? [] : [`${where}: ${broken}, and the plan says that this rate holds.`]),
  ];
}
