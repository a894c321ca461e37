// `lab scheduler`: measures a night whenever one is due, for as long as it runs.
import type { Command } from 'commander';
import { aborted, abortOnSignals } from '../../cli/interrupt';
import { resultsDir } from '../../paths';
import { readHistory } from '../../results/history';
import { spawnLab } from '../../runtime/native/processes';
import { missedNight, nightOf, nightSchedule } from './night-schedule';

type Options = { at: string; timezone: string };

export function register(program: Command): void {
  program
    .command('scheduler')
    .description('run `lab nightly` once a day, until Ctrl-C; makes up for one that was missed')
    // Off the hour: whatever else runs by the clock runs on it.
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
      console.error(`The night of ${night} is left out: the one before it is not over.`);
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

/** A process of its own: whatever ends a night, the next one comes. */
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
