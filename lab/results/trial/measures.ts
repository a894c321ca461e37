// What two subjects are compared by, and how a run gives its figure.

import { z } from 'zod';
import type { Arm } from './result';
import type { StepResult } from './steps';

export const metricNames = ['throughput', 'latency', 'cpu-per-request', 'capacity'] as const;
/** What is asked for on the command line. */
export type MetricName = (typeof metricNames)[number];

/**
 * How a run of a metric is loaded: at one rate, by users who wait, or by a whole search. Metrics
 * with the same one share their trials.
 */
export type LoadKind = 'rate' | 'users' | 'search';

/** The load of a run: a rate of arrivals or users who wait, or whatever a search tries. */
export const heldLoadSchema = z.union([
  z.strictObject({ rateRps: z.number() }),
  z.strictObject({ users: z.number() }),
  z.strictObject({ searched: z.literal(true) }),
]);
export type HeldLoad = z.infer<typeof heldLoadSchema>;

/** One figure of a run; `latency` gives three, because middle, mean and tail move by different causes. */
export type Measure = {
  /** As floors and JSON know it. */
  key: string;
  metric: MetricName;
  /** At the beginning of a line. */
  title: string;
  unit: string;
  better: 'higher' | 'lower';
  /** What the better subject does, as in "A ... than B". */
  wins: string;
  /** What the one with the larger figure does, by a factor in words, beside the other. */
  exceeds(factor: string, other: string): string;
  /** False: means and tails hang on rare stalls of the machine; they are reported with their intervals. */
  decides: boolean;
} & (
  | {
      load: 'rate' | 'users';
      /** Null where the run has no such figure above 0. */
      of(run: RunFigures): number | null;
    }
  | { load: 'search' }
);

/** What a run of one subject gives, from a step that was its alone or from its turns. */
export type RunFigures = {
  achievedRps: number;
  p50Ms: number | null | undefined;
  meanMs: number | null | undefined;
  p99Ms: number | null | undefined;
  /** Of the app's processes, per request. */
  cpuMs: number | null;
};

/** @param arm whose turns they are, where two subjects took turns in the step */
export function runFigures(step: StepResult, arm: Arm | undefined): RunFigures | undefined {
  if (arm !== undefined && step.turns) return step.turns[arm];
  const { achievedRps, latencyMs, subjectCores, durationSeconds, requests } = step;
  return {
    achievedRps,
    p50Ms: latencyMs?.p50,
    meanMs: latencyMs?.mean,
    p99Ms: latencyMs?.p99,
    cpuMs:
      subjectCores === null || requests === 0
        ? null
        : (1000 * subjectCores * durationSeconds) / requests,
  };
}

const measures: readonly Measure[] = [
  {
    key: 'throughput',
    metric: 'throughput',
    title: 'Throughput',
    unit: 'requests per second',
    better: 'higher',
    wins: 'carries more',
    exceeds: (factor, other) => `answers ${factor} times as much as ${other}`,
    decides: true,
    load: 'users',
    of: ({ achievedRps }) => positive(achievedRps),
  },
  {
    key: 'latency-p50',
    metric: 'latency',
    title: 'Median latency',
    unit: 'ms',
    better: 'lower',
    wins: 'is faster',
    exceeds: (factor, other) => `takes ${factor} times as long as ${other} at the median`,
    decides: true,
    load: 'rate',
    of: ({ p50Ms }) => positive(p50Ms),
  },
  {
    key: 'latency-p99',
    metric: 'latency',
    title: 'p99 latency',
    unit: 'ms',
    better: 'lower',
    wins: 'has the shorter tail',
    exceeds: (factor, other) => `takes ${factor} times as long as ${other} at p99`,
    decides: false,
    load: 'rate',
    of: ({ p99Ms }) => positive(p99Ms),
  },
  {
    key: 'latency-mean',
    metric: 'latency',
    title: 'Mean latency',
    unit: 'ms',
    better: 'lower',
    wins: 'is faster',
    exceeds: (factor, other) => `takes ${factor} times as long as ${other} on average`,
    decides: false,
    load: 'rate',
    of: ({ meanMs }) => positive(meanMs),
  },
  {
    key: 'cpu-per-request',
    metric: 'cpu-per-request',
    title: 'CPU per request',
    unit: 'ms',
    better: 'lower',
    wins: 'needs less CPU',
    exceeds: (factor, other) => `needs ${factor} times the CPU of ${other} per request`,
    decides: true,
    load: 'rate',
    of: ({ cpuMs }) => positive(cpuMs),
  },
  {
    key: 'capacity',
    metric: 'capacity',
    title: 'Capacity',
    unit: 'requests per second',
    better: 'higher',
    wins: 'holds its SLO at a higher rate',
    exceeds: (factor, other) => `holds its SLO at ${factor} times the rate of ${other}`,
    decides: true,
    load: 'search',
  },
];

/** Ratios are taken on the log scale, where nothing is 0. */
export const positive = (value: number | null | undefined): number | null =>
  value != null && value > 0 && Number.isFinite(value) ? value : null;

export const measuresOf = (metrics: readonly MetricName[]): Measure[] =>
  measures.filter(({ metric }) => metrics.includes(metric));

/** Each load once, in the order in which a comparison applies them. */
export const loadKindsOf = (metrics: readonly MetricName[]): LoadKind[] => [
  ...new Set(measuresOf(metrics).map(({ load }) => load)),
];

export const formatHeldLoad = (load: HeldLoad): string => {
  if ('users' in load) return `${load.users} users`;
  return 'rateRps' in load ? `${load.rateRps} requests per second` : 'its limit';
};

/** How a measure is treated follows from its key, so that runs analysed before it was known fit too. */
export const isDeciding = (key: string): boolean =>
  measures.find((measure) => measure.key === key)?.decides ?? true;

/** "takes 2.20 times as long as Express at the median", of the subject with the larger figure. */
export const describeExcess = (
  { key, title }: Pick<Measure, 'key' | 'title'>,
  factor: string,
  other: string,
): string =>
  measures.find((measure) => measure.key === key)?.exceeds(factor, other) ??
  `has ${factor} times the ${midSentence(title)} of ${other}`;

/** The title of a measure within a sentence. */
export const midSentence = (title: string): string => title.toLowerCase().replace(/^cpu/, 'CPU');

/** In a column. */
export const formatHeldLoadShort = (load: HeldLoad): string =>
  'rateRps' in load ? `${load.rateRps}/s` : formatHeldLoad(load);

/** Null for a search, which holds none. */
export const sizeOfLoad = (load: HeldLoad): number | null => {
  if ('users' in load) return load.users;
  return 'rateRps' in load ? load.rateRps : null;
};
