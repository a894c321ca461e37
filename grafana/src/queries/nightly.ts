// The nights: the latest of each series, as the exporter reads it from the history.
import type { Query } from '../model';
import { ofAppAsAWhole } from './promql';

/**
 * The lab is up for a few hours of a day, and a point of a month's chart stands for an hour and more:
 * each night is shown until the next.
 */
const lastNight = (metric: string, matchers: string): string =>
  `last_over_time(headroom_night_${metric}{${matchers}}[1d])`;

const ofMetric = (name: string, metric: string): Query => ({
  name,
  // Several exporters may read one history.
  expr: `max by (app, profile, workload) (${lastNight('ratio', `${ofAppAsAWhole},metric="${metric}"`)})`,
  legend: '{{app}} {{profile}} {{workload}}',
  when: 'night',
});

export const nightlyCpu = ofMetric('nightlyCpu', 'cpu-ratio');
export const nightlyMedian = ofMetric('nightlyMedian', 'p50-ratio');
export const nightlyP99 = ofMetric('nightlyP99', 'p99-ratio');

const ofSeries = (name: string, metric: string, legend: string): Query => ({
  name,
  expr: `max by (app, profile, workload, metric) (${lastNight(metric, ofAppAsAWhole)})`,
  legend,
  when: 'night',
});

export const nightlyDrift = ofSeries('nightlyDrift', 'drift_ratio', 'from its level');
export const nightlyNoise = ofSeries('nightlyNoise', 'noise_ratio', 'night to night');
export const nightlyRegressed: Query = {
  ...ofSeries('nightlyRegressed', 'regressed', 'verdict'),
  words: { 0: 'no open regression', 1: 'open regression' },
};

export const nightlyRegressions: Query = {
  name: 'nightlyRegressions',
  expr: `sum(max by (app, profile, workload, metric) (${lastNight('regressed', ofAppAsAWhole)}))`,
  legend: 'open regressions',
  when: 'night',
};

export const nightAge: Query = {
  name: 'nightAge',
  // The age of one that has not been heard of for a day is what is asked for, too.
  expr: 'time() - max(last_over_time(headroom_night_end_timestamp_seconds[30d]))',
  legend: 'since the latest night',
  when: 'night',
};

export const nightValid: Query = {
  name: 'nightValid',
  expr: 'min(last_over_time(headroom_night_valid[1d]))',
  legend: 'latest night',
  when: 'night',
  words: { 0: 'void', 1: 'counts' },
};

/** In milliseconds, as Grafana takes times. */
export const nightlyChanges: Query = {
  name: 'nightlyChanges',
  // A mark's step in a month is hours: longer than the lab may be up.
  expr: `last_over_time(headroom_night_change_timestamp_seconds{${ofAppAsAWhole}}[2d]) * 1000`,
  legend: '{{app}} {{workload}} {{metric}}: {{direction}}',
  when: 'event',
};
