// What `lab init` asks on a terminal: a wrong answer is told and asked for again, Ctrl-C writes nothing.
import { createInterface } from 'node:readline/promises';
import type { z } from 'zod';
import { appSchema } from '../../contract/app';
import { wholeNumber } from '../cli/options';
import { LabError } from '../errors';
import { requireAllowed } from '../runtime/allowed-hosts';
import { whyNoMetrics } from '../runtime/metrics-page';
import { whyNotOk } from '../runtime/readiness';
import { unguardedOf } from '../terminal-safe';

/** What options say already. */
type Known = { name?: string; path?: string; port?: number; metrics?: string };

type Where = ({ url: string } | { command: string; port: number }) & {
  path: string;
  metrics?: string;
};

/** Asks until `read` takes the answer. */
type Ask = <T>(question: string, read: (answer: string) => T, usual?: string) => Promise<T>;

/** @param usualName where there is no other */
export async function askForApp(
  known: Known,
  usualName: string,
): Promise<Where & { name: string }> {
  const terminal = createInterface({
    input: process.stdin,
    output: unguardedOf(process.stderr),
  });
  const left = new AbortController();
  // Ctrl-C; and Ctrl-D, or a terminal that is gone.
  for (const event of ['SIGINT', 'close'] as const) terminal.on(event, () => left.abort());
  const answerTo = (question: string): Promise<string> =>
    terminal.question(question, { signal: left.signal }).catch(() => {
      throw new LabError(130, 'Interrupted: nothing was written.');
    });
  const ask: Ask = async (question, read, usual = '') => {
    for (;;) {
      const answer = await answerTo(`${question}${usual === '' ? '' : ` [${usual}]`}: `);
      try {
        return read(answer.trim() || usual);
      } catch (error) {
        tell((error as Error).message);
      }
    }
  };
  try {
    const name = known.name ?? (await ask('Its name', answering(appSchema.shape.name), usualName));
    return { name, ...(await askWhere(ask, known)) };
  } finally {
    terminal.close();
  }
}

const tell = (text: string): boolean => process.stderr.write(`${text}\n`);

async function askWhere(ask: Ask, known: Known): Promise<Where> {
  const url = await ask(
    'Its URL if you keep it up, such as http://127.0.0.1:8000 (empty: the lab starts it)',
    orNone(readUrl),
  );
  const how = url === undefined ? await askCommand(ask, known) : { url };
  const path = known.path ?? (await ask('A path to ask for', answering(pathSchema), '/'));
  const problem = url === undefined ? undefined : await whyNotOk(`${url}${path}`);
  if (problem === undefined) return { ...how, path, ...(await askMetrics(ask, known, url)) };
  tell(`${problem}. Start the app, or give another URL or path.`);
  return askWhere(ask, {});
}

async function askCommand(ask: Ask, known: Known): Promise<{ command: string; port: number }> {
  const command = await ask('The command that starts it; {port} stands for the port', readCommand);
  const port = known.port ?? (await ask('The port', readPort, '8000'));
  return { command, port };
}

async function askMetrics(ask: Ask, known: Known, url?: string): Promise<{ metrics?: string }> {
  const metrics =
    known.metrics ??
    (await ask('The path of its metrics page (empty: none)', orNone(answering(pathSchema))));
  if (metrics === undefined) return {};
  const problem = url === undefined ? undefined : await whyNoMetrics(`${url}${metrics}`);
  if (problem === undefined) return { metrics };
  tell(`${problem}.`);
  return askMetrics(ask, {}, url);
}

const pathSchema = appSchema.shape.metricsPath;

/** An answer as the file's schema takes it. */
const answering =
  (schema: z.ZodType) =>
  (answer: string): string => {
    const { error } = schema.safeParse(answer);
    if (error === undefined) return answer;
    throw new Error(`"${answer}": ${error.issues[0]?.message}`);
  };

const orNone =
  (read: (answer: string) => string) =>
  (answer: string): string | undefined =>
    answer === '' ? undefined : read(answer);

function readUrl(answer: string): string {
  const url = answering(appSchema.shape.url)(answer.replace(/\/$/, ''));
  requireAllowed('The URL', url);
  return url;
}

function readCommand(answer: string): string {
  if (answer !== '') return answer;
  throw new Error('Give a command, such as node server.js {port}.');
}

const readPort = (answer: string): number => wholeNumber(answer, 1, 65_535);
