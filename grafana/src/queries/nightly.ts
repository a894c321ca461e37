// The nights: the latest of each series, as the exporter reads it from the history.
import type { Query } from '../model';
import { ofAppAsAWhole } from './promql';

const ofPair = (name: string, metric: string): Query => ({
  name,
  // Several exporters may read one history.
  expr: `max by (app, profile, workload) (headroom_night_${metric}{${ofAppAsAWhole}})`,
  legend: '{{app}} {{profile}} {{workload}}',
  when: 'night',
});

export const nightlyCapacity = ofPair('nightlyCapacity', 'capacity_rps');
export const nightlyP99 = ofPair('nightlyP99', 'p99_seconds');
export const nightlyCpu = ofPair('nightlyCpu', 'cpu_per_request_seconds');
export const nightlyMemory = ofPair('nightlyMemory', 'memory_bytes');

const ofSeries = (name: string, metric: string, legend: string): Query => ({
  name,
  expr: `max by (app, profile, workload, metric) (headroom_night_${metric}{${ofAppAsAWhole}})`,
  legend,
  when: 'night',
});

export const nightlyDrift = ofSeries('nightlyDrift', 'drift_ratio', 'from its level');
export const nightlyNoise = ofSeries('nightlyNoise', 'noise_ratio', 'night to night');
export const nightlyRegressed = ofSeries('nightlyRegressed', 'regressed', 'regression stands');

export const nightlyRegressions: Query = {
  name: 'nightlyRegressions',
  expr: `sum(max by (app, profile, workload, metric) (headroom_night_regressed{${ofAppAsAWhole}}))`,
  legend: 'regressions',
  when: 'night',
};

export const nightAge: Query = {
  name: 'nightAge',
  expr: 'time() - max(headroom_night_end_timestamp_seconds)',
  legend: 'since the latest night',
  when: 'night',
};

export const nightValid: Query = {
  name: 'nightValid',
  expr: 'min(headroom_night_valid)',
  legend: 'latest night counts',
  when: 'night',
};

/** In milliseconds, as Grafana takes times. */
export const nightlyChanges: Query = {
  name: 'nightlyChanges',
  expr: `headroom_night_change_timestamp_seconds{${ofAppAsAWhole}} * 1000`,
  legend: '{{app}} {{workload}} {{metric}}: {{direction}}',
  when: 'event',
};
