// k6's options, all of them made from the plan, here and nowhere else. Pure.
import type { ObjectThreshold, Options, Scenario } from 'k6/options';
import type { Plan, Step } from '../../contract/plan.ts';
import { workloadNamed } from '../workloads/index.ts';
import { forbiddenAddresses } from './guard.ts';
import { COLLECT, segmentOf } from './segment.ts';
import { SERIES } from './series.ts';
import { routesOf } from './workload.ts';

/**
 * Metrics whose figures the summary gives for each step. k6 compares each sample of a metric with
 * all its sub-metrics, so those that every request feeds are few: the trends count requests and
 * iterations too.
 */
const PER_STEP = [
  'http_req_duration',
  'http_req_failed',
  'iteration_duration',
  'dropped_iterations',
  'data_received',
  SERIES.missed,
  SERIES.wrongBodies,
  SERIES.late,
  SERIES.lateFailures,
  SERIES.scheduleLag,
  SERIES.lateStarts,
  SERIES.begun,
  SERIES.stepStart,
];

/** Of each route in each step, which tells the route that breaks the SLO. */
const PER_ROUTE = ['http_req_duration', 'http_req_failed'];
/** With more steps the comparisons would cost the generator some per cent of a request. */
const MOST_STEPS_BY_ROUTE = 8;

/** Of each arm, where there are two: its shop's books are balanced with them. */
const CHECKOUTS = [SERIES.checkoutsBegun, SERIES.checkoutsAccepted, SERIES.checkoutsRefused];

/** Each tag costs each sample: those that nobody asks for (url, proto, ip...) stay away. */
const REQUEST_TAGS = ['scenario', 'name', 'method', 'status', 'expected_response', 'error_code'];
/**
 * The step once more, under a name that comes before all others: to see whether a sample belongs
 * to a sub-metric k6 walks through its tags in the order of their names, again for every step. With
 * eight steps, looking for `scenario` costs each request a twentieth.
 */
const STEP_TAG = 'a_step';
/** Without the two k6 forgets the names of checks. */
const CHECK_TAGS = ['check', 'group'];

/**
 * Options of k6's own that are the same in every run. Each is set although most are k6's defaults:
 * what a script sets takes precedence over k6's configuration file, so the file cannot move the
 * load (hosts), cut it (rps, minIterationDuration, executionSegment, blacklistIPs), keep setup() and
 * its guard from running (noSetup) or change what the summary counts (summaryTrendStats).
 * Environment variables and flags take precedence over the script; k6-settings.ts refuses those.
 * Values are written as k6 prints them, so that k6-settings.ts can compare.
 */
const FIXED = {
  paused: false,
  executionSegment: '0:1',
  executionSegmentSequence: '0,1',
  noSetup: false,
  noTeardown: false,
  // Logging a few hundred customers in takes a slow machine longer than k6's minute.
  setupTimeout: '3m0s',
  teardownTimeout: '1m0s',
  handleSummaryTimeout: '2m0s',
  rps: 0,
  // Each new connection to the next replica: of its own accord k6 draws them, and unevenly.
  dns: { ttl: '5m', select: 'roundRobin', policy: 'preferIPv4' },
  // An answer must not send the load elsewhere.
  maxRedirects: 0,
  batch: 20,
  batchPerHost: 6,
  httpDebug: '',
  insecureSkipTLSVerify: false,
  tlsAuth: [],
  // A refused connection is counted by the script; as a warning it would be one line per request.
  throw: true,
  blacklistIPs: [],
  blockHostnames: [],
  hosts: {},
  noConnectionReuse: false,
  noVUConnectionReuse: false,
  minIterationDuration: '0s',
  summaryTrendStats: ['avg', 'min', 'med', 'p(95)', 'p(99)', 'p(99.9)', 'max', 'count'],
  metricSamplesBufferSize: 1000,
  noCookiesReset: false,
  discardResponseBodies: false,
  // @types/k6 does not know all of them.
} satisfies Options & Record<string, unknown>;

/**
 * @param byHand a person reads the result: k6's thresholds express the SLO and its exit code says
 *   whether it held. With a plan from the lab the lab judges.
 * @param generator which of the plan's generators this is, where there are several
 */
export function optionsFor(plan: Plan, byHand: boolean, generator?: number): Options {
  const { generators } = plan;
  const isOneOfMany = generators !== undefined && generator !== undefined;
  return {
    ...FIXED,
    ...(isOneOfMany && segmentOf(generator, generators)),
    blacklistIPs: forbiddenAddresses(plan),
    scenarios: { ...scenariosOf(plan), ...(isOneOfMany && collecting(plan)) },
    thresholds: byHand ? verdicts(plan) : subMetrics(plan),
    tags: {
      ...{ run: plan.run, trial: String(plan.trial), app: plan.app, workload: plan.workload },
      // Two that wrote the same series would overwrite one another.
      ...(isOneOfMany && { generator: String(generator) }),
    },
    systemTags: plan.scenario === 'smoke' ? [...REQUEST_TAGS, ...CHECK_TAGS] : REQUEST_TAGS,
    userAgent: `headroom-k6/${plan.scenario}`,
  };
}

/** One k6 scenario per step, one after the other. */
function scenariosOf(plan: Plan): Record<string, Scenario> {
  const scenarios: Record<string, Scenario> = {};
  let startSeconds = 0;
  for (const step of plan.steps) {
    scenarios[step.name] = {
      ...(plan.scenario === 'smoke' ? once(step) : held(step)),
      startTime: milliseconds(startSeconds),
      gracefulStop: milliseconds(plan.gracefulStopSeconds),
      tags: { [STEP_TAG]: step.name },
    };
    startSeconds += step.durationSeconds + plan.gapSeconds;
  }
  return scenarios;
}

function held({ load, durationSeconds }: Step): Scenario {
  const duration = milliseconds(durationSeconds);
  if (load.model === 'closed') return { executor: 'constant-vus', vus: load.users, duration };
  return {
    executor: 'constant-arrival-rate',
    rate: load.rateRps,
    timeUnit: '1s',
    duration,
    // All of them ready before the test: k6 would make more in the midst of a measurement.
    preAllocatedVUs: load.maxVUs,
    maxVUs: load.maxVUs,
  };
}

/** Once for each user that there is, after all else: what it has not told yet (generators.ts). */
function collecting({
  steps,
  gapSeconds,
  gracefulStopSeconds,
  generators = 0,
}: Plan): Record<string, Scenario> {
  const users = steps.map(({ load }) => (load.model === 'open' ? load.maxVUs : load.users));
  // Where steps follow one another closely, k6 makes users of the next while those of the last are busy.
  const together = users.map((own, index) =>
    gapSeconds < gracefulStopSeconds ? own + (users[index + 1] ?? 0) : own,
  );
  const endSeconds = steps.reduce((sum, step) => sum + step.durationSeconds + gapSeconds, 0);
  return {
    [COLLECT]: {
      executor: 'per-vu-iterations',
      exec: COLLECT,
      // k6 rounds a generator's part of each scenario by itself: one user more for each.
      vus: Math.max(...together) + generators,
      iterations: 1,
      startTime: milliseconds(endSeconds + gracefulStopSeconds),
      maxDuration: '30s',
    },
  };
}

function once({ durationSeconds }: Step): Scenario {
  const maxDuration = milliseconds(durationSeconds);
  return { executor: 'per-vu-iterations', vus: 1, iterations: 1, maxDuration };
}

function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)}ms`;
}

/** k6 keeps figures by tag for what a threshold names, even one that has nothing to hold. */
function subMetrics(plan: Plan): Record<string, string[]> {
  const perStep = plan.steps.flatMap(({ name }) => PER_STEP.map((metric) => ofStep(metric, name)));
  const perRoute = wrongBodyRoutes(plan).map((route) => ofRoute(SERIES.wrongBodies, route));
  const perArm = (plan.turns?.arms ?? []).flatMap(({ name }) =>
    CHECKOUTS.map((metric) => ofArm(metric, name)),
  );
  const perStepAndRoute = stepsByRoute(plan).flatMap(({ name }) =>
    wrongBodyRoutes(plan).flatMap((route) =>
      PER_ROUTE.map((metric) => ofStepAndRoute(metric, name, route)),
    ),
  );
  const all = [...perStep, ...perRoute, ...perStepAndRoute, ...perArm];
  return Object.fromEntries(all.map((name) => [name, []]));
}

/** Of two that take turns, a route would be neither's; of generators that share a load, all routes are told as one. */
export function stepsByRoute({ steps, turns, generators }: Plan): Step[] {
  const counted = steps.filter(({ warmup }) => !warmup);
  const isOne = turns === undefined && generators === undefined;
  return isOne && counted.length <= MOST_STEPS_BY_ROUTE ? counted : [];
}

/** Routes whose wrong bodies the summary names: the workload's; smoke names its checks itself. */
export function wrongBodyRoutes(plan: Plan): string[] {
  return plan.scenario === 'smoke' ? [] : routesOf(workloadNamed(plan.workload));
}

export function ofStep(metric: string, step: string): string {
  // An arrival that found no user free belongs to none: it has the scenario's name, and no other tag.
  const tag = metric === 'dropped_iterations' ? 'scenario' : STEP_TAG;
  return `${metric}{${tag}:${step}}`;
}

export function ofArm(metric: string, arm: string): string {
  return `${metric}{arm:${arm}}`;
}

export function ofRoute(metric: string, route: string): string {
  return `${metric}{name:${route}}`;
}

export function ofStepAndRoute(metric: string, step: string, route: string): string {
  return `${metric}{${STEP_TAG}:${step},name:${route}}`;
}

/** What fails a run by hand: a check of smoke, or a counted step that breaks the SLO. */
function verdicts(plan: Plan): NonNullable<Options['thresholds']> {
  if (plan.scenario === 'smoke') return { checks: ['rate==1'] };
  const counted = plan.steps.filter(({ warmup }) => !warmup);
  return Object.fromEntries(
    counted.flatMap(({ name }) => [
      // For the reader alone.
      [ofStep('http_req_duration', name), []],
      [ofStep(SERIES.met, name), [heldBy(plan)]],
      // An arrival that found every user waiting was never answered at all.
      [ofStep('dropped_iterations', name), ['count==0']],
    ]),
  );
}

/** A climb by hand ends where the SLO breaks; k6 looks every two seconds. */
function heldBy({ scenario, slo }: Plan): string | ObjectThreshold {
  const threshold = `rate>=${slo.share}`;
  return scenario === 'breakpoint' ? { threshold, abortOnFail: true } : threshold;
}
