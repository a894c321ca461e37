// The load as k6 makes it and sees it answered.
import type { AppName } from '../colours';
import type { Query } from '../model';
import {
  asShare,
  byApp,
  eventsPerSecond,
  nativeMean,
  nativeQuantile,
  observationsPerSecond,
  ofLoad,
  orZero,
  partPerSecond,
  ratio,
} from './promql';
import { serverMeanExpr } from './requests';

/** A refused connection is answered in no time: durations are those of expected answers alone. */
const answered = `${ofLoad},expected_response="true"`;
const duration = 'k6_http_req_duration_seconds';

/** An app that hangs ends nothing: then all that k6 counts is arrivals that it drops. */
const ended = eventsPerSecond('k6_iterations_total', ofLoad);
const drops = eventsPerSecond('k6_dropped_iterations_total', ofLoad);
export const iterations = orZero(ended, drops);
export const dropped = orZero(drops, ended);
const requests = orZero(eventsPerSecond('k6_http_reqs_total', ofLoad), drops);
const achieved = eventsPerSecond('k6_http_reqs_total', answered);
const failed = orZero(
  eventsPerSecond('k6_http_reqs_total', `${ofLoad},expected_response="false"`),
  requests,
);
const missed = orZero(eventsPerSecond('k6_slo_missed_total', ofLoad), requests);
const users = byApp(`k6_vus{${ofLoad}}`);

/**
 * While two apps take turns, k6 counts users and drops under the first; while numbers of users do, as many
 * users as the largest has. What the plan asks for is both's.
 */
const isNotInTurns = 'turns=""';
const takesTurns = `headroom_run_phase{${ofLoad},turns!=""}`;

/** Whose the drops are nobody knows then: whatever app is asked for, they are under the first. */
export const unlessDropsAreOfEither = (expr: string): string => {
  const ofRun = 'run=~"$run",workload=~"$workload"';
  const either = eventsPerSecond('k6_dropped_iterations_total', ofRun, 'sum');
  const apps = `count(headroom_run_phase{${ofRun},turns=~"in turns with.+"})`;
  return `(${expr}) unless on () (${either} > 0 and on () ${apps})`;
};

export const achievedRate: Query = {
  name: 'achievedRate',
  expr: achieved,
  legend: '{{app}} achieved',
};

/** What arrived, whether or not a user was free to make the request. */
export const offeredRate: Query = {
  name: 'offeredRate',
  expr: unlessDropsAreOfEither(`${iterations} + ${dropped}`),
  legend: '{{app}} offered',
  line: 'dashed',
};

export const plannedRate: Query = {
  name: 'plannedRate',
  expr: `max by (app) (headroom_step_offered_rps{${ofLoad},${isNotInTurns}})`,
  legend: '{{app}} planned',
  when: 'open',
  line: 'dotted',
};

export const plannedUsers: Query = {
  name: 'plannedUsers',
  expr: `max by (app) (headroom_step_users{${ofLoad},${isNotInTurns}})`,
  legend: '{{app}} planned',
  when: 'closed',
  line: 'dotted',
};

export const droppedRate: Query = {
  name: 'droppedRate',
  expr: dropped,
  legend: '{{app}} dropped',
  line: 'dashed',
};

export const failedRate: Query = { name: 'failedRate', expr: failed, legend: '{{app}} failed' };

export const failedShare: Query = {
  name: 'failedShare',
  expr: asShare(ratio(failed, requests)),
  legend: '{{app}} client: failed',
  line: 'dashed',
};

/** Failed, wrong, too slow, or never sent because no user was free: none was answered in time. */
export const withinSloShare: Query = {
  name: 'withinSloShare',
  expr: asShare(
    unlessDropsAreOfEither(
      `1 - ${ratio(`(${failed} + ${missed} + ${dropped})`, `(${requests} + ${dropped})`)}`,
    ),
  ),
  legend: '{{app}}',
};

const quantile = (name: string, q: number, rest: Pick<Query, 'line'>): Query => ({
  name,
  expr: nativeQuantile(q, duration, answered),
  legend: `{{app}} p${q * 100}`,
  ...rest,
});

const latencyMedian = quantile('latencyMedian', 0.5, { line: 'dotted' });
const latencyP95 = quantile('latencyP95', 0.95, { line: 'dashed' });
export const latencyP99 = quantile('latencyP99', 0.99, {});
export const latencyQuantiles = [latencyP99, latencyP95, latencyMedian];
/** Two that can be told apart, as points and in little room. */
export const latencyPoints = [latencyMedian, latencyP99];

const clientMeanExpr = nativeMean(duration, answered);

export const clientMean: Query = {
  name: 'clientMean',
  expr: clientMeanExpr,
  legend: '{{app}} client',
};

/** The two are counted at times that differ a little: of quick requests it may be below 0, which is none. */
export const outsideTheApp: Query = {
  name: 'outsideTheApp',
  expr: `(${clientMeanExpr}) - (${serverMeanExpr}) > 0`,
  legend: '{{app}} difference',
  line: 'dotted',
};

/** Of each bucket the share of the moment's answers. */
export const clientHeatmap = (app: AppName): Query => {
  const of = `${answered},app="${app}"`;
  return {
    name: `${app}ClientHeatmap`,
    expr: ratio(
      `(${observationsPerSecond(duration, of, 'sum')})`,
      partPerSecond('count', duration, of, 'sum'),
    ),
    legend: app,
  };
};

export const usersNow: Query = { name: 'usersNow', expr: users, legend: '{{app}} users' };

/** For an axis of powers of two, which has no 0. */
export const usersAtWork: Query = {
  name: 'usersAtWork',
  expr: `${byApp(`k6_vus{${ofLoad}} unless on (app, run) ${takesTurns}`)} > 0`,
  legend: '{{app}} users',
};

/** The bounds of the workloads that are on, and of no other. */
export const latencyBound: Query = {
  name: 'latencyBound',
  expr:
    'max by (workload) (workload:slo_bound:seconds{workload=~"$workload"})' +
    ` and on (workload) max by (workload) (k6_vus{${ofLoad}})`,
  legend: 'SLO of {{workload}}',
  line: 'dashed',
};

/** X(R + Z) of Little's law: iterations per second times the time of one, think time included. */
const servedOrThinking = partPerSecond('sum', 'k6_iteration_duration_seconds', ofLoad);

export const littleProduct: Query = {
  name: 'littleProduct',
  expr: servedOrThinking,
  legend: '{{app}} X(R+Z)',
  line: 'dashed',
};

/**
 * The least of 10 s: where a step begins, users are the new ones and times the old, for a moment. A
 * gap that lasts is a fault. In the open model users come and go with each request.
 */
export const littleGap: Query = {
  name: 'littleGap',
  expr: `min_over_time(${asShare(ratio(`abs(${servedOrThinking} - ${users})`, users))}[10s:2s]) unless on (app) (${plannedRate.expr}) unless on (app) ${takesTurns}`,
  legend: '{{app}}',
};

/**
 * Phases of a run that the lab conducts, every other one by itself: they follow one another without
 * a gap, and would be one.
 */
const phases = (name: string, steps: string): Query => ({
  name,
  expr: `headroom_run_phase{${ofLoad},${steps}}`,
  legend: '{{app}} {{scenario}} {{step}}',
  when: 'run',
});
export const oddPhases = phases('oddPhases', 'step=~".*[13579]"');
export const evenPhases = phases('evenPhases', 'step!~".*[13579]"');

/**
 * The steps of a run by hand, which no exporter knows of: k6 says when each began, once. The window
 * is that of Grafana's step, so that none falls between two.
 */
export const stepsByHand: Query = {
  name: 'stepsByHand',
  expr: `last_over_time(k6_step_start_time_seconds{${ofLoad},run=~"by-hand.*"}[$__rate_interval]) * 1000`,
  legend: '{{app}} {{scenario}}',
};
