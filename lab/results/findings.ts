// What a run's steps say, in figures; findings-text.ts puts them into sentences.

import { z } from 'zod';
import { appNameSchema, appTitle } from '../../contract/apps';
import { describeComparisons, describeRange, describeTurns, describeUsers } from './findings-text';
import { sloSchema } from './schemas';
import { heldAndBroken, type TrialResult, trialResultSchema } from './trial/result';
import { booksOf, type StepResult, stepResults, type TrialRecord } from './trial/steps';
import { stepStateSchema } from './trial/validity';

/** Milliseconds of CPU per request, in the app and in the database; null of one that cannot be seen. */
const cpuCostSchema = z.strictObject({
  appMs: z.number(),
  databaseMs: z.number().nullable(),
  offeredRps: z.number().nullable(),
  subjectCores: z.number(),
  databaseCores: z.number().nullable(),
});
export type CpuCost = z.infer<typeof cpuCostSchema>;

export { appTitle };

/** How far one app held the SLO as the rate climbed; bounds in requests per second. */
const sloRangeSchema = z.strictObject({
  app: appNameSchema,
  workload: z.string(),
  slo: sloSchema,
  /** Highest offered rate that held it; null when none did. */
  held: z
    .strictObject({
      offeredRps: z.number(),
      p99Ms: z.number(),
    })
    .nullable(),
  /** Lowest offered rate above every one that held it, and broke it; null where the highest held it. */
  broken: z
    .strictObject({
      offeredRps: z.number(),
      state: stepStateSchema,
    })
    .nullable(),
  /** Where a rate broke it, and a higher one held it again: the first, and the last. */
  wavered: z.strictObject({ brokenRps: z.number(), heldRps: z.number() }).exactOptional(),
  /** Highest throughput of any valid step, by rate or by users, and the load at which it was reached. */
  bestRps: z.number().nullable(),
  bestLoad: z
    .strictObject({
      offeredRps: z.number().nullable(),
      users: z.number().nullable(),
    })
    .nullable(),
  /** Of the step by rate that had the most throughput; null where CPU could not be seen. */
  cpuCost: cpuCostSchema.nullable(),
  believable: z.number(),
  void: z.number(),
});
export type SloRange = z.infer<typeof sloRangeSchema>;

export const findingsSchema = z.strictObject({
  trials: z.array(trialResultSchema),
  ranges: z.array(sloRangeSchema),
  sentences: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type Findings = z.infer<typeof findingsSchema>;

type Trial = TrialRecord & {
  number: number;
  purpose: TrialResult['purpose'];
};

export function findings(trials: readonly Trial[]): Findings {
  const results = trials.map((trial): TrialResult => {
    const { plan, summary } = trial;
    const books = booksOf(trial);
    return {
      number: trial.number,
      app: plan.app,
      scenario: plan.scenario,
      workload: plan.workload,
      purpose: trial.purpose,
      slo: plan.slo,
      failedChecks: summary?.failedChecks ?? {},
      ...(plan.turns && { rival: plan.turns.arms[1].app }),
      steps: stepResults(trial),
      ...(books && { books }),
    };
  });
  // Of two subjects in turns neither figure is one app's.
  const measured = results.filter(
    ({ purpose, rival }) => purpose === 'measure' && rival === undefined,
  );
  const loads = [...Map.groupBy(measured, ({ app, workload }) => `${app} ${workload}`).values()];
  // A workload that only users made has no rate that held; what it has is said by users.
  const byRate = loads.filter((load) => isByRate(load) || isOnlyLoad(load, loads));
  const ranges = byRate.map(sloRange);
  return {
    trials: results,
    ranges,
    sentences: [
      ...[...Map.groupBy(ranges, ({ workload }) => workload).values()].flatMap(describeComparisons),
      ...ranges.map(describeRange),
      ...describeTurns(results),
      ...loads.filter((load) => !byRate.includes(load)).map(describeUsers),
    ],
    warnings: warningsOf(results),
  };
}

const isByRate = (load: readonly TrialResult[]): boolean =>
  load.some(({ steps }) => steps.some(({ offeredRps }) => offeredRps !== null));

const isOnlyLoad = ([first]: readonly TrialResult[], loads: readonly TrialResult[][]): boolean =>
  loads.filter(([other]) => other?.app === first?.app).length === 1;

/** Only valid steps count; a rate above a broken one is not called held. */
function sloRange(results: TrialResult[]): SloRange {
  const [first] = results;
  if (first === undefined) throw new RangeError('sloRange needs a trial');
  const counted = results.flatMap(({ steps }) => steps.filter(({ warmup }) => !warmup));
  const believable = counted.filter(({ validity }) => validity.state !== 'void');
  const rates = believable
    .filter((step) => step.offeredRps !== null)
    .sort((a, b) => (a.offeredRps ?? 0) - (b.offeredRps ?? 0));
  const { held, broken, wavered } = heldAndBroken(rates);
  const [best] = believable.toSorted((a, b) => b.achievedRps - a.achievedRps);
  return {
    app: first.app,
    workload: first.workload,
    slo: first.slo,
    held:
      held?.offeredRps && held.latencyMs
        ? { offeredRps: held.offeredRps, p99Ms: held.latencyMs.p99 }
        : null,
    broken: broken?.offeredRps
      ? { offeredRps: broken.offeredRps, state: broken.validity.state }
      : null,
    ...(wavered && {
      wavered: {
        brokenRps: wavered.broken.offeredRps ?? 0,
        heldRps: wavered.held.offeredRps ?? 0,
      },
    }),
    bestRps: best?.achievedRps ?? null,
    bestLoad: best ? { offeredRps: best.offeredRps, users: best.users } : null,
    cpuCost: cpuCostOf(rates),
    believable: believable.length,
    void: counted.length - believable.length,
  };
}

/** Of the step with the most throughput: with its rate, and the cores that it used. */
export function cpuCostOf(steps: readonly StepResult[]): CpuCost | null {
  const [step] = steps.toSorted((a, b) => b.achievedRps - a.achievedRps);
  if (step === undefined || step.achievedRps === 0) return null;
  const { achievedRps, subjectCores, databaseCores } = step;
  if (subjectCores === null) return null;
  const ms = (cores: number) => (1000 * cores) / achievedRps;
  const [appMs, databaseMs] = [ms(subjectCores), databaseCores === null ? null : ms(databaseCores)];
  return { appMs, databaseMs, offeredRps: step.offeredRps, subjectCores, databaseCores };
}

function warningsOf(results: readonly TrialResult[]): string[] {
  const measured = results.filter(({ purpose }) => purpose === 'measure');
  const voids = measured.flatMap(({ steps }) =>
    steps.filter(({ warmup, validity }) => !warmup && validity.state === 'void'),
  ).length;
  return [
    ...(voids === 1 ? ['1 step is void and counts for nothing; the table says why.'] : []),
    ...(voids > 1 ? [`${voids} steps are void and count for nothing; the table says why.`] : []),
    ...results.flatMap(({ app, failedChecks }) =>
      Object.entries(failedChecks).map(
        ([name, count]) =>
          `${appTitle(app)} failed the check "${name}" ${count === 1 ? 'once' : `${count} times`}.`,
      ),
    ),
    ...results.flatMap(({ app, number, books }) =>
      (books?.discrepancies ?? []).map(
        (what) => `${appTitle(app)}: the books of trial ${number} do not balance: ${what}.`,
      ),
    ),
  ];
}
