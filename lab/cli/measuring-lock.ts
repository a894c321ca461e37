// One load at a time on the containers of a composition. A lab on the host (`--runtime compose`), the stack's own
// tour and its nights share the folder of runs, and with it this lock.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentError, LabError } from '../errors';
import { takeLock } from '../results/file-lock';
import type { RuntimeName } from './options';

const askEveryMs = 2000;

/**
 * A lab beside containers waits for its turn, since a night may be due meanwhile; one that would change the
 * containers refuses at once.
 *
 * @returns undefined where the lab measures no containers of a composition
 */
export async function takeMeasuringLock(
  resultsDir: string,
  kind: RuntimeName,
  signal: AbortSignal,
): Promise<AsyncDisposable | undefined> {
  if (kind !== 'compose' && kind !== 'attached') return undefined;
  const path = join(resultsDir, 'measuring.lock');
  for (let attempt = 1; ; attempt += 1) {
    const lock = await takeLock(path, 0);
    if (lock !== undefined) return lock;
    if (kind === 'compose') {
      throw environmentError(
        `Another lab measures the containers, and two loads at once would measure each other (${path}). Wait for its end, or stop it: the stack's own tour and its nights are the services lab and nightly.`,
      );
    }
    if (attempt === 1)
      console.error('Another lab is measuring. This one begins when that has ended.');
    await sleep(askEveryMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw new LabError(130, 'Interrupted before anything was measured.');
  }
}
