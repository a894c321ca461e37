// From k6's end-of-test data to the Summary that the lab reads. Pure.
import type {
  Checkouts,
  Plan,
  Quantiles,
  Step,
  StepSummary,
  Summary,
} from '../../contract/plan.ts';
import { workloadNamed } from '../workloads/index.ts';
import {
  ofArm,
  ofRoute,
  ofStep,
  ofStepAndRoute,
  stepsByRoute,
  wrongBodyRoutes,
} from './options.ts';
import { SERIES } from './series.ts';
import type { SetupResult } from './sessions.ts';
import { thinkTimeOf } from './workload.ts';

type Check = { name: string; fails: number };
type Group = { checks: Check[]; groups: Group[] };
/** What k6 hands to handleSummary(), as far as it is read here. */
export type EndOfTest = {
  metrics: Record<string, { values: Record<string, number> } | undefined>;
  root_group: Group;
  /** What setup() returned. */
  setup_data?: SetupResult;
};

export function summaryOf(plan: Plan, data: EndOfTest): Summary {
  const { scenario, run, trial, app, workload } = plan;
  return {
    schemaVersion: 1,
    scenario,
    run,
    trial,
    app,
    workload,
    thinkTimeSeconds: thinkTimeOf(workloadNamed(workload), plan),
    failedChecks: { ...failedChecks(data.root_group), ...wrongRoutes(plan, data) },
    ...checkoutsOf(plan, data),
    steps: plan.steps.map((step) => ({
      ...stepSummary(step, data),
      ...routesOfStep(plan, step, data),
    })),
  };
}

/** Nothing for a load that never reached a checkout. */
function checkoutsOf(
  { turns }: Plan,
  { metrics }: EndOfTest,
): Pick<Summary, 'checkouts' | 'checkoutsOfArms'> {
  const countOf = (nameOf: (metric: string) => string): Checkouts => {
    const count = (metric: string) => metrics[nameOf(metric)]?.values.count ?? 0;
    return {
      begun: count(SERIES.checkoutsBegun),
      accepted: count(SERIES.checkoutsAccepted),
      refused: count(SERIES.checkoutsRefused),
    };
  };
  const checkouts = countOf((metric) => metric);
  if (checkouts.begun === 0) return {};
  if (turns === undefined) return { checkouts };
  const ofArms = (arm: 'a' | 'b') => countOf((metric) => ofArm(metric, arm));
  return { checkouts, checkoutsOfArms: { a: ofArms('a'), b: ofArms('b') } };
}

function stepSummary(step: Step, { metrics }: EndOfTest): StepSummary {
  const values = (metric: string) => metrics[ofStep(metric, step.name)]?.values ?? {};
  const count = (metric: string) => values(metric).count ?? 0;

  const startSeconds = values(SERIES.stepStart).value ?? 0;
  const startedAtMs = startSeconds > 0 ? Math.round(startSeconds * 1000) : null;
  const answered = count('http_req_duration');
  const iterations = count('iteration_duration');
  // k6 does not report a request that it cuts off when the step's grace ends, but its iteration
  // had begun. The last to begin is known to within a sample: this many, and rather more. A user who
  // waits for a turn ends an iteration without a request: nothing of that was cut off.
  const cutOff = Math.max(0, (values(SERIES.begun).max ?? 0) - Math.max(answered, iterations));
  // k6 calls a request that failed a pass of the rate "failed".
  const failed = (values('http_req_failed').passes ?? 0) + cutOff;
  return {
    name: step.name,
    startedAtMs,
    durationSeconds: step.durationSeconds,
    iterations,
    requests: answered + cutOff,
    lateRequests: count(SERIES.late),
    lateFailures: count(SERIES.lateFailures),
    failed,
    wrongBodies: count(SERIES.wrongBodies),
    sloMisses: count(SERIES.missed) + failed,
    droppedIterations: count('dropped_iterations'),
    latencyMs: quantilesOf(values('http_req_duration')),
    iterationMs: quantilesOf(values('iteration_duration')),
    scheduleLagMs: lagOf(values(SERIES.scheduleLag), count(SERIES.lateStarts)),
    dataReceivedBytes: count('data_received'),
  };
}

/** Nothing for a step whose routes are not told apart. */
function routesOfStep(plan: Plan, step: Step, { metrics }: EndOfTest): Pick<StepSummary, 'routes'> {
  if (!stepsByRoute(plan).includes(step)) return {};
  const routes = wrongBodyRoutes(plan).flatMap((route) => {
    const values = (metric: string) =>
      metrics[ofStepAndRoute(metric, step.name, route)]?.values ?? {};
    const latencyMs = quantilesOf(values('http_req_duration'));
    // k6 calls a request that failed a pass of the rate "failed".
    const failed = values('http_req_failed').passes ?? 0;
    return latencyMs === null ? [] : [{ route, failed, latencyMs }];
  });
  return routes.length === 0 ? {} : { routes };
}

function quantilesOf(values: Record<string, number>): Quantiles | null {
  const { count = 0, avg = 0, min = 0, med = 0, max = 0 } = values;
  const { 'p(95)': p95 = 0, 'p(99)': p99 = 0, 'p(99.9)': p999 = 0 } = values;
  return count === 0 ? null : { count, mean: avg, min, p50: med, p95, p99, p999, max };
}

function lagOf(values: Record<string, number>, over50: number): StepSummary['scheduleLagMs'] {
  const { count: samples = 0, 'p(99)': p99 = 0, max = 0 } = values;
  return samples === 0 ? null : { samples, p99, max, over50 };
}

function failedChecks({ checks, groups }: Group): Record<string, number> {
  const own = checks.filter(({ fails }) => fails > 0).map(({ name, fails }) => [name, fails]);
  return Object.assign(Object.fromEntries(own), ...groups.map(failedChecks));
}

function wrongRoutes(plan: Plan, { metrics }: EndOfTest): Record<string, number> {
  const counts = wrongBodyRoutes(plan).map((route) => {
    const count = metrics[ofRoute(SERIES.wrongBodies, route)]?.values.count ?? 0;
    return [`${route}: body`, count] as const;
  });
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
