// When nights are due, and which was missed.
import { Cron } from 'croner';
import { usageError } from '../../errors';
import type { NightEntry } from '../../results/night-schema';

/** The date that the night of this time is filed under. */
export const nightOf = (due: Date): string => due.toISOString().slice(0, 10);

/** Enough of them to see a day on which the clocks change. */
const runsLookedAt = 400;

/** @throws LabError (exit 2) for what is no pattern, no time zone, or more often than once a day */
export function nightSchedule(pattern: string, timezone: string): Cron {
  let schedule: Cron;
  let dates: string[];
  try {
    schedule = new Cron(pattern, { timezone, paused: true });
    dates = schedule.nextRuns(runsLookedAt).map(nightOf);
  } catch (error) {
    throw usageError(
      `--at "${pattern}" in the time zone ${timezone} is no schedule: ${(error as Error).message}. Give five fields such as "17 3 * * *", and a zone such as Europe/Berlin.`,
    );
  }
  const twice = dates.find((date, index) => dates[index - 1] === date);
  if (dates.length === 0 || twice !== undefined) {
    throw usageError(
      `--at "${pattern}" is ${twice ? `due twice on ${twice}` : 'never due'}: a night counts once a date (UTC). Give a time of the day such as "17 3 * * *".`,
    );
  }
  return schedule;
}

/**
 * The latest night that was due and never written down: the lab was off, or ended in its middle.
 * Only the latest is made up for, because what is measured now says nothing of earlier days. Before
 * the first night there is nothing to miss.
 */
export function missedNight(
  schedule: Cron,
  nights: readonly NightEntry[],
  now: Date,
): string | undefined {
  const [due] = schedule.previousRuns(1, now);
  if (due === undefined || nights.length === 0) return undefined;
  const night = nightOf(due);
  return nights.some((one) => one.night >= night) ? undefined : night;
}
