// What the catalogue's experiments need, and how a need is met: which runs on disk answer it, how it
// is measured where there is none, and about how long that takes.

import { isDeepStrictEqual } from 'node:util';
import type { RunContext } from '../../measure/conductor';
import { busyUsers } from '../../measure/plans';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { type ComparisonRequest, turnPaces } from '../../measure/turns/take-turns';
import type { RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import { loadKindsOf, type MetricName } from '../../results/trial/measures';
import { type AppName, parseSubject, subjectOf } from '../../runtime/subject';
import { designOf } from '../index';
import { measureAttacks } from './attacks';
import { claimedApps } from './design';
import { measureFirstOrders } from './first-order';

type Measured = { workload: string; metrics: readonly MetricName[] };
/** Subjects as a person writes them (`lab compare express django:tuned`). */
type Comparison = Measured & { kind: 'compare'; subjects: readonly [a: string, b: string] };
type Noise = Measured & { kind: 'noise'; subjects: readonly [subject: string] };
type Scaling = { kind: 'scale'; app: AppName; by: 'users' | 'workers'; workload: string };
/** One run on disk meets it; effort is met by results/effort.json, which `npm run bench -- effort` writes. */
export type Need =
  | Comparison
  | Noise
  | Scaling
  | { kind: 'probes' }
  | { kind: 'first-order' }
  | { kind: 'effort' };

export type Experiment = {
  /** After "it compares". */
  title: string;
  needs: readonly Need[];
  /** A machine that gives a subject fewer cores cannot answer it. */
  leastSubjectCores?: number;
};

/** Equal for needs that one run meets. */
export const keyOf = (need: Need): string => JSON.stringify(need);

/**
 * All needs of the catalogue from nothing: about 80 minutes in full, half of them for the noise
 * floors and comparisons that a lab has anyway; a dozen, and indicative, with `--quick`.
 */
const paces = {
  full: {
    turns: turnPaces.full,
    /** Half of what the slower can do, which a calibration of each finds out. */
    rateRps: undefined,
    // A search takes up to its budget: ten of each app would take as long as all else together.
    searches: 4,
    scale: { repeats: 3, seconds: { warmup: 3, laterWarmup: 1, step: 4 }, users: undefined },
    /** Ten are the fewest that are not called indicative. */
    firstOrders: 10,
  },
  quick: {
    turns: { ...turnPaces.quick, seconds: 4 },
    /** Every subject holds it, so that none need be calibrated. */
    rateRps: 40,
    searches: 1,
    /** One, many, and far too many: what is kept shows, though no law can be fitted. */
    scale: { repeats: 3, seconds: { warmup: 3, laterWarmup: 1, step: 1 }, users: [1, 16, 64] },
    firstOrders: 3,
  },
} as const;
export type Pace = keyof typeof paces;

const searchBudgetSeconds = 60;
/** Beside the load: stop, reset, start, and the ramp down of a trial; in turns of both arms, with a warm-up. */
const turnSeconds = 4.5;
const blockSeconds = 16;
/** Of each subject, before a rate is chosen. */
const calibrationSeconds = 10;
/** db/seed.sql with a million products, once per clone. */
const seedSeconds = 120;

type Setting = RunContext & { seed: number };
type ScaleRequest = {
  repeats: number;
  seconds: { warmup: number; laterWarmup: number; step: number };
  /** Those of `lab scale` by default. */
  levels: number[] | undefined;
};

/** The experiments that measure what is missing. lab/verbs/claims.ts passes them in: none imports another. */
export type Measures = {
  compare(need: Comparison, request: ComparisonRequest, setting: Setting): Promise<RunFolder>;
  noise(need: Noise, request: ComparisonRequest, setting: Setting): Promise<RunFolder>;
  scale(need: Scaling, request: ScaleRequest, setting: Setting): Promise<RunFolder>;
};

/** How a need is met. */
export type Task = {
  title: string;
  /** About how long measuring takes. */
  seconds: number;
  isAnsweredBy(run: RunRecord): boolean;
  /** Absent where no run does: `bench effort` is a process of its own. */
  measure?(setting: Setting, measures: Measures): Promise<RunFolder>;
};

export function taskOf(need: Need, pace: Pace): Task {
  const { firstOrders } = paces[pace];
  switch (need.kind) {
    case 'compare':
    case 'noise':
      return turnsTask(need, pace);
    case 'scale':
      return scaleTask(need, pace);
    case 'probes':
      return {
        title: 'attacks on both apps',
        seconds: claimedApps.length * 20,
        isAnsweredBy: ({ design }) => design?.kind === 'probes',
        measure: measureAttacks,
      };
    case 'first-order':
      return {
        title: 'start and first order of both apps',
        seconds: 2 * firstOrders * turnSeconds,
        isAnsweredBy: (run) => (designOf(run, 'first-order')?.runs ?? 0) >= firstOrders,
        measure: (setting) => measureFirstOrders({ ...setting, runs: firstOrders }),
      };
    case 'effort':
      return {
        title: 'lines, dependencies, sizes and memory of both apps (bench effort)',
        seconds: 90,
        isAnsweredBy: () => false,
      };
  }
}

const loadFields = { rate: 'rateRps', users: 'users', search: 'search' } as const;

function turnsTask(need: Comparison | Noise, pace: Pace): Task {
  const { kind, subjects, workload, metrics } = need;
  const { turns, searches, rateRps } = paces[pace];
  const isCapacity = metrics.includes('capacity');
  const runs = isCapacity ? searches : turns.runs;
  const loadSeconds = isCapacity ? searchBudgetSeconds : turns.warmupSeconds + turns.seconds;
  const calibrated = isCapacity || rateRps !== undefined ? 0 : subjects.length;
  const seeded = subjects.some((subject) => subject.endsWith('=1000000')) ? seedSeconds : 0;
  const request: ComparisonRequest = {
    metrics: [...metrics],
    ...(rateRps !== undefined && { rateRps }),
    workloads: [workload],
    // For metrics by users, which no claim asks for.
    users: busyUsers,
    runs,
    warmupSeconds: turns.warmupSeconds,
    seconds: turns.seconds,
    searchOf: (name) => searchSettings(name, searchPaces.quick, searchBudgetSeconds),
  };
  return {
    title:
      kind === 'noise'
        ? `noise of ${subjects[0]} on ${workload}`
        : `compare ${subjects.join(' and ')} on ${workload} by ${metrics.join(' and ')}`,
    seconds:
      runs * (isCapacity ? 2 * (turnSeconds + loadSeconds) : blockSeconds + loadSeconds) +
      calibrated * calibrationSeconds +
      seeded,
    isAnsweredBy: (run) => {
      const design = designOf(run, kind);
      const load = design?.loads.find((one) => one.workload === workload);
      return (
        design !== undefined &&
        design.runs >= runs &&
        metrics.every((metric) => design.metrics.includes(metric)) &&
        load !== undefined &&
        loadKindsOf(metrics).every((one) => load[loadFields[one]] !== null) &&
        isOf(run, subjects)
      );
    },
    measure: (setting, measures) =>
      need.kind === 'noise'
        ? measures.noise(need, request, setting)
        : measures.compare(need, request, setting),
  };
}

/** Whether these were its subjects, in this order and just as their notation says. */
function isOf({ subjects, runtime }: RunRecord, notations: readonly string[]): boolean {
  const cores = runtime.placement.subject.length;
  const wanted = notations.map((notation) => {
    const { app, profile, variation } = parseSubject(notation);
    return subjectOf(app, profile, cores, variation);
  });
  return isDeepStrictEqual(subjects, wanted);
}

function scaleTask(need: Scaling, pace: Pace): Task {
  const { app, by, workload } = need;
  const { repeats, seconds, users } = paces[pace].scale;
  const isByUsers = by === 'users';
  const restartSeconds = isByUsers ? seconds.laterWarmup : seconds.warmup + turnSeconds;
  const levels = isByUsers && users ? [...users] : undefined;
  const levelCount = levels?.length ?? (isByUsers ? 7 : 6);
  return {
    title: `scale ${app} by ${by} on ${workload}`,
    seconds: repeats * levelCount * (restartSeconds + seconds.step + 1.5),
    isAnsweredBy: (run) => {
      const design = designOf(run, 'scale');
      return (
        design !== undefined &&
        design.by === by &&
        design.workload === workload &&
        design.search === null &&
        design.repeats >= repeats &&
        run.subjects.every((subject) => subject.app === app && subject.profile === 'default')
      );
    },
    measure: (setting, measures) => measures.scale(need, { repeats, seconds, levels }, setting),
  };
}
