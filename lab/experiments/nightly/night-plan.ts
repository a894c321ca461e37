// One night's tasks: what is measured, in which order, and whether it fits in its time.

import { usageError } from '../../errors';
import { sloOf } from '../../measure/plans';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { type Subject, subjectLabel, subjectOf } from '../../runtime/subject';
import { seededRandom } from '../../statistics/random';
import type { NightlyPair } from './design';
import { type NightlySettings, pairName } from './nightly-settings';

export type Task = { kind: 'fixed rate' | 'capacity'; pair: number; rerun: number };

/** Fresh process, reset database, k6's own start and end. */
const overheadSeconds = 8;
/** What is measured for the first time leaves the rest to void trials and re-runs. */
const firstShare = 0.75;

export function taskSeconds({ kind }: Task, settings: NightlySettings): number {
  const { fixedRate, capacity } = settings;
  return kind === 'fixed rate'
    ? fixedRate.warmupSeconds + fixedRate.stepSeconds + overheadSeconds
    : 60 * (capacity?.budgetMinutes ?? 0) + overheadSeconds;
}

/**
 * Every pair's tasks by lot: what drifts in the course of a night meets all alike. Another order each
 * night, the same for the same seed and date.
 */
export function drawTasks(settings: NightlySettings, night: string, seed: number): Task[] {
  const tasks = settings.measure.flatMap((_, pair): Task[] => [
    ...(settings.capacity ? [{ kind: 'capacity' as const, pair, rerun: 0 }] : []),
    ...Array.from(
      { length: settings.fixedRate.trials },
      (): Task => ({ kind: 'fixed rate', pair, rerun: 0 }),
    ),
  ]);
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
export function pairsOf(
  settings: NightlySettings,
  cores: number,
): { subjects: Subject[]; pairs: NightlyPair[] } {
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
  return { subjects, pairs };
}

export const nameOfPair = (settings: NightlySettings, pair: number): string => {
  const one = settings.measure[pair];
  return one ? pairName(one) : `pair ${pair}`;
};
