// One holder at a time, across processes and containers: the kernel's lock (flock), which ends with
// its holder, however that ends. Node has none of its own, so a child holds it: util-linux's flock
// around a `cat` that reads from us, and ends when we do.
import { once } from 'node:events';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { environmentError } from '../errors';
import { makeFolder } from '../system-errors';

/** What flock ends with when another holds the lock: none of the codes it has for failures. */
const takenCode = 100;

/**
 * @param path a file that is there only to be locked; made if need be, and left
 * @param waitSeconds 0: not at all
 * @returns undefined when another holds it
 */
export async function takeLock(
  path: string,
  waitSeconds: number,
): Promise<AsyncDisposable | undefined> {
  makeFolder(dirname(path));
  const holder = execa(
    'flock',
    [
      '--exclusive',
      ...['--conflict-exit-code', String(takenCode)],
      ...['--timeout', String(waitSeconds)],
      path,
      ...['sh', '-c', 'echo held; exec cat >/dev/null'],
    ],
    // A process group of its own: Ctrl-C on the terminal must not let go of it before we do.
    { detached: true, reject: false },
  );
  const held = once(holder.stdout, 'data').then(() => 'held' as const);
  const outcome = await Promise.race([held, holder]);
  if (outcome === 'held') {
    return {
      async [Symbol.asyncDispose]() {
        holder.stdin.end();
        await holder;
      },
    };
  }
  if (outcome.exitCode === takenCode) return undefined;
  if (holder.pid === undefined) {
    throw environmentError('`flock` cannot be started: install util-linux.', outcome);
  }
  throw environmentError(`${path} cannot be locked: ${outcome.stderr}.`, outcome);
}
