// The generator, and the lab around it: whether the measurement can be believed.
import type { Query } from '../model';
import { byApp, nativeMean, nativeQuantile, ofLoad, orZero, rate, share } from './promql';

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

const iterations = byApp(rate('k6_iterations_total', ofLoad));

export const iterationRate: Query = {
  name: 'iterationRate',
  expr: iterations,
  legend: '{{app}}',
};

/**
 * k6 counts from 0 in each run and sends a counter from its first event on: an increase would miss
 * that first push, the last value has it.
 */
const totalInRange = (counter: string): string =>
  byApp(`last_over_time(${counter}{${ofLoad}}[$__range])`);

export const droppedInAll: Query = {
  name: 'droppedInAll',
  expr: orZero(totalInRange('k6_dropped_iterations_total'), totalInRange('k6_iterations_total')),
  legend: '{{app}}',
};

export const scheduleLag: Query[] = [
  {
    name: 'scheduleLagMedian',
    expr: nativeQuantile(0.5, 'k6_schedule_lag_seconds', ofLoad),
    legend: '{{app}} p50',
    line: 'dotted',
  },
  {
    name: 'scheduleLagP99',
    expr: nativeQuantile(0.99, 'k6_schedule_lag_seconds', ofLoad),
    legend: '{{app}} p99',
  },
];

const sampled = `histogram_count(${byApp(rate('k6_schedule_lag_seconds', ofLoad))})`;

export const lateStartShare: Query = {
  name: 'lateStartShare',
  expr: share(byApp(rate('k6_late_starts_total', ofLoad)), sampled),
  legend: '{{app}}',
};

export const usersReady: Query = {
  name: 'usersReady',
  expr: byApp(`k6_vus_max{${ofLoad}}`),
  legend: '{{app}} ready',
  line: 'dotted',
};

/** What an iteration takes beyond its request: think time, and the generator's own work. */
export const ownTime: Query = {
  name: 'ownTime',
  expr:
    `(${nativeMean('k6_iteration_duration_seconds', ofLoad)})` +
    ` - (${nativeMean('k6_http_req_duration_seconds', ofLoad)})`,
  legend: '{{app}}',
};

const perSecond = (name: string, metric: string, rest: Pick<Query, 'legend' | 'line'>): Query => ({
  name,
  expr: orZero(byApp(rate(metric, ofLoad)), iterations),
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
const subjects = 'sum(rate(process_cpu_seconds_total{app!=""}[$__rate_interval]))';

export const otherProcesses: Query = {
  name: 'otherProcesses',
  expr: `clamp_min(${cpuOf('machine')} - ${cpuOf('database')} - ${cpuOf('generator')} - ${cpuOf('lab')} - ${subjects}, 0)`,
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
  expr: 'sum(increase(prometheus_rule_evaluation_failures_total[1m]))',
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
  expr: 'max by (alertname, severity, app, workload) (ALERTS)',
  legend: 'State',
  when: 'alert',
};

/** Without those that are only pending: Grafana marks them on the time axis. */
export const alertMarks: Query = {
  name: 'alertMarks',
  expr: 'ALERTS{alertstate="firing"}',
  legend: '{{alertname}} {{app}}',
  when: 'alert',
};
