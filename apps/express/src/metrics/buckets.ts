// Upper bounds in seconds, as in contract/metrics.yaml (a test compares them).

/**
 * OpenTelemetry's advice for HTTP durations, with 1 and 2.5 ms added for a machine-local lab, and
 * narrower from 100 ms on, where the SLOs are.
 */
export const DURATION_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1,
  1.5, 2.5, 5, 7.5, 10,
];

export const EVENT_LOOP_DELAY_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
];

export const GC_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1];
