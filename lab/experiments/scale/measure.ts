// `lab scale`: throughput or capacity at growing numbers of workers, replicas, cores or users.

import { usageError } from '../../errors';
import {
  type Conductor,
  type RunContext,
  runExperiment,
  type Trial,
} from '../../measure/conductor';
import { steadyPlan, userTurnsPlan } from '../../measure/plans';
import { searchCapacity } from '../../measure/search/search-capacity';
import type { SearchSettings } from '../../measure/search/search-settings';
import type { RunFolder } from '../../results/run-folder';
import type { Runtime } from '../../runtime/runtime';
import {
  type AppName,
  mostReplicas,
  mostWorkers,
  type ProfileName,
  requirePlain,
  type Subject,
  subjectOf,
} from '../../runtime/subject';
import { type Random, seededRandom } from '../../statistics/random';
import type { ScaleBy, ScaleDesign } from './design';
import { scale as scaleExperiment } from './experiment';

type Pace = Pick<ScaleDesign, 'repeats' | 'seconds' | 'turns'>;

export const scalePaces: Record<'full' | 'quick', Pace> = {
  // Three rounds of seven levels are 21 observations: enough for a bootstrap (docs/method.md).
  full: { repeats: 3, seconds: { warmup: 10, laterWarmup: 2, step: 10 } },
  quick: { repeats: 1, seconds: { warmup: 3, laterWarmup: 1, step: 1 } },
};

/**
 * Of users, who need no new process: all levels take turns within one step, so that what slows the
 * machine for seconds slows each of them. A repeat is a fresh process all the same: six in six minutes.
 * A turn is long enough for 64 requests in flight to end in its first part, at 160 per second or more.
 */
export const userTurns = { seconds: 1.2, skipSeconds: 0.4 } as const;
export const userPaces: Record<'full' | 'quick', Pace> = {
  full: {
    repeats: 6,
    seconds: { warmup: 6, laterWarmup: 2, step: userTurns.seconds },
    turns: { ...userTurns, rounds: 5 },
  },
  quick: {
    repeats: 1,
    seconds: { warmup: 3, laterWarmup: 1, step: userTurns.seconds },
    turns: { ...userTurns, rounds: 1 },
  },
};

/**
 * Four for each thread of the most threaded worker: none idles while an answer is under way, and
 * what is added with a worker is a worker, with the same crowd before each.
 */
const usersPerWorker = 16;
/** Shares of what a subject may use: a limit of all of it is no limit. */
const cpuShares = [0.15, 0.25, 0.4, 0.55, 0.75, 1];
/** Where the database shares the subject's cores, it needs a part of them: about a fifth of a request. */
const roomBesideDatabase = 0.75;

export const measureNames = ['throughput', 'capacity'] as const;

const mostLevel: Record<ScaleBy, number> = {
  workers: mostWorkers,
  replicas: mostReplicas,
  cpus: mostWorkers,
  users: 1000,
};

/** @throws usageError where the levels, or what is asked of them, make no sense */
export function levelsOf(
  by: ScaleBy,
  measure: (typeof measureNames)[number],
  chosen: readonly number[] | undefined,
): number[] | undefined {
  if (by === 'users' && measure === 'capacity') {
    throw usageError(
      '--by users measures throughput: a capacity is a rate, which no user waits for.',
    );
  }
  if (chosen === undefined) return undefined;
  const levels = [...new Set(chosen)].sort((a, b) => a - b);
  if (levels.length < 2)
    throw usageError('--levels needs two different levels at least, six for a fit.');
  for (const level of levels) {
    const whole = by === 'cpus' || Number.isInteger(level);
    if (!whole || level > mostLevel[by]) {
      const kind = by === 'cpus' ? 'numbers' : 'whole numbers';
      throw usageError(`--levels has ${level}: ${by} are ${kind} up to ${mostLevel[by]}.`);
    }
  }
  return levels;
}

/** Cores that quotas may hand out, so that the last of them is still there to give. */
function roomOf({ facts, subjectCores }: Runtime): number {
  const { subject, database } = facts.placement;
  const isShared = database.some((cpu) => subject.includes(cpu));
  return subjectCores * (isShared ? roomBesideDatabase : 1);
}

/** To a hundredth of a core, a millisecond of each period. */
const toHundredths = (cores: number): number => Math.max(0.01, Math.floor(100 * cores) / 100);

const defaultLevels: Record<ScaleBy, (room: number) => number[]> = {
  workers: () => [1, 2, 3, 4, 6, 8],
  replicas: () => [1, 2, 3, 4, 5, 6],
  cpus: (room) => cpuShares.map((share) => toHundredths(share * room)),
  users: () => [1, 2, 4, 8, 16, 32, 64],
};

export function scale(
  options: RunContext &
    Pace & {
      app: AppName;
      profile: ProfileName;
      workload: string;
      by: ScaleBy;
      levels: number[] | undefined;
      search: SearchSettings | null;
      seed: number;
    },
): Promise<RunFolder> {
  const { runtime, app, profile, by, workload, repeats, seconds, search, turns } = options;
  const cores = runtime.subjectCores;
  const room = roomOf(runtime);
  const levels = options.levels ?? defaultLevels[by](room);
  // All replicas together have what one subject may use, and none more than a core.
  const cpusPerReplica = toHundredths(Math.min(1, room / Math.max(...levels)));
  const design: ScaleDesign = {
    kind: 'scale',
    by,
    workload,
    levels,
    repeats,
    usersPerWorker,
    seconds,
    ...(turns && { turns }),
    search,
    cpusPerReplica,
  };
  const subjects =
    by === 'users'
      ? [subjectOf(app, profile, cores)]
      : levels.map((level) =>
          subjectOf(app, profile, cores, variationOf(by, level, cpusPerReplica)),
        );
  for (const subject of subjects) requirePlain(subject, runtime.facts.kind);
  const random = seededRandom(options.seed);
  const order = orderOf(design, random);
  const trials = search
    ? []
    : design.turns
      ? turnTrials(design, subjects[0] as Subject, random)
      : levelTrials(design, subjects, order);
  const run = { ...options, experiment: scaleExperiment, subjects, design, trials };
  return runExperiment(run, async (conductor) => {
    if (search) await searchLevels(conductor, design, search, subjects, order);
    else await measureLevels(conductor, subjects, trials);
  });
}

const variationOf = (by: ScaleBy, level: number, cpusPerReplica: number) =>
  by === 'replicas' ? { replicas: level, cpus: cpusPerReplica } : { [by]: level };

type Turn = { level: number; repeat: number };

/**
 * Every level once, in random order, then again in another: a machine that drifts, in
 * whatever shape, adds to the scatter and not to the curve, and no level always follows the same
 * one. Climbing and descending would cancel a straight drift alone.
 */
export function orderOf(
  { levels, repeats }: Pick<ScaleDesign, 'levels' | 'repeats'>,
  random: Random,
): Turn[] {
  return Array.from({ length: repeats }, (_, repeat) =>
    random.shuffle([...levels]).map((level) => ({ level, repeat })),
  ).flat();
}

type LevelTrial = Trial & { subject: number };

/** All numbers of users in each, in rounds of turns: a trial is a repeat, on a fresh process. */
function turnTrials(design: ScaleDesign, { app }: Subject, random: Random): LevelTrial[] {
  const { levels, repeats, workload, turns, seconds } = design;
  if (turns === undefined) throw new Error('this design takes no turns');
  const { rounds, ...lengths } = turns;
  return Array.from({ length: repeats }, (_, block): LevelTrial => {
    const order = orderOf({ levels, repeats: rounds }, random).map(({ level }) => level);
    return {
      ...{ subject: 0, block, scenario: 'concurrency', app, workload, purpose: 'measure' },
      load: (basis) => userTurnsPlan(basis, { ...lengths, order }, seconds.warmup),
    };
  });
}

/** A step for each level, of a subject and a process of its own. */
const levelTrials = (
  { levels, workload, seconds: { warmup, step } }: ScaleDesign,
  subjects: readonly Subject[],
  order: readonly Turn[],
): LevelTrial[] =>
  order.map(({ level, repeat }) => {
    const subject = levels.indexOf(level);
    const measured = subjects[subject] as Subject;
    const users = usersFor(measured);
    return {
      subject,
      block: repeat,
      level,
      scenario: 'concurrency',
      app: measured.app,
      workload,
      purpose: 'measure',
      load: (basis) => steadyPlan(basis, { users }, { warmup, step }),
    };
  });

async function measureLevels(
  conductor: Conductor,
  subjects: readonly Subject[],
  trials: readonly LevelTrial[],
): Promise<void> {
  for (const trial of trials) {
    const endpoint = await conductor.runtime.start(subjects[trial.subject] as Subject);
    await conductor.trial(endpoint, trial);
  }
}

const usersFor = ({ workers, replicas }: Subject): number => usersPerWorker * workers * replicas;

async function searchLevels(
  conductor: Conductor,
  design: ScaleDesign,
  settings: SearchSettings,
  subjects: readonly Subject[],
  order: readonly Turn[],
): Promise<void> {
  for (const [search, { level, repeat }] of order.entries()) {
    const subjectIndex = design.levels.indexOf(level);
    await searchCapacity(conductor, {
      subject: subjects[subjectIndex] as Subject,
      subjectIndex,
      workload: design.workload,
      settings,
      search,
      place: { level, block: repeat },
    });
  }
}
