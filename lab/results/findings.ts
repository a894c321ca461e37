// What a run's steps say, in figures and in sentences that a person can read aloud.

import { z } from 'zod';
import { appNameSchema, appTitle } from '../../contract/apps';
import { compare } from '../statistics/comparison';
import { sloSchema } from './schemas';
import { type TrialResult, trialResultSchema, validSteps } from './trial/result';
import { booksOf, type StepResult, stepResults, type TrialRecord } from './trial/steps';
import { stepStateSchema } from './trial/validity';

/** Milliseconds of CPU per request, in the app and in the database. */
const cpuCostSchema = z.strictObject({
  appMs: z.number(),
  databaseMs: z.number(),
  offeredRps: z.number().nullable(),
  subjectCores: z.number(),
  databaseCores: z.number(),
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
  /** Lowest offered rate above that which broke it; null when every rate held it. */
  broken: z
    .strictObject({
      offeredRps: z.number(),
      state: stepStateSchema,
    })
    .nullable(),
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
      ...ranges.map(describeRange),
      ...[...Map.groupBy(ranges, ({ workload }) => workload).values()].flatMap(describeComparisons),
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

/** The last of the steps, from the smallest load up, that held the SLO before one broke it; and that one. */
function heldAndBroken(steps: readonly StepResult[]) {
  const firstBroken = steps.findIndex(({ sloHeld }) => sloHeld === false);
  const held = (firstBroken < 0 ? steps : steps.slice(0, firstBroken)).at(-1);
  return { held, broken: steps[firstBroken] };
}

/** Only valid steps count; a rate above a broken one is not called held. */
function sloRange(results: TrialResult[]): SloRange {
  const [first] = results;
  if (first === undefined) throw new RangeError('sloRange needs a trial');
  const counted = results.flatMap(({ steps }) => steps.filter(({ warmup }) => !warmup));
  const believable = counted.filter(({ validity }) => validity.state !== 'void');
  const rates = believable
    .filter((step) => step.offeredRps !== null)
    .sort((a, b) => (a.offeredRps ?? 0) - (b.offeredRps ?? 0));
  const { held, broken } = heldAndBroken(rates);
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
  if (subjectCores === null || databaseCores === null) return null;
  const ms = (cores: number) => (1000 * cores) / achievedRps;
  const [appMs, databaseMs] = [ms(subjectCores), ms(databaseCores)];
  return { appMs, databaseMs, offeredRps: step.offeredRps, subjectCores, databaseCores };
}

const rps = (rate: number): string =>
  `${Math.round(rate).toLocaleString('en')} requests per second`;
export const formatP99 = (ms: number): string => (ms < 10 ? ms.toFixed(1) : String(Math.round(ms)));

function describeRange(range: SloRange): string {
  const name = appTitle(range.app);
  if (range.believable === 0) {
    return `${name}: no step is valid, so there is no figure for it.`;
  }
  const { held, broken } = range;
  const promise = formatPromise(range);
  if (held === null && broken === null) {
    return `${name}: no step by rate is valid, so nothing is said of the load it holds.`;
  }
  const limit = broken ? `and no longer at ${rps(broken.offeredRps)}` : 'the highest rate tried';
  if (held === null) {
    const tried = broken ? `, not even at ${rps(broken.offeredRps)}` : '';
    return `${name} did not hold ${promise}${tried} (indicative: one run).`;
  }
  return `${name} held ${promise} at ${rps(held.offeredRps)} (p99 ${formatP99(held.p99Ms)} ms), ${limit} (indicative: one run).`;
}

const formatPromise = ({ slo, workload }: Pick<SloRange, 'slo' | 'workload'>): string =>
  `${slo.share * 100} % of ${workload} within ${slo.thresholdSeconds * 1000} ms`;

/** How many users of a workload were served as its SLO promises. */
function describeUsers(results: readonly TrialResult[]): string {
  const [first] = results;
  if (first === undefined) throw new RangeError('describeUsers needs a trial');
  const name = appTitle(first.app);
  const steps = validSteps(results).sort((a, b) => (a.users ?? 0) - (b.users ?? 0));
  if (steps.length === 0) return `${name}: no step of ${first.workload} is valid.`;
  const { held, broken } = heldAndBroken(steps);
  const promise = formatPromise(first);
  const limit = broken ? `not ${broken.users}` : 'the most tried';
  if (held?.latencyMs == null) {
    return `${name} did not hold ${promise}, not even for ${steps[0]?.users} users (indicative: one run).`;
  }
  return `${name} held ${promise} for ${held.users} users (${rps(held.achievedRps)}, p99 ${formatP99(held.latencyMs.p99)} ms), ${limit} (indicative: one run).`;
}

/** The first app against each other one. */
function describeComparisons([first, ...others]: readonly SloRange[]): string[] {
  return first === undefined ? [] : others.map((other) => describeComparison(first, other));
}

/** One run has no error bars: what the stairs leave open, the turns of the same run may tell. */
function describeComparison(a: SloRange, b: SloRange): string {
  const [one, other] = [appTitle(a.app), appTitle(b.app)];
  if (!a.held || !b.held) {
    return `${one} and ${other} cannot be compared here: one of them has no rate that held the SLO.`;
  }
  if (!a.broken || !b.broken) {
    return `${one} and ${other} cannot be compared here: the stairs did not reach a limit of both.`;
  }
  const low = a.held.offeredRps / b.broken.offeredRps;
  const high = a.broken.offeredRps / b.held.offeredRps;
  if (low <= 1 && high >= 1) {
    return `By these steps it is open which carries more on this machine, ${one} or ${other}: their limits overlap (indicative: one run).`;
  }
  const [more, less, times] = low > 1 ? [one, other, low] : [other, one, 1 / high];
  return `By these steps ${more} carries at least ${times.toFixed(1)} times what ${less} carries on this machine (indicative: one run).`;
}

/** As a plain number, whatever its size. */
const threeDigits = (ratio: number): number => Number(ratio.toPrecision(3));

/** The apps beside one another, by what decides: the fours of turns are the replicates of one block. */
function describeTurns(results: readonly TrialResult[]): string[] {
  return results.flatMap(({ rival, workload, steps }) => {
    const step = steps.find(({ warmup, validity }) => !warmup && validity.state !== 'void');
    if (rival === undefined || step?.turns === undefined) return [];
    const { turns } = step;
    const [one, other] = [appTitle(turns.apps.a), appTitle(turns.apps.b)];
    const ratioOf = (figure: 'cpuMs' | 'p50Ms', title: string): string[] => {
      const samples = (arm: 'a' | 'b') =>
        turns.fours.flatMap((four, index) => {
          const value = four[arm][figure];
          return value === null || value <= 0 ? [] : [{ value, block: String(index) }];
        });
      const [a, b] = [samples('a'), samples('b')];
      if (a.length === 0 || b.length === 0) return [];
      const { ratio, interval } = compare(b, a, { better: 'lower' });
      const [low, high] = interval;
      const sure =
        low === null || high === null
          ? 'too few turns for an interval'
          : `95 %: ${threeDigits(low)} to ${threeDigits(high)}`;
      return [`${threeDigits(ratio)} times the ${title} (${sure})`];
    };
    const ratios = [...ratioOf('cpuMs', 'CPU'), ...ratioOf('p50Ms', 'median time')];
    if (ratios.length === 0) return [];
    return [
      `In turns at ${rps(step.offeredRps ?? 0)}, a request of ${workload} takes ${one} ${ratios.join(' and ')} that it takes ${other} (indicative: one block).`,
    ];
  });
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
        ([name, count]) => `${appTitle(app)} failed the check "${name}" ${count} times.`,
      ),
    ),
    ...results.flatMap(({ app, number, books }) =>
      (books?.discrepancies ?? []).map(
        (what) => `${appTitle(app)}: the books of trial ${number} do not balance: ${what}.`,
      ),
    ),
  ];
}
