// Readiness by asking, not by waiting.
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentError } from '../errors';
import { type Child, describeEnding } from './native/processes';

/** Waits until `ready` is true; gives up when the child ends or the time is over. */
export async function untilReady(
  child: Child,
  timeoutSeconds: number,
  ready: () => Promise<boolean>,
  pollMs = 50,
): Promise<void> {
  let end: string | undefined;
  void child.ended.then((ending) => {
    end = describeEnding(ending);
  });
  if (await becomes(ready, timeoutSeconds, pollMs, () => end !== undefined)) return;
  const what = end ? `${end} while starting` : `was not ready within ${timeoutSeconds} s`;
  throw environmentError(`${child.name} ${what}; its log: ${child.logFile}`);
}

/** Whether it is ready within the time; an attempt that fails is one that is not ready. */
export async function becomes(
  ready: () => Promise<boolean>,
  timeoutSeconds: number,
  pollMs: number,
  isHopeless = () => false,
): Promise<boolean> {
  for (const deadline = Date.now() + timeoutSeconds * 1000; Date.now() < deadline; ) {
    if (isHopeless()) return false;
    if (await ready().catch(() => false)) return true;
    await sleep(pollMs);
  }
  return false;
}

export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
  await response.arrayBuffer();
  return response.ok;
}
