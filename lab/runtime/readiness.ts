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

/** A cold start's first answer may take as long. */
const answerTimeoutMs = 3000;

/**
 * Why a URL does not answer 2xx, in words; undefined when it does. No redirect is followed: it may lead off
 * this machine.
 */
export async function whyNotOk(url: string): Promise<string | undefined> {
  // A browser's `localhost` may be either loopback; k6 takes IPv4.
  const asked = url.replace('//localhost', '//127.0.0.1');
  const settings = () => ({
    redirect: 'manual' as const,
    signal: AbortSignal.timeout(answerTimeoutMs),
  });
  let response: Response;
  try {
    response = await fetch(asked, settings());
  } catch (error) {
    const onIPv6 = asked.replace('//127.0.0.1', '//[::1]');
    if (onIPv6 !== asked && (await fetch(onIPv6, settings()).then(Boolean, () => false))) {
      return `${url} answers on IPv6 alone: let the app listen on 127.0.0.1, or give ${new URL(onIPv6).origin} as its url`;
    }
    const { name, cause, message } = error as Error & {
      cause?: { code?: string; message?: string };
    };
    if (name === 'TimeoutError') return `${url} did not answer within ${answerTimeoutMs / 1000} s`;
    if (cause?.code === 'ECONNREFUSED') return `nothing listens on ${new URL(asked).host}`;
    return `${url} cannot be reached (${cause?.code ?? cause?.message ?? message})`;
  }
  await discard(response);
  if (response.ok) return undefined;
  const target = response.headers.get('location');
  if (target === null) return `${url} answers ${response.status}`;
  const where = new URL(target, url);
  const isElsewhere = where.host !== new URL(url).host;
  return `${url} answers ${response.status}, a redirect to ${isElsewhere ? `another host, ${where.origin}` : where.pathname}, and the lab follows none`;
}

/** More than a page of readiness holds. */
const mostBytes = 1e6;

/** Reads the body, so that the connection can be used again; one that goes on and on is left. */
async function discard({ body }: Response): Promise<void> {
  if (body === null) return;
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > mostBytes) return;
    }
  } catch {
    // It went on until the time was over, or broke off: the status is what was asked for.
  }
}

export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(1000) });
  await response.arrayBuffer();
  return response.ok;
}
