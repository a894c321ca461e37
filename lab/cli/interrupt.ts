// Ctrl-C, SIGTERM and a terminal that is closed (SIGHUP) end a run in order; a second one ends it at once.

import { setTimeout as sleep } from 'node:timers/promises';
import { Interrupted, LabError } from '../errors';
import { refusalOf } from '../system-errors';

/** Node's timers hold no more than 24 days. */
const aDayMs = 86_400_000;

/** One Ctrl-C may reach the lab twice: from the terminal, and passed on by the launcher. */
const sameKeyMs = 1000;

/** Aborts on the first signal. The lab's children end with the lab, however it ends. */
export function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  let firstAtMs = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (Date.now() - firstAtMs < sameKeyMs) return;
      process.exit(130);
    }
    firstAtMs = Date.now();
    process.stderr.write(`\n${signal}: stopping. A second signal ends the lab at once.\n`);
    controller.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  return controller.signal;
}

/**
 * Ctrl-C on a terminal reaches every program of the lab's own process group, and one of them may end before the
 * lab: what fails then is the interruption, whatever it says of itself.
 *
 * @throws Interrupted for any error after the signal was aborted; what has another cause is told on stderr
 */
export async function unlessInterrupted<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!signal.aborted || error instanceof Interrupted) throw error;
    const hasOtherCause = !(error instanceof LabError) || refusalOf(error) !== undefined;
    if (hasOtherCause) console.error(`Another error followed: ${(error as Error).message}`);
    throw new Interrupted();
  }
}

/** Until the signal is aborted. The timer keeps the process alive: a signal handler alone does not. */
export async function aborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(aDayMs, undefined, { signal }).catch(() => undefined);
}
