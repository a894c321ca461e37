// A night's tasks: what is measured, in which order, and whether it fits into the night's budget.

import { usageError } from '../../errors';
import { turnsOn } from '../../measure/turns/paired-blocks';
import { sloOf } from '../../measure/workloads';
import { subjectLabel } from '../../results/subject-label';
import type { Runtime } from '../../runtime/runtime';
import { type Subject, subjectNamed, subjectOf } from '../../runtime/subject';
import { seededRandom } from '../../statistics/random';
import type { NightlyDesign, NightlyPair } from './analyse';
import type { NightlySettings } from './settings';
import type { Yardstick } from './yardstick';

/** One block of a pair. */
export type Task = { pair: number; block: number };

/** Two fresh processes on reset databases, their warm-up at full load, k6's own starts and ends. */
const overheadSeconds = 20;
/** Share of the budget for what is planned; the rest is for void blocks. */
const plannedShare = 0.85;

export const taskSeconds = ({ turns }: NightlySettings): number =>
  turns.warmupSeconds + turns.seconds + overheadSeconds;

/**
 * Every pair's blocks in random order, so that drift during the night affects all of them alike. The
 * order differs from night to night and is the same for the same seed and date.
 */
export function drawTasks(settings: NightlySettings, night: string, seed: number): Task[] {
  const { measure, turns } = settings;
  const tasks = measure.flatMap((_, pair) =>
    Array.from({ length: turns.blocks }, (_block, block): Task => ({ pair, block })),
  );
  requireFits(tasks, settings);
  const random = seededRandom(seed + Date.parse(night) / 86_400_000);
  const order = random.shuffle(tasks.map((_, index) => index));
  return order.map((index) => tasks[index] as Task);
}

function requireFits({ length }: readonly Task[], settings: NightlySettings): void {
  const minutes = (length * taskSeconds(settings)) / 60;
  const needed = Math.ceil(minutes / plannedShare);
  if (needed <= settings.budgetMinutes) return;
  throw usageError(
    `budgetMinutes is ${settings.budgetMinutes}, but what is to be measured takes ${Math.ceil(minutes)} minutes, and some time is kept for void blocks. Give ${needed} or more, or measure less.`,
  );
}

/**
 * The subjects with their yardsticks, each once, and what is measured of them.
 *
 * @param yardsticks one of each pair that the settings name
 */
export function designNight(
  { measure, turns, mostVoidShare }: NightlySettings,
  yardsticks: readonly Yardstick[],
  night: string,
  { facts, subjectCores }: Pick<Runtime, 'facts' | 'subjectCores'>,
): { subjects: Subject[]; design: NightlyDesign } {
  const subjects: Subject[] = [];
  const indexOf = (made: Subject): number => {
    const label = labelOf(made);
    const known = subjects.findIndex((subject) => labelOf(subject) === label);
    return known < 0 ? subjects.push(made) - 1 : known;
  };
  const { blocks, warmupSeconds, seconds } = turns;
  const pairs = measure.map(({ app, profile, workload, rateRps }, index): NightlyPair => {
    const { name, named, revision } = yardsticks[index] as Yardstick;
    const made = subjectOf(app, profile, subjectCores);
    const yardstick = subjectNamed(named, subjectCores);
    const inTurns = turnsOn(facts, made, yardstick);
    if (inTurns === undefined) throw new Error(`${app} cannot take turns with ${name}`);
    const { share, thresholdSeconds } = sloOf(workload);
    const configuration = [
      subjectLabel(made),
      `${rateRps}/s, ${blocks} x ${seconds} s after ${warmupSeconds} s`,
      `SLO ${100 * share} % in ${1000 * thresholdSeconds} ms`,
    ].join('; ');
    return {
      ...{ app, profile, workload, subject: indexOf(made), against: indexOf(yardstick) },
      ...{ yardstick: name, rateRps, turns: inTurns, configuration },
      ...(revision !== undefined && { revision }),
    };
  });
  return {
    subjects,
    design: { kind: 'night', night, pairs, blocks, warmupSeconds, seconds, mostVoidShare },
  };
}

/** A revision may have the same workers as the clone. */
const labelOf = (subject: Subject): string =>
  `${subjectLabel(subject)} ${subject.revision?.tree ?? ''}`;
