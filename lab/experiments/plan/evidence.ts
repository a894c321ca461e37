// What a plan is made of: what one replica holds, what CPU per request takes, how replicas add up. A plan
// keeps it with its question (run.json, `design`): the answer stays the same when newer runs are known.

import { z } from 'zod';
import { type AppName, appNameSchema } from '../../../contract/apps';
import { appTitle } from '../../results/findings';
import type { TrialResult } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { median } from '../../statistics/descriptive';
import { fitLatency, type LatencyPoint, type Servers } from '../../statistics/queueing';
import type { ExperimentResult } from '../index';

/** A run, as far as a reader must know it to find and to judge it. */
const runReference = z.strictObject({
  id: z.string(),
  startedAt: z.string(),
  /** Null where there was no git. */
  commit: z.string().nullable(),
  runtime: z.string(),
});
export type RunReference = z.infer<typeof runReference>;

/** The configuration of one replica, as measured. */
const unit = z.strictObject({
  profile: z.string(),
  /** These are 0 where the lab does not set them. */
  workers: z.int().nonnegative(),
  threads: z.int().nonnegative(),
  /** Database connections per worker. */
  pool: z.int().nonnegative(),
  /** Cores that it and, where they share them, its database had. */
  cores: z.strictObject({
    subject: z.number(),
    database: z.number(),
    shared: z.number().nullable(),
  }),
});
export type Unit = z.infer<typeof unit>;

/** CPU seconds per request. */
const demand = z.strictObject({
  appSeconds: z.number(),
  databaseSeconds: z.number(),
  /** Steps that it is the median of. */
  steps: z.int(),
});

const waitLine = z.strictObject({ baseSeconds: z.number(), factor: z.number() });
const rates = z.tuple([z.number(), z.number()]).readonly();

/** All that is known of one app. */
export const evidenceSchema = z.strictObject({
  app: appNameSchema,
  workload: z.string(),
  slo: z.strictObject({ share: z.number(), thresholdSeconds: z.number() }),
  run: runReference,
  unit,
  capacity: z.strictObject({
    /** What is planned with: the interval's lower end where there is one. */
    rps: z.number().positive(),
    holdsRps: z.number().positive(),
    failsRps: z.number().nullable(),
    interval: rates.nullable(),
    searches: z.int().positive(),
    bottleneck: z.strictObject({
      factor: z.enum(['app CPU', 'database CPU', 'connections', 'waiting', 'unknown']),
      words: z.string(),
    }),
  }),
  /** Null where CPU cannot be seen. */
  demand: demand.nullable(),
  servers: z
    .strictObject({ serviceTimeSeconds: z.number().positive(), servers: z.int().positive() })
    .nullable(),
  latency: z
    .strictObject({ mean: waitLine, p99: waitLine, ratesRps: rates, points: z.int() })
    .nullable(),
  /** Steps of rates on the same subject that the fit was made of, too. */
  stairs: runReference.nullable(),
  /** Rates of the trials that the fit and the demand were made of. */
  ratesRps: z.array(z.number()),
  /** The law by replicas; null where no such run has a fit. */
  scaling: z
    .strictObject({
      run: runReference,
      fit: z.strictObject({ alpha: z.number(), beta: z.number(), gamma: z.number() }),
      /** The least gain that the intervals allow: their upper ends. Absent in plans of earlier versions. */
      least: z.strictObject({ alpha: z.number(), beta: z.number() }).nullable().exactOptional(),
      warnings: z.array(z.string()).exactOptional(),
      testedTo: z.number().positive(),
    })
    .nullable(),
  warnings: z.array(z.string()),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/**
 * @param app one of those that the run searched
 * @param trials of its search, and of steps of rates where there are any: a search crowds around one
 *   rate, and a curve of latency needs several
 * @returns undefined where no search found a rate that holds
 */
export function evidenceOf(
  app: AppName,
  result: ExperimentResult<'capacity'>,
  trials: readonly TrialResult[],
  about: Pick<Evidence, 'run' | 'unit' | 'scaling' | 'stairs'>,
): Evidence | undefined {
  const searches = result.searches.filter((one) => one.app === app && one.holdsRps !== null);
  const [first] = searches;
  if (first === undefined) return undefined;
  const over = result.byApp?.find((one) => one.app === app) ?? result.capacityRps;
  const interval = over?.interval ?? null;
  const holdsRps = over?.mean ?? Math.min(...searches.map((one) => one.holdsRps ?? 0));
  const fails = searches.flatMap(({ failsRps }) => failsRps ?? []);
  const steps = openSteps(trials);
  const cpu = demandOf(steps, about.unit);
  const hasDatabase = about.unit.pool > 0 || (cpu?.databaseSeconds ?? 0) > 0;
  // Another app of the same lab may have one on these cores.
  const cores = { ...about.unit.cores, ...(!hasDatabase && { database: 0, shared: null }) };
  const unit = { ...about.unit, cores };
  const servers = cpu && serversOf(cpu, unit);
  return {
    app,
    workload: first.workload,
    slo: first.slo,
    ...about,
    unit,
    capacity: {
      rps: interval?.[0] ?? holdsRps,
      holdsRps,
      failsRps: fails.length > 0 ? Math.max(...fails) : null,
      interval,
      searches: over?.searches ?? searches.length,
      bottleneck: first.bottleneck,
    },
    demand: cpu,
    servers,
    latency: servers && fitLatency(steps.flatMap(latencyPoint), servers),
    ratesRps: [...new Set(steps.map(({ offeredRps }) => offeredRps ?? 0))].sort((a, b) => a - b),
    // Of two apps each warning names its own.
    warnings: result.byApp
      ? result.warnings.filter((warning) => warning.startsWith(appTitle(app)))
      : result.warnings,
  };
}

/** Valid steps at a rate: an overloaded one has a queue that no stationary formula describes. */
export const openSteps = (trials: readonly TrialResult[]): StepResult[] =>
  trials
    .filter(({ purpose }) => purpose === 'measure')
    .flatMap(({ steps }) => steps)
    .filter(
      ({ warmup, model, validity }) => !warmup && model === 'open' && validity.state === 'valid',
    );

/** CPU over right answers, the median of the steps. */
export function demandOf(
  steps: readonly StepResult[],
  { pool }: Pick<Unit, 'pool'>,
): Evidence['demand'] {
  // An app without connections to the lab's database has none that could be seen.
  const unseen = pool === 0 ? 0 : null;
  const costs = steps.flatMap(({ subjectCores, databaseCores: seen, achievedRps }) => {
    const databaseCores = seen ?? unseen;
    return subjectCores !== null && databaseCores !== null && achievedRps > 0
      ? [{ app: subjectCores / achievedRps, database: databaseCores / achievedRps }]
      : [];
  });
  if (costs.length === 0) return null;
  return {
    appSeconds: median(costs.map(({ app }) => app)),
    databaseSeconds: median(costs.map(({ database }) => database)),
    steps: costs.length,
  };
}

/**
 * The servers of one replica's queue: cores that its workers can use. A limit below a core is a
 * slower server; where the database shares the cores, its work on a request is part of the service, unless
 * the workers, which cannot use all of these cores, are full before the cores are.
 */
export function serversOf(
  { appSeconds, databaseSeconds }: NonNullable<Evidence['demand']>,
  { workers, cores }: Unit,
): Servers | null {
  const own = workers === 0 ? cores.subject : Math.min(workers, cores.subject);
  const shared = Math.min(cores.shared ?? 0, cores.subject);
  // Cores that nobody can see.
  if (own <= 0) return null;
  const isWorkers = shared <= 0 || appSeconds / own > (appSeconds + databaseSeconds) / shared;
  const [work, available] = isWorkers ? [appSeconds, own] : [appSeconds + databaseSeconds, shared];
  const servers = Math.max(1, Math.floor(available));
  return { servers, serviceTimeSeconds: (work * servers) / available };
}

const latencyPoint = ({ offeredRps: rateRps, latencyMs }: StepResult): LatencyPoint[] =>
  rateRps === null || latencyMs === null
    ? []
    : [{ rateRps, meanSeconds: latencyMs.mean / 1000, p99Seconds: latencyMs.p99 / 1000 }];
