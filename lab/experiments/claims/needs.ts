// What the catalogue's experiments need, and how a need is met: which runs on disk answer it, how it
// is measured where there is none, and about how long that takes.

import { isDeepStrictEqual } from 'node:util';
import type { RunContext } from '../../measure/conductor';
import { busyUsers } from '../../measure/plans';
import {
  type SearchSettings,
  searchPaces,
  searchSettings,
} from '../../measure/search/search-settings';
import { type ComparisonRequest, turnPaces } from '../../measure/turns/take-turns';
import type { RunFolder } from '../../results/run-folder';
import type { RunRecord } from '../../results/schemas';
import type { MetricName } from '../../results/trial/measures';
import { parseSubject, subjectOf } from '../../runtime/subject';
import { designOf } from '../index';
import { measureAttacks } from './attacks';
import { type ClaimedApp, claimedApps } from './design';
import { measureFirstOrders } from './first-order';

/** Subjects as a person writes them (`lab compare express django:tuned`), in turns at a rate that both hold. */
type Comparison = { kind: 'compare'; subjects: readonly [a: string, b: string]; workload: string };
/** Of both apps, in alternating trials. */
type Searches = { kind: 'capacity'; workload: string };
type Scaling = { kind: 'scale'; app: ClaimedApp; by: 'users' | 'workers'; workload: string };
/** One run on disk meets it; effort is met by results/effort.json, which `npm run bench -- effort` writes. */
export type Need =
  | Comparison
  | Searches
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

/** What a user waits for, and what a request costs. */
const metrics: readonly MetricName[] = ['latency', 'cpu-per-request'];

/** The most that lab/experiments/scale adds: with fewer there is no telling what far too many leave. */
const mostUsers = 64;

/**
 * All needs of the catalogue from nothing take less than an hour (needs.test.ts); twenty minutes, and
 * indicative, with `--quick`.
 */
const paces = {
  full: {
    // As many blocks as a verdict takes, each loaded as briefly as with `lab compare --quick`: what differs,
    // differs from process to process, and no bound is nearer than a tenth.
    turns: { ...turnPaces.quick, runs: turnPaces.full.runs },
    /** A third of what the slower can do, which a calibration of each finds out. */
    rateRps: undefined,
    searchBudgetSeconds: 120,
    users: { repeats: 5, rounds: 3, levels: undefined },
    workerRepeats: 5,
    /** Ten are the fewest that are not called indicative. */
    firstOrders: 10,
  },
  quick: {
    turns: { ...turnPaces.quick, seconds: 4 },
    /** Every subject holds it, so that none need be calibrated. */
    rateRps: 40,
    searchBudgetSeconds: 60,
    /** One, many, and far too many: what is kept shows, though no law can be fitted. */
    users: { repeats: 3, rounds: 1, levels: [1, 16, mostUsers] },
    workerRepeats: 3,
    firstOrders: 3,
  },
} as const;
export type Pace = keyof typeof paces;

/** Beside the load: stop, reset, start, and the ramp down of a trial; in turns of both arms, with a warm-up. */
const turnSeconds = 4.5;
const blockSeconds = 16;
/** Of each subject, before a rate is chosen and again at the end. */
const calibrationSeconds = 20;
/** db/seed.sql with a million products, once per clone. */
const seedSeconds = 120;
/** Of a subject that users are added to: its warm-up, and the end of what that leaves in flight. */
const crowdSeconds = 8;
/** Of one number of users in each round (lab/experiments/scale). */
const userTurnSeconds = 1.2;
/** lab/experiments/scale has as many numbers of users. */
const userLevels = 7;
/** A warm-up, a step, and its ramp down. */
const workerStepSeconds = 8.5;

type Setting = RunContext & { seed: number };
type ScaleRequest = {
  repeats: number;
  /** Of users, who take turns. */
  rounds: number | undefined;
  /** Those of `lab scale` by default. */
  levels: number[] | undefined;
};

/** The experiments that measure what is missing. lab/verbs/claims.ts passes them in: none imports another. */
export type Measures = {
  compare(need: Comparison, request: ComparisonRequest, setting: Setting): Promise<RunFolder>;
  capacity(need: Searches, settings: SearchSettings, setting: Setting): Promise<RunFolder>;
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
      return comparisonTask(need, pace);
    case 'capacity':
      return searchTask(need, pace);
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

function comparisonTask(need: Comparison, pace: Pace): Task {
  const { subjects, workload } = need;
  const { turns, rateRps } = paces[pace];
  const { runs, warmupSeconds, seconds } = turns;
  const calibrated = rateRps === undefined ? subjects.length : 0;
  const seeded = subjects.some((subject) => subject.endsWith('=1000000')) ? seedSeconds : 0;
  const request: ComparisonRequest = {
    ...turns,
    metrics: [...metrics],
    ...(rateRps !== undefined && { rateRps }),
    workloads: [workload],
    // For metrics by users, or by a search, which no claim asks for.
    users: busyUsers,
    searchOf: searchSettings,
  };
  return {
    title: `compare ${subjects.join(' and ')} on ${workload}`,
    seconds:
      runs * (blockSeconds + warmupSeconds + seconds) + calibrated * calibrationSeconds + seeded,
    isAnsweredBy: (run) => {
      const design = designOf(run, 'compare');
      const load = design?.loads.find((one) => one.workload === workload);
      return (
        design?.turns !== undefined &&
        design.runs >= runs &&
        metrics.every((metric) => design.metrics.includes(metric)) &&
        load?.rateRps != null &&
        isOf(run, subjects)
      );
    },
    measure: (setting, measures) => measures.compare(need, request, setting),
  };
}

function searchTask(need: Searches, pace: Pace): Task {
  const { workload } = need;
  const budgetSeconds = paces[pace].searchBudgetSeconds;
  const settings = searchSettings(workload, searchPaces.quick, budgetSeconds);
  return {
    title: `capacity of ${claimedApps.join(' and ')} on ${workload}`,
    // What starts and ramps down beside the load takes a third as long.
    seconds: (4 / 3) * claimedApps.length * budgetSeconds,
    isAnsweredBy: (run) => {
      const design = designOf(run, 'capacity');
      return (
        design?.workload === workload &&
        design.search.budgetSeconds >= budgetSeconds &&
        isOf(run, claimedApps)
      );
    },
    measure: (setting, measures) => measures.capacity(need, settings, setting),
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
  return need.by === 'users' ? usersTask(need, pace) : workersTask(need, pace);
}

function usersTask(need: Scaling, pace: Pace): Task {
  const { repeats, rounds, levels } = paces[pace].users;
  const turns = rounds * (levels?.length ?? userLevels);
  const request = { repeats, rounds, levels: levels && [...levels] };
  return {
    title: `scale ${need.app} by users on ${need.workload}`,
    seconds: repeats * (turnSeconds + crowdSeconds + turns * userTurnSeconds),
    isAnsweredBy: (run) => {
      const design = designOf(run, 'scale');
      return (
        isScaling(run, need) &&
        (design?.repeats ?? 0) >= repeats &&
        (design?.turns?.rounds ?? 0) >= rounds &&
        Math.max(...(design?.levels ?? [])) >= mostUsers
      );
    },
    measure: (setting, measures) => measures.scale(need, request, setting),
  };
}

/** One worker, and as many as the subject has cores. */
function workersTask(need: Scaling, pace: Pace): Task {
  const repeats = paces[pace].workerRepeats;
  return {
    title: `scale ${need.app} by workers on ${need.workload}`,
    seconds: 2 * repeats * (turnSeconds + workerStepSeconds),
    isAnsweredBy: (run) => {
      const design = designOf(run, 'scale');
      const levels = design?.levels ?? [];
      const cores = run.runtime.placement.subject.length;
      return (
        isScaling(run, need) &&
        (design?.repeats ?? 0) >= repeats &&
        levels.includes(1) &&
        Math.max(...levels) === cores
      );
    },
    measure: (setting, measures) => {
      const levels = [1, setting.runtime.subjectCores];
      return measures.scale(need, { repeats, rounds: undefined, levels }, setting);
    },
  };
}

/** Of throughput, of the app as the framework's documentation deploys it. */
function isScaling(run: RunRecord, { app, by, workload }: Scaling): boolean {
  const design = designOf(run, 'scale');
  return (
    design?.by === by &&
    design.workload === workload &&
    design.search === null &&
    run.subjects.every((subject) => subject.app === app && subject.profile === 'default')
  );
}
