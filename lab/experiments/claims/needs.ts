// What the catalogue's experiments need: one need, one run folder. How each is measured, about how long
// that takes, and what is printed before it begins.

import type { RunContext } from '../../measure/conductor';
import { busyUsers } from '../../measure/plans';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { type ComparisonRequest, turnPaces } from '../../measure/turns/take-turns';
import { plural } from '../../render/format';
import { renderTable } from '../../render/table';
import type { RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import type { MetricName } from '../../results/trial/measures';
import { appNames } from '../../runtime/subject';
import { type NamedSubject, parseSubject } from '../../runtime/subject-notation';
import { DEFAULT_MARGIN } from '../../statistics/comparison';
import { measureAttacks } from './measure-attacks';
import { firstOrder, firstOrderPaces } from './measure-first-order';

/** Subjects as a person writes them (`lab compare express django:tuned`). */
export type Need =
  | { kind: 'compare'; a: string; b: string; workload: string; metrics: readonly MetricName[] }
  | { kind: 'noise'; subject: string; workload: string; metrics: readonly MetricName[] }
  | { kind: 'scale'; app: 'express' | 'django'; by: 'users' | 'workers'; workload: string }
  | { kind: 'probes' }
  | { kind: 'first-order' }
  /** No run: results/effort.json, which `npm run bench -- effort` writes. */
  | { kind: 'effort' };

/** What leaves a run's folder. */
export type MeasuredNeed = Exclude<Need, { kind: 'effort' }>;

type Options = RunContext & { seed: number };

/** The experiments that measure what is missing. lab/verbs/claims.ts passes them in: none imports another. */
export type Measures = {
  compare(
    options: Options & {
      a: NamedSubject;
      b: NamedSubject;
      request: ComparisonRequest;
      margin: number;
    },
  ): Promise<RunFolder>;
  noise(
    options: Options & { subject: NamedSubject; request: ComparisonRequest },
  ): Promise<RunFolder>;
  scale(
    options: Options & {
      app: 'express' | 'django';
      by: 'users' | 'workers';
      workload: string;
      profile: 'default';
      levels: number[] | undefined;
      search: null;
      repeats: number;
      seconds: { warmup: number; laterWarmup: number; step: number };
    },
  ): Promise<RunFolder>;
};

export type Experiment = {
  /** After "it compares". */
  title: string;
  needs: readonly Need[];
  /** A machine that gives a subject fewer cores cannot answer it. */
  leastSubjectCores?: number;
};

/** Equal for needs that one run answers. */
export const keyOf = (need: Need): string => JSON.stringify(need);

export type ClaimPace = keyof typeof claimPaces;

/**
 * All needs of the catalogue from nothing: about 80 minutes in full, half of them for the noise
 * floors and comparisons that a lab has anyway; a dozen, and indicative, with `--quick`.
 */
export const claimPaces = {
  full: {
    turns: turnPaces.full,
    /** Half of what the slower can do, which a probe of each finds out. */
    rateRps: undefined,
    // A search takes up to its budget: ten of each app would take as long as all else together.
    searches: 4,
    searchBudgetSeconds: 60,
    scale: { repeats: 3, seconds: { warmup: 3, laterWarmup: 1, step: 4 } },
    users: undefined,
    orders: firstOrderPaces.full.runs,
  },
  quick: {
    turns: { ...turnPaces.quick, seconds: 1 },
    /** Every subject holds it, so that none need be probed. */
    rateRps: 40,
    searches: 1,
    searchBudgetSeconds: 60,
    scale: { repeats: 3, seconds: { warmup: 3, laterWarmup: 1, step: 1 } },
    /** One, many, and far too many: what is kept shows, though no law can be fitted. */
    users: [1, 16, 64],
    orders: firstOrderPaces.quick.runs,
  },
} as const;

const isCapacity = (need: Need): boolean => 'metrics' in need && need.metrics.includes('capacity');

/** Runs per arm that a run on disk must have to stand for this one. */
export function runsWanted(need: Need, pace: ClaimPace): number {
  const { turns, searches, scale: scaling, orders } = claimPaces[pace];
  switch (need.kind) {
    case 'compare':
    case 'noise':
      return isCapacity(need) ? searches : turns.runs;
    case 'scale':
      return scaling.repeats;
    case 'first-order':
      return orders;
    default:
      return 1;
  }
}

export function measureNeed(
  need: MeasuredNeed,
  pace: ClaimPace,
  setting: Options,
  measures: Measures,
): Promise<RunFolder> {
  const chosen = claimPaces[pace];
  switch (need.kind) {
    case 'compare':
      return measures.compare({
        ...setting,
        a: parseSubject(need.a),
        b: parseSubject(need.b),
        request: requestOf(need, pace),
        margin: DEFAULT_MARGIN,
      });
    case 'noise':
      return measures.noise({
        ...setting,
        subject: parseSubject(need.subject),
        request: requestOf(need, pace),
      });
    case 'scale':
      return measures.scale({
        ...setting,
        ...chosen.scale,
        app: need.app,
        by: need.by,
        workload: need.workload,
        profile: 'default',
        levels: need.by === 'users' && chosen.users ? [...chosen.users] : undefined,
        search: null,
      });
    case 'probes':
      return measureAttacks(setting);
    case 'first-order':
      return firstOrder({ ...setting, runs: chosen.orders });
  }
}

function requestOf(need: Need & { kind: 'compare' | 'noise' }, pace: ClaimPace): ComparisonRequest {
  const { turns, searchBudgetSeconds, rateRps } = claimPaces[pace];
  return {
    metrics: [...need.metrics],
    ...(rateRps !== undefined && { rateRps }),
    workloads: [need.workload],
    // For metrics by users, which no claim asks for.
    users: busyUsers,
    runs: runsWanted(need, pace),
    warmupSeconds: turns.warmupSeconds,
    seconds: turns.seconds,
    searchOf: (workload) => searchSettings(workload, searchPaces.quick, searchBudgetSeconds),
  };
}

/** Beside the load: stop, reset, start, and the ramp down of a trial. */
const turnSeconds = 4.5;
/** A probe of each subject before a rate is chosen. */
const probeSeconds = 10;
/** db/seed.sql with a million products, once a clone. */
const seedSeconds = 120;

/** About how long it takes, from what the paces say. */
export function secondsOf(need: Need, pace: ClaimPace): number {
  const { turns, searchBudgetSeconds, scale: scaling, rateRps, users: few } = claimPaces[pace];
  const probing = rateRps === undefined ? probeSeconds : 0;
  const turn = turnSeconds + turns.warmupSeconds + turns.seconds;
  const runs = runsWanted(need, pace);
  switch (need.kind) {
    case 'compare':
      if (isCapacity(need)) return 2 * runs * (turnSeconds + searchBudgetSeconds);
      return 2 * runs * turn + 2 * probing + (need.b.includes('products=') ? seedSeconds : 0);
    case 'noise':
      return 2 * runs * turn + probing;
    case 'scale': {
      const { seconds } = scaling;
      const each = need.by === 'users' ? seconds.laterWarmup : seconds.warmup + turnSeconds;
      const levels = need.by === 'users' ? (few?.length ?? 7) : 6;
      return runs * levels * (each + seconds.step + 1.5);
    }
    case 'first-order':
      return 2 * runs * turnSeconds;
    case 'probes':
      return appNames.length * 20;
    case 'effort':
      return 90;
  }
}

/** Each once, in the order in which they are to be carried out. */
export const distinct = (needs: readonly Need[]): Need[] => [
  ...new Map(needs.map((need) => [keyOf(need), need])).values(),
];

export type ClaimsAgenda = {
  reused: readonly RunRecord[];
  measured: readonly { need: Need; seconds: number }[];
  quick: boolean;
};

export function renderAgenda({ reused, measured, quick }: ClaimsAgenda): string {
  const runs = [...new Map(reused.map((run) => [run.id, run])).values()];
  const total = measured.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    ...(runs.length === 0
      ? []
      : [
          `On disk already, and used as it is (${plural(runs.length, 'run')}):`,
          renderTable(
            ['measured (UTC)', 'revision', 'run'],
            runs.map(({ startedAt, revision, id }) => [
              startedAt.slice(0, 16).replace('T', ' '),
              revision?.commit.slice(0, 12) ?? 'unknown',
              id,
            ]),
          ),
        ]),
    ...(measured.length === 0
      ? ['Nothing will be measured.']
      : [
          `To be measured, about ${formatMinutes(total)} in all${quick ? ', quick and so indicative' : ''}:`,
          renderTable(
            ['about', 'what'],
            measured.map(({ need, seconds }) => [formatMinutes(seconds), describeNeed(need)]),
          ),
          'Ctrl-C keeps what is complete; the same command then goes on with the rest.',
        ]),
  ].join('\n');
}

const formatMinutes = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;

export function describeNeed(need: Need): string {
  switch (need.kind) {
    case 'compare':
      return `compare ${need.a} and ${need.b} on ${need.workload} by ${need.metrics.join(' and ')}`;
    case 'noise':
      return `noise of ${need.subject} on ${need.workload}`;
    case 'scale':
      return `scale ${need.app} by ${need.by} on ${need.workload}`;
    case 'probes':
      return 'attacks on both apps';
    case 'first-order':
      return 'start and first order of both apps';
    case 'effort':
      return 'lines, dependencies, sizes and memory of both apps (bench effort)';
  }
}
