// `lab scheduler`: measures a night whenever one is due, for as long as it runs.
import type { Command } from 'commander';
import { Cron } from 'croner';
import { aborted, abortOnSignals } from '../../cli/interrupt';
import { usageError } from '../../errors';
import { resultsDir } from '../../paths';
import { readHistory } from '../../results/history';
import type { NightEntry } from '../../results/night-schema';
import { spawnLab } from '../../runtime/native/processes';

type Options = { at: string; timezone: string };

export function register(program: Command): void {
  program
    .command('scheduler')
    .description('run `lab nightly` once a day, until Ctrl-C; makes up for one that was missed')
    // Not on the hour, when other scheduled jobs start.
    .option('--at <pattern>', 'when, as five fields of cron', '17 3 * * *')
    .option('--timezone <zone>', 'of the pattern', 'UTC')
    .argument('[flags...]', 'for `lab nightly`, after --: -- --runtime attached')
    .action((flags: string[], options: Options) => schedule(options, flags));
}

async function schedule({ at, timezone }: Options, flags: readonly string[]): Promise<void> {
  const signal = abortOnSignals();
  const nights = nightSchedule(at, timezone);
  let measuring: Promise<void> = Promise.resolve();
  let isBusy = false;
  const measure = (night: string): void => {
    if (isBusy) {
      console.error(`The night of ${night} is skipped: the night before it is still running.`);
      return;
    }
    isBusy = true;
    measuring = runNight(night, flags, signal).finally(() => {
      isBusy = false;
    });
  };
  const missed = missedNight(nights, readHistory(resultsDir).nights, new Date());
  if (missed !== undefined) {
    console.error(`The night of ${missed} was missed; it is measured now.`);
    measure(missed);
  }
  nights.schedule(() => measure(nightOf(nights.currentRun() ?? new Date())));
  nights.resume();
  console.error(`The next night begins at ${nights.nextRun()?.toISOString()}.`);
  await aborted(signal);
  nights.stop();
  await measuring;
}

/** In a process of its own, so that a night that crashes does not end the scheduler. */
async function runNight(
  night: string,
  flags: readonly string[],
  cancelSignal: AbortSignal,
): Promise<void> {
  const { exitCode, signal, cause } = await spawnLab(['nightly', ...flags, '--night', night], {
    stdout: 'inherit',
    stderr: 'inherit',
    cancelSignal,
  });
  const ending = exitCode ?? signal;
  console.error(
    ending === undefined
      ? `The night of ${night} could not be started: ${(cause as Error).message}`
      : `The night of ${night} ended with ${ending}.`,
  );
}

/** The date under which a night that is due at this time is recorded. */
export const nightOf = (due: Date): string => due.toISOString().slice(0, 10);

/** Enough to include the days on which the clocks change. */
const runsChecked = 400;

/** @throws LabError (exit 2) for an invalid pattern or time zone, or one due more than once a day */
export function nightSchedule(pattern: string, timezone: string): Cron {
  let schedule: Cron;
  let dates: string[];
  try {
    schedule = new Cron(pattern, { timezone, paused: true });
    dates = schedule.nextRuns(runsChecked).map(nightOf);
  } catch (error) {
    throw usageError(
      `--at "${pattern}" in the time zone ${timezone} is not a schedule: ${(error as Error).message.replace(/\.+$/, '')}. Give five fields such as "17 3 * * *", and a zone such as Europe/Berlin.`,
    );
  }
  const twice = dates.find((date, index) => dates[index - 1] === date);
  if (dates.length === 0 || twice !== undefined) {
    throw usageError(
      `--at "${pattern}" is ${twice ? `due twice on ${twice}` : 'never due'}: there is one night per date (UTC). Give a time of the day such as "17 3 * * *".`,
    );
  }
  return schedule;
}

/**
 * The latest night that was due and not recorded, because the lab was off or was stopped. Only the
 * latest is made up for: a measurement made now says nothing about earlier days. Before the first
 * night, none can be missed.
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
