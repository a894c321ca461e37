// What several generators saw of one load as if one had made it: counts add up, and quantiles are those of the
// values of all, which each told one by one. A quantile of several is no mean of their quantiles.
import type { Plan, Quantiles, StepSummary, Summary } from '../../../contract/plan';
import { mean, quantileOfSorted, sorted } from '../../statistics/descriptive';

/** Of one generator: durations in milliseconds by the name of the step. */
export type Latencies = Readonly<Record<string, readonly number[]>>;

/** @returns null where not one generator left a summary */
export function mergeSummaries(
  plan: Pick<Plan, 'steps'>,
  summaries: readonly Summary[],
  latencies: readonly Latencies[],
): Summary | null {
  const [first] = summaries;
  if (first === undefined) return null;
  const failedChecks: Record<string, number> = {};
  for (const [name, count] of summaries.flatMap((one) => Object.entries(one.failedChecks))) {
    failedChecks[name] = (failedChecks[name] ?? 0) + count;
  }
  const steps = plan.steps.map(({ name }) => {
    const own = summaries.flatMap((one) => one.steps.filter((step) => step.name === name));
    return mergeSteps(
      own,
      latencies.flatMap((one) => one[name] ?? []),
    );
  });
  return { ...first, failedChecks, steps };
}

function mergeSteps(own: readonly StepSummary[], ms: readonly number[]): StepSummary {
  const [first] = own as [StepSummary];
  const sum = (of: (step: StepSummary) => number) =>
    own.reduce((total, step) => total + of(step), 0);
  const starts = own.flatMap(({ startedAtMs }) => startedAtMs ?? []);
  return {
    name: first.name,
    startedAtMs: starts.length === 0 ? null : Math.min(...starts),
    durationSeconds: first.durationSeconds,
    iterations: sum((step) => step.iterations),
    requests: sum((step) => step.requests),
    lateRequests: sum((step) => step.lateRequests),
    lateFailures: sum((step) => step.lateFailures ?? 0),
    failed: sum((step) => step.failed),
    wrongBodies: sum((step) => step.wrongBodies),
    sloMisses: sum((step) => step.sloMisses),
    droppedIterations: sum((step) => step.droppedIterations),
    latencyMs: quantilesOf(ms),
    iterationMs: boundsOf(own.flatMap(({ iterationMs }) => iterationMs ?? [])),
    scheduleLagMs: mergeLags(own.flatMap(({ scheduleLagMs }) => scheduleLagMs ?? [])),
    dataReceivedBytes: sum((step) => step.dataReceivedBytes),
  };
}

/** As k6 calculates them of all that it kept. */
export function quantilesOf(ms: readonly number[]): Quantiles | null {
  if (ms.length === 0) return null;
  const ascending = sorted(ms);
  const at = (p: number) => quantileOfSorted(ascending, p);
  return {
    count: ms.length,
    mean: mean(ms),
    ...{ min: at(0), p50: at(0.5), p95: at(0.95), p99: at(0.99), p999: at(0.999), max: at(1) },
  };
}

/** Count, mean, least and most are exact. No quantile of all is above the highest of one of them. */
function boundsOf(own: readonly Quantiles[]): Quantiles | null {
  if (own.length === 0) return null;
  const count = own.reduce((total, one) => total + one.count, 0);
  const most = (of: (one: Quantiles) => number) => Math.max(...own.map(of));
  return {
    count,
    mean: own.reduce((total, one) => total + one.mean * one.count, 0) / count,
    min: Math.min(...own.map(({ min }) => min)),
    p50: most((one) => one.p50),
    p95: most((one) => one.p95),
    p99: most((one) => one.p99),
    p999: most((one) => one.p999),
    max: most((one) => one.max),
  };
}

type Lag = NonNullable<StepSummary['scheduleLagMs']>;

function mergeLags(own: readonly Lag[]): Lag | null {
  if (own.length === 0) return null;
  const sum = (of: (lag: Lag) => number) => own.reduce((total, lag) => total + of(lag), 0);
  return {
    samples: sum((lag) => lag.samples),
    over50: sum((lag) => lag.over50),
    p99: Math.max(...own.map(({ p99 }) => p99)),
    max: Math.max(...own.map(({ max }) => max)),
  };
}
