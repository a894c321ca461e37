// Readiness by asking, not by waiting.
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentError, Interrupted } from '../errors';
import { type Child, describeEnding, lastLineOf } from './native/processes';

/** A process of the lab's, or what somebody else started. */
type Awaited = Pick<Child, 'name'> & Partial<Pick<Child, 'ended' | 'logFile'>>;

/**
 * Asks until nothing is wrong; gives up when the process ends or the time is over.
 *
 * @param problem why it is not ready, in words; where it fails, its error says that
 * @param signal ends the wait
 */
export async function untilReady(
  { name, ended, logFile }: Awaited,
  timeoutSeconds: number,
  problem: () => Promise<string | undefined>,
  pollMs = 50,
  signal?: AbortSignal,
): Promise<void> {
  let ending: string | undefined;
  void ended?.then((end) => {
    const background = end.code === 0 ? '; it must stay in the foreground' : '';
    ending = `${describeEnding(end)} while starting${background}`;
  });
  let why: string | undefined;
  for (const deadline = Date.now() + timeoutSeconds * 1000; Date.now() < deadline; ) {
    if (signal?.aborted) throw new Interrupted();
    if (ending !== undefined) break;
    why = await problem().catch((error: Error) => error.message);
    if (why === undefined) return;
    await sleep(pollMs);
  }
  const what = ending ?? `was not ready within ${timeoutSeconds} s: ${why}`;
  const log = logFile === undefined ? '' : `${lastLineOf({ logFile })}; its log: ${logFile}`;
  throw environmentError(`${name} ${what}${log}`);
}

/** More than a page of metrics has. */
const mostBytes = 2e7;

/** Undefined where it goes on and on: of readiness the status alone is asked for. */
async function bodyOf({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body ?? []) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > mostBytes) return undefined;
    }
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return undefined;
    throw error;
  }
  return Buffer.concat(chunks).toString();
}

/** A cold start's first answer may take as long. */
const answerTimeoutMs = 3000;

/**
 * Why a URL does not answer 2xx, in words; undefined when it does. No redirect is followed: it may lead off
 * this machine.
 *
 * @param whyNotBody what is wrong with the body of a good answer; undefined: it had no end
 */
export async function whyNotOk(
  url: string,
  whyNotBody: (body: string | undefined) => string | undefined = () => undefined,
): Promise<string | undefined> {
  // A browser's `localhost` may be either loopback; k6 takes IPv4.
  const asked = url.replace('//localhost', '//127.0.0.1');
  const settings = () => ({
    redirect: 'manual' as const,
    signal: AbortSignal.timeout(answerTimeoutMs),
  });
  let response: Response;
  let body: string | undefined;
  try {
    response = await fetch(asked, settings());
    body = await bodyOf(response);
  } catch (error) {
    const { name, cause, message } = error as Error & {
      cause?: { code?: string; message?: string };
    };
    if (name === 'TimeoutError') return `${url} did not answer within ${answerTimeoutMs / 1000} s`;
    if (cause?.code !== 'ECONNREFUSED') {
      return `${url} cannot be reached (${cause?.code ?? cause?.message ?? message})`;
    }
    const onIPv6 = asked.replace('//127.0.0.1', '//[::1]');
    if (onIPv6 !== asked && (await fetch(onIPv6, settings()).then(Boolean, () => false))) {
      return `${url} answers on IPv6 alone: let the app listen on 127.0.0.1, or give ${new URL(onIPv6).origin} as its url`;
    }
    return `nothing listens on ${new URL(asked).host}`;
  }
  if (response.ok) return whyNotBody(body);
  const target = response.headers.get('location');
  if (target === null) return `${url} answers ${response.status}`;
  const where = new URL(target, url);
  const isElsewhere = where.host !== new URL(url).host;
  return `${url} answers ${response.status}, a redirect to ${isElsewhere ? `another host, ${where.origin}` : where.pathname}, and the lab follows none`;
}

/** Of several, the first that is not as it should be. */
export const firstProblem = async (
  problems: readonly Promise<string | undefined>[],
): Promise<string | undefined> =>
  (await Promise.all(problems)).find((problem) => problem !== undefined);

export const whyNotAllOk = (urls: readonly string[]): Promise<string | undefined> =>
  firstProblem(urls.map((url) => whyNotOk(url)));
