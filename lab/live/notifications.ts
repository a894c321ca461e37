// Tells somebody: a line in a file, always, and a webhook where one is given. What could not be
// delivered waits for the next night; that it could not never fails a run.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { usageError } from '../errors';
import { writeFileAtomic } from '../results/atomic';

export type Webhook = {
  url: string;
  /** The first wait before another attempt; it doubles with each. */
  backoffSeconds?: number;
};

const attempts = 4;
const timeoutSeconds = 10;
/** More would not be read; the file has them all. */
const mostWaiting = 10;

const stateSchema = z.object({
  /** Of whatever was told last, heartbeats too. */
  lastToldAt: z.iso.datetime().nullable(),
  undelivered: z.array(z.string()),
});
type State = z.infer<typeof stateSchema>;

const stateFile = (resultsDir: string): string => join(resultsDir, 'notifications.json');
export const notificationsLog = (resultsDir: string): string =>
  join(resultsDir, 'notifications.log');

/**
 * @param text empty: nothing has changed, so nothing is told unless the heartbeat is due
 * @param heartbeat what to say when nothing was told for that many days, so that silence is noticed
 * @returns warnings
 */
export async function notify(options: {
  resultsDir: string;
  text: string;
  heartbeat: { text: string; days: number };
  webhook: Webhook | undefined;
  now: Date;
}): Promise<string[]> {
  const { resultsDir, webhook, heartbeat, now } = options;
  const state = readState(resultsDir);
  const isDue =
    state.lastToldAt === null ||
    now.getTime() - Date.parse(state.lastToldAt) >= heartbeat.days * 86_400_000;
  const text = options.text || (isDue ? heartbeat.text : '');
  const waiting = [...state.undelivered, ...(text ? [text] : [])];
  const warnings: string[] = [];
  /** A file that cannot be written is no reason to tell nobody. */
  const attempt = (failed: string, write: () => void): boolean => {
    try {
      write();
      return true;
    } catch (error) {
      warnings.push(`${failed}: ${(error as Error).message}`);
      return false;
    }
  };
  const log = notificationsLog(resultsDir);
  const isLogged =
    text !== '' &&
    attempt(`The message is not in ${log}`, () =>
      appendFileSync(log, `${now.toISOString()}\n${text}\n\n`),
    );
  // A night by hand may have no webhook: what waits for one goes on waiting.
  let undelivered = webhook === undefined ? state.undelivered : [];
  if (webhook !== undefined && waiting.length > 0) {
    const failure = await post(webhook, waiting.join('\n\n'));
    if (failure !== undefined) {
      warnings.push(
        `The webhook ${hostOf(webhook.url)} ${failure}. The message${isLogged ? ` is in ${log}, and` : ''} is sent again with the next.`,
      );
      undelivered = waiting.slice(-mostWaiting);
    }
  }
  const lastToldAt = text ? now.toISOString() : state.lastToldAt;
  attempt('What was sent could not be recorded', () =>
    writeFileAtomic(
      stateFile(resultsDir),
      `${JSON.stringify({ lastToldAt, undelivered } satisfies State)}\n`,
    ),
  );
  return warnings;
}

/** The user's own, or none: nothing is ever sent anywhere else. */
export function webhookOf(url: string | undefined): Webhook | undefined {
  if (url === undefined || url === '') return undefined;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return { url };
  throw usageError(
    'HEADROOM_WEBHOOK_URL (or --webhook) is not an http or https URL: give one such as https://hooks.example.org/T0/B0/x, or leave it out.',
  );
}

function readState(resultsDir: string): State {
  const path = stateFile(resultsDir);
  if (!existsSync(path)) return { lastToldAt: null, undelivered: [] };
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // A message too many is better than one that never comes.
    return { lastToldAt: null, undelivered: [] };
  }
}

/** Slack's incoming webhooks take {text}; so do Mattermost's, Rocket.Chat's and many others. */
async function post(
  { url, backoffSeconds = 2 }: Webhook,
  text: string,
): Promise<string | undefined> {
  let failure = '';
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await sleep(1000 * backoffSeconds * 2 ** (attempt - 1));
    try {
      const { ok, status } = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ text }),
        redirect: 'error',
        signal: AbortSignal.timeout(1000 * timeoutSeconds),
      });
      if (ok) return undefined;
      failure = `answered ${status}`;
      // What is wrong with the request is as wrong the next time; 429 asks for patience.
      if (status >= 400 && status < 500 && status !== 429) break;
    } catch (error) {
      const { cause, message } = error as Error;
      failure = `cannot be reached (${(cause as { code?: string })?.code ?? message})`;
    }
  }
  return failure;
}

/** The path of a webhook is its password. */
const hostOf = (url: string): string => new URL(url).host;
