// What the runs on disk say that a plan is made of: what one replica holds, what a request costs,
// how replicas add up.

import type { TrialResult } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { quantile } from '../../statistics/descriptive';
import { fitLatency, type LatencyPoint, type Servers } from '../../statistics/queueing';
import type { ExperimentResult } from '../index';
import type { Demand, Evidence, ReplicaScaling, RunReference, Unit } from './design';

/**
 * @param trials of the search, and of the stairs where there are any: a search crowds around one
 *   rate, and a curve of latency needs several
 * @returns null where no search found a rate that holds
 */
export function evidenceOf(
  result: ExperimentResult<'capacity'>,
  trials: readonly TrialResult[],
  about: Pick<Evidence, 'run' | 'unit' | 'scaling' | 'stairs'>,
): Evidence | null {
  const searches = result.searches.filter(({ holdsRps }) => holdsRps !== null);
  const [first] = searches;
  if (first === undefined) return null;
  const interval = result.capacityRps?.interval ?? null;
  const holdsRps =
    result.capacityRps?.mean ?? Math.min(...searches.map((one) => one.holdsRps ?? 0));
  const fails = searches.flatMap(({ failsRps }) => failsRps ?? []);
  const steps = openSteps(trials);
  const demand = demandOf(steps);
  const servers = demand && serversOf(demand, about.unit);
  return {
    app: first.app,
    workload: first.workload,
    slo: first.slo,
    ...about,
    capacity: {
      rps: interval && interval[0] > 0 ? interval[0] : holdsRps,
      holdsRps,
      failsRps: fails.length > 0 ? Math.max(...fails) : null,
      interval,
      searches: searches.length,
      bottleneck: first.bottleneck,
    },
    demand,
    servers,
    latency: servers && fitLatency(pointsOf(steps), servers),
    ratesRps: [...new Set(steps.map(({ offeredRps }) => offeredRps ?? 0))].sort((a, b) => a - b),
    warnings: result.warnings,
  };
}

export function scalingOf(
  { by, fit, points }: ExperimentResult<'scale'>,
  run: RunReference,
): ReplicaScaling | null {
  if (by !== 'replicas' || fit === null) return null;
  const { alpha, beta, gamma } = fit;
  const testedTo = Math.max(...points.map(({ level }) => level));
  return { run, fit: { alpha, beta, gamma }, testedTo };
}

/** Valid steps at a rate: an overloaded one has a queue that no stationary formula describes. */
export const openSteps = (trials: readonly TrialResult[]): StepResult[] =>
  trials
    .filter(({ purpose }) => purpose === 'measure')
    .flatMap(({ steps }) => steps)
    .filter(
      ({ warmup, model, validity }) => !warmup && model === 'open' && validity.state === 'valid',
    );

/** CPU over right answers, the median of the steps; null where CPU cannot be seen. */
export function demandOf(steps: readonly StepResult[]): Demand | null {
  const costs = steps.flatMap(({ subjectCores, databaseCores, achievedRps }) =>
    subjectCores !== null && databaseCores !== null && achievedRps > 0
      ? [{ app: subjectCores / achievedRps, database: databaseCores / achievedRps }]
      : [],
  );
  if (costs.length === 0) return null;
  return {
    appSeconds: quantile(
      costs.map(({ app }) => app),
      0.5,
    ),
    databaseSeconds: quantile(
      costs.map(({ database }) => database),
      0.5,
    ),
    steps: costs.length,
  };
}

/**
 * The servers of one replica's queue: cores that its workers can use. A limit below a core is a
 * slower server; where the database shares the cores, its work on a request is part of the service.
 */
export function serversOf(
  { appSeconds, databaseSeconds }: Demand,
  { workers, cores }: Unit,
): Servers {
  const own = Math.min(workers, cores.subject);
  const available = cores.shared === null ? own : Math.min(cores.shared, cores.subject);
  const servers = Math.max(1, Math.floor(available));
  const work = appSeconds + (cores.shared === null ? 0 : databaseSeconds);
  return { servers, serviceTimeSeconds: (work * servers) / available };
}

const pointsOf = (steps: readonly StepResult[]): LatencyPoint[] =>
  steps.flatMap(({ offeredRps, latencyMs }) =>
    offeredRps !== null && latencyMs
      ? [
          {
            rateRps: offeredRps,
            meanSeconds: latencyMs.mean / 1000,
            p99Seconds: latencyMs.p99 / 1000,
          },
        ]
      : [],
  );
