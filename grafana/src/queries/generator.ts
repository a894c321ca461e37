// The generator, and the lab around it: whether the measurement is valid.
import type { Query } from '../model';
import { dropped, iterations, unlessDropsAreOfEither } from './load';
import {
  asShare,
  byApp,
  eventsInAll,
  eventsPerSecond,
  happened,
  nativeQuantile,
  ofLoad,
  orZero,
  partPerSecond,
  ratio,
} from './promql';

export const generatorCpuShare: Query = {
  name: 'generatorCpuShare',
  expr: 'generator:cpu:share_rate5s',
  legend: 'generator',
};

export const generatorMemory: Query = {
  name: 'generatorMemory',
  expr: 'sum(process_resident_memory_bytes{job="k6"})',
  legend: 'generator',
};

export const iterationRate: Query = {
  name: 'iterationRate',
  expr: iterations,
  legend: '{{app}}',
};

export const droppedInAll: Query = {
  name: 'droppedInAll',
  expr: orZero(
    eventsInAll('k6_dropped_iterations_total', ofLoad),
    eventsInAll('k6_iterations_total', ofLoad),
  ),
  legend: '{{app}}',
};

/** An arrival that is dropped moves the schedule that lateness is measured against. */
const unlessDropped = (expr: string): string =>
  unlessDropsAreOfEither(`(${expr}) unless on (app) (${dropped} > 0)`);

export const scheduleLag: Query[] = [
  {
    name: 'scheduleLagMedian',
    expr: unlessDropped(nativeQuantile(0.5, 'k6_schedule_lag_seconds', ofLoad)),
    legend: '{{app}} p50',
    line: 'dotted',
  },
  {
    name: 'scheduleLagP99',
    expr: unlessDropped(nativeQuantile(0.99, 'k6_schedule_lag_seconds', ofLoad)),
    legend: '{{app}} p99',
  },
];

const sampled = partPerSecond('count', 'k6_schedule_lag_seconds', ofLoad);

export const lateStartShare: Query = {
  name: 'lateStartShare',
  expr: asShare(
    unlessDropped(ratio(orZero(eventsPerSecond('k6_late_starts_total', ofLoad), sampled), sampled)),
  ),
  legend: '{{app}}',
};

export const usersReady: Query = {
  name: 'usersReady',
  expr: byApp(`k6_vus_max{${ofLoad}}`),
  legend: '{{app}} ready',
  line: 'dotted',
};

const secondsOf = (histogram: string): string => partPerSecond('sum', histogram, ofLoad);

/** What an iteration takes beyond its request: think time, and the generator's own work. */
export const ownTime: Query = {
  name: 'ownTime',
  expr: `clamp_min(${ratio(
    `(${secondsOf('k6_iteration_duration_seconds')} - (${secondsOf('k6_http_req_duration_seconds')}))`,
    partPerSecond('count', 'k6_iteration_duration_seconds', ofLoad),
  )}, 0)`,
  legend: '{{app}}',
};

const perSecond = (name: string, metric: string, rest: Pick<Query, 'legend' | 'line'>): Query => ({
  name,
  expr: orZero(eventsPerSecond(metric, ofLoad), iterations),
  ...rest,
});

export const lateAnswers = perSecond('lateAnswers', 'k6_late_requests_total', {
  legend: '{{app}} late',
});
export const wrongBodies = perSecond('wrongBodies', 'k6_wrong_bodies_total', {
  legend: '{{app}} wrong',
  line: 'dashed',
});

// --- what else ran on the machine ---

const cpuOf = (part: string): string =>
  `sum(rate(headroom_cpu_seconds_total{part="${part}"}[$__rate_interval]))`;
/** Nothing where there is no such part: without load there is no generator. */
const orNone = (expr: string): string => `(${expr} or vector(0))`;
const subjects = orNone('sum(rate(process_cpu_seconds_total{app!=""}[$__rate_interval]))');
/** The lab reads its own k6; one that somebody runs by hand tells by itself, if it has a page. */
const generator = `(${cpuOf('generator')} or sum(rate(process_cpu_seconds_total{job="k6"}[$__rate_interval])) or vector(0))`;

const perCore = (use: string): string =>
  `sum by (part) (rate(headroom_core_seconds_total{use="${use}"}[$__rate_interval]))`;

export const othersOnCores: Query = {
  name: 'othersOnCores',
  expr: `clamp_min(${perCore('busy')} - ${perCore('own')}, 0)`,
  legend: '{{part}}',
  when: 'native',
};

export const stealOnCores: Query = {
  name: 'stealOnCores',
  expr: perCore('steal'),
  legend: '{{part}}, hypervisor',
  when: 'native',
  line: 'dashed',
};

export const otherProcesses: Query = {
  name: 'otherProcesses',
  expr: `clamp_min(${cpuOf('machine')} - ${orNone(cpuOf('database'))} - ${generator} - ${orNone(cpuOf('lab'))} - ${subjects}, 0)`,
  legend: 'other processes',
  when: 'native',
};

export const steal: Query = {
  name: 'steal',
  expr: cpuOf('steal'),
  legend: 'hypervisor',
  when: 'native',
  line: 'dashed',
};

// --- the watching itself ---

export const scrapesUp: Query = {
  name: 'scrapesUp',
  expr: 'sum by (job) (up{job!="k6"})',
  legend: '{{job}}',
};

export const scrapeDuration: Query = {
  name: 'scrapeDuration',
  expr: 'max by (job) (scrape_duration_seconds{job!="k6"})',
  legend: '{{job}}',
};

export const ruleFailures: Query = {
  name: 'ruleFailures',
  expr: `sum(${happened('prometheus_rule_evaluation_failures_total')})`,
  legend: 'rules that failed',
};

export const headSeries: Query = {
  name: 'headSeries',
  expr: 'sum(prometheus_tsdb_head_series)',
  legend: 'series',
};

export const alertsFiring: Query = {
  name: 'alertsFiring',
  expr: 'count(ALERTS{alertstate="firing"}) or vector(0)',
  legend: 'alerts',
};

export const alertList: Query = {
  name: 'alertList',
  // The value of ALERTS is always 1, whatever the state: that stands in a label.
  expr:
    'max by (alertname, alertstate, app, workload)' +
    ' (ALERTS * ignoring (alertstate) group_left () (time() - ALERTS_FOR_STATE))',
  legend: 'For',
  when: 'alert',
};

/** Without those that are only pending: Grafana marks them on the time axis. */
export const alertMarks: Query = {
  name: 'alertMarks',
  expr: 'ALERTS{alertstate="firing"}',
  legend: '{{alertname}} {{app}}',
  when: 'alert',
};
