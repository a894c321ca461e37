// Each kind of request as k6 saw it, over the time that is shown: counts, quantiles, phases, bytes.
import type { AppName } from '../colours';
import type { Query } from '../model';
import {
  eventsInAll,
  eventsPerSecond,
  nativeMean,
  observationsInAll,
  ofLoad,
  orZero,
  ratio,
  share,
} from './promql';

/** Without what the scenario asks before its steps, which has an address in place of a name. */
const ofSteps = `${ofLoad},name=~"/.*"`;

const requests = 'k6_http_reqs_total';
const duration = 'k6_http_req_duration_seconds';
const unexpected = `${ofSteps},expected_response="false"`;

export const requestsInAll: Query = {
  name: 'requestsInAll',
  expr: eventsInAll(requests, ofSteps),
  legend: '{{app}}',
};

export const failedInAll: Query = {
  name: 'failedInAll',
  expr: orZero(eventsInAll(requests, unexpected), eventsInAll(requests, ofSteps)),
  legend: '{{app}}',
};

/** Of what was sent: arrivals that found no user free are on the dashboard Scaling. */
export const metInAll: Query = {
  name: 'metInAll',
  expr: `1 - ${share(
    `(${failedInAll.expr} + ${orZero(eventsInAll('k6_slo_missed_total', ofLoad), eventsInAll(requests, ofSteps))})`,
    eventsInAll(requests, ofSteps),
  )}`,
  legend: '{{app}}',
};

// --- by name, method and status ---

const byName = 'sum by (app, name, method, status)';
const ofName = observationsInAll(duration, ofSteps, byName);

/** Of a native histogram the ends are those of its outermost buckets, 9 % wide at most. */
const quantileOfName = (name: string, legend: string, q: number): Query => ({
  name,
  expr: `histogram_quantile(${q}, ${ofName})`,
  legend,
});

export const countByName: Query = {
  name: 'countByName',
  expr: eventsInAll(requests, ofSteps, byName),
  legend: 'Count',
};

export const quantilesByName: Query[] = [
  quantileOfName('leastByName', 'Min', 0),
  quantileOfName('medianByName', 'p50', 0.5),
  quantileOfName('p95ByName', 'p95', 0.95),
  quantileOfName('p99ByName', 'p99', 0.99),
  quantileOfName('mostByName', 'Max', 1),
];

// --- what went wrong ---

const byError = 'sum by (app, name, status, error_code)';

export const failures: Query[] = [
  {
    name: 'failuresByCode',
    expr: eventsInAll(requests, unexpected, byError),
    legend: 'Count',
    when: 'failure',
  },
  {
    name: 'failureMedian',
    expr: `histogram_quantile(0.5, ${observationsInAll(duration, unexpected, byError)})`,
    legend: 'p50',
    when: 'failure',
  },
];

// --- the phases of a request ---

/** In the order of time. `blocked` holds connecting and the TLS handshake. */
const phases = {
  blocked: 'blocked',
  connecting: 'connecting',
  TLS: 'tls_handshaking',
  sending: 'sending',
  waiting: 'waiting',
  receiving: 'receiving',
} as const;

type Phase = keyof typeof phases;
const histogramOf = (phase: Phase): string => `k6_http_req_${phases[phase]}_seconds`;

/** Phases that follow one another, so that they add up to the whole. */
const stackedPhases = ['blocked', 'sending', 'waiting', 'receiving'] as const;

export const phasesOf = (app: AppName): Query[] =>
  stackedPhases.map((phase) => ({
    name: `${phase}Of${app}`,
    expr: `sum(${nativeMean(histogramOf(phase), `${ofSteps},app="${app}"`)})`,
    legend: phase,
  }));

export const phaseWords: readonly string[] = stackedPhases;

/** The mean of all requests in the time that is shown. */
export const phaseMeans: Query[] = (Object.keys(phases) as Phase[]).map((phase) => {
  const all = observationsInAll(histogramOf(phase), ofSteps);
  return {
    name: `${phase}Mean`,
    expr: ratio(`histogram_sum(${all})`, `histogram_count(${all})`),
    legend: phase,
  };
});

// --- bytes ---

export const bytesReceived: Query = {
  name: 'bytesReceived',
  expr: eventsPerSecond('k6_data_received_total', ofLoad),
  legend: '{{app}} received',
};

export const bytesSent: Query = {
  name: 'bytesSent',
  expr: eventsPerSecond('k6_data_sent_total', ofLoad),
  legend: '{{app}} sent',
  line: 'dashed',
};

export const bytesPerAnswer: Query = {
  name: 'bytesPerAnswer',
  expr: ratio(eventsPerSecond('k6_data_received_total', ofLoad), eventsPerSecond(requests, ofLoad)),
  legend: '{{app}}',
};

// --- the checks of the scenario smoke ---

const checks = `last_over_time(k6_checks_rate{${ofLoad}}[$__range])`;

export const checksPassed: Query = {
  name: 'checksPassed',
  expr: `avg by (app) (${checks})`,
  legend: '{{app}}',
  when: 'checks',
};

export const checksFailed: Query = {
  name: 'checksFailed',
  expr: `min by (app, check) (${checks}) < 1`,
  legend: 'Passed',
  when: 'checks',
};
