// Readiness by asking, not by waiting.
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentError } from '../errors';
import { type Child, describeEnding } from './native/processes';
import { type PortName, portVariable } from './ports';

const usualPollMs = 50;

/** Waits until `ready` is true; gives up when the child ends or the time is over. */
export async function untilReady(
  child: Child,
  timeoutSeconds: number,
  ready: () => Promise<boolean>,
  pollMs = usualPollMs,
): Promise<void> {
  let end: string | undefined;
  void child.ended.then((ending) => {
    end = describeEnding(ending);
  });
  for (const deadline = Date.now() + timeoutSeconds * 1000; Date.now() < deadline; ) {
    if (end !== undefined) {
      throw environmentError(`${child.name} ${end} while starting; its log: ${child.logFile}`);
    }
    if (await ready().catch(() => false)) return;
    await sleep(pollMs);
  }
  throw environmentError(
    `${child.name} was not ready within ${timeoutSeconds} s; its log: ${child.logFile}`,
  );
}

export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
  await response.arrayBuffer();
  return response.ok;
}

/** Refuses to start on a port that somebody else has: their answers would be measured. */
export async function requireFreePort(name: PortName, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer()
      .once('error', (error) =>
        reject(
          environmentError(
            `Port ${port} (${name}) is taken by another program. Stop that program, or choose another port: ${portVariable(name)}=PORT.`,
            error,
          ),
        ),
      )
      .listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve()));
  });
}
