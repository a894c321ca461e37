// One holder at a time, across processes and containers: the kernel's lock (flock), which ends with
// its holder, however that ends. Node has none of its own, so a child holds it: util-linux's flock
// around a `cat` that reads from us, and ends when we do.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { environmentError } from '../errors';

export type HeldLock = AsyncDisposable;

/** What flock ends with when another holds the lock; its default, 1, could be anything's. */
const takenCode = 66;

/**
 * @param path a file that is there only to be locked; made if need be, and left
 * @param waitSeconds 0: not at all
 * @returns undefined when another holds it
 */
export async function takeLock(path: string, waitSeconds: number): Promise<HeldLock | undefined> {
  mkdirSync(dirname(path), { recursive: true });
  const holder = spawn(
    'flock',
    [
      '--exclusive',
      ...['--conflict-exit-code', String(takenCode)],
      ...['--timeout', String(waitSeconds)],
      path,
      ...['sh', '-c', 'echo held; exec cat >/dev/null'],
    ],
    // A process group of its own: Ctrl-C on the terminal must not let go of it before we do.
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  const complaint = textOf(holder);
  const ended = new Promise<number | null>((resolve, reject) => {
    holder.once('error', reject);
    holder.once('close', resolve);
  });
  const held = once(holder.stdout, 'data').then(() => 'held' as const);
  const outcome = await Promise.race([held, ended]).catch((error: Error) => {
    throw environmentError('`flock` cannot be started: install util-linux.', error);
  });
  if (outcome === 'held') return { [Symbol.asyncDispose]: () => letGo(holder, ended) };
  if (outcome === takenCode) return undefined;
  throw environmentError(`${path} cannot be locked: ${complaint().trim()}.`);
}

async function letGo(holder: ChildProcess, ended: Promise<unknown>): Promise<void> {
  holder.stdin?.end();
  await ended;
}

function textOf({ stderr }: ChildProcess): () => string {
  let text = '';
  stderr?.on('data', (data) => {
    text += data;
  });
  return () => text;
}
