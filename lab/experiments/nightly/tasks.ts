// A night's tasks: what is measured, in which order, and whether it fits into the night's budget.

import { usageError } from '../../errors';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { sloOf } from '../../measure/workloads';
import { subjectLabel } from '../../results/subject-label';
import { type Subject, subjectOf } from '../../runtime/subject';
import { seededRandom } from '../../statistics/random';
import type { NightlyDesign, NightlyPair } from './analyse';
import type { NightlySettings } from './settings';

/** @property rerun 0: the night's first measurement */
export type Task = { kind: 'fixed rate' | 'capacity'; pair: number; rerun: number };

/** Fresh process, reset database, k6's own start and end. */
const overheadSeconds = 8;
/** Share of the budget for first measurements; the rest is for void trials and re-runs. */
const firstShare = 0.75;

export function taskSeconds({ kind }: Task, { fixedRate, capacity }: NightlySettings): number {
  const load =
    kind === 'fixed rate'
      ? fixedRate.warmupSeconds + fixedRate.stepSeconds
      : 60 * (capacity?.budgetMinutes ?? 0);
  return load + overheadSeconds;
}

/** One measurement of a pair: a search, the trials at its fixed rate, or both. */
export const tasksOf = (
  pair: number,
  rerun: number,
  { searches, trials }: { searches: boolean; trials: number },
): Task[] => [
  ...(searches ? [{ kind: 'capacity' as const, pair, rerun }] : []),
  ...Array.from({ length: trials }, (): Task => ({ kind: 'fixed rate', pair, rerun })),
];

/**
 * Every pair's tasks in random order, so that drift during the night affects all of them alike. The
 * order differs from night to night and is the same for the same seed and date.
 */
export function drawTasks(settings: NightlySettings, night: string, seed: number): Task[] {
  const { measure, capacity, fixedRate } = settings;
  const both = { searches: capacity !== undefined, trials: fixedRate.trials };
  const tasks = measure.flatMap((_, pair) => tasksOf(pair, 0, both));
  requireFits(tasks, settings);
  const random = seededRandom(seed + Date.parse(night) / 86_400_000);
  const order = random.shuffle(tasks.map((_, index) => index));
  return order.map((index) => tasks[index] as Task);
}

function requireFits(tasks: readonly Task[], settings: NightlySettings): void {
  const minutes = tasks.reduce((sum, task) => sum + taskSeconds(task, settings), 0) / 60;
  const needed = Math.ceil(minutes / firstShare);
  if (needed <= settings.budgetMinutes) return;
  throw usageError(
    `budgetMinutes is ${settings.budgetMinutes}, but what is to be measured takes ${Math.ceil(minutes)} minutes, and a quarter of a night is kept for void trials and re-runs. Give ${needed} or more, or measure less.`,
  );
}

/** The subjects, each once, and what is measured of them. */
export function designNight(
  settings: NightlySettings,
  night: string,
  cores: number,
): { subjects: Subject[]; design: NightlyDesign } {
  const subjects: Subject[] = [];
  const { trials, warmupSeconds, stepSeconds } = settings.fixedRate;
  const pairs = settings.measure.map(({ app, profile, workload, rateRps }): NightlyPair => {
    const made = subjectOf(app, profile, cores);
    let subject = subjects.findIndex((known) => subjectLabel(known) === subjectLabel(made));
    if (subject < 0) subject = subjects.push(made) - 1;
    const { share, thresholdSeconds } = sloOf(workload);
    const configuration = [
      subjectLabel(made),
      `${rateRps}/s, ${trials} x ${stepSeconds} s after ${warmupSeconds} s`,
      `SLO ${100 * share} % in ${1000 * thresholdSeconds} ms`,
    ].join('; ');
    const search = settings.capacity
      ? searchSettings(workload, searchPaces.full, 60 * settings.capacity.budgetMinutes)
      : null;
    return { app, profile, workload, subject, rateRps, search, configuration };
  });
  const { mostVoidShare } = settings;
  return { subjects, design: { kind: 'nightly', night, pairs, trials, mostVoidShare } };
}
