// One request and its reply, exactly as they crossed the wire: no redirects, no decompression, no
// normalising of paths, no headers beyond those asked for.
import {
  Agent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http';
import { nameOf, type Subject } from './subjects';

export type Request = {
  method?: string;
  /** Sent as it is: the caller escapes. */
  path: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
  /** Which connections to use; one pool for the whole suite when not said. */
  agent?: Agent;
  /** Cuts the connection. */
  signal?: AbortSignal;
};

export type Reply = {
  /** App and request in words: every message begins with it. */
  what: string;
  subject: Subject;
  method: string;
  path: string;
  requestHeaders: OutgoingHttpHeaders;
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
  seconds: number;
  /** The request went over a connection that had carried one before. */
  reusedConnection: boolean;
};

/** Longer than any answer may take: /work with 1,000 units on a busy machine. */
const patienceMs = 20_000;

const sharedAgent = new Agent({ keepAlive: true });

export function send(subject: Subject, asked: Request): Promise<Reply> {
  const { method = 'GET', path, headers = {}, body, agent = sharedAgent, signal } = asked;
  const what = describeRequest(subject, asked);
  const { hostname, port } = new URL(subject.baseUrl);
  const giveUp = AbortSignal.timeout(patienceMs);
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const outgoing = httpRequest(
      {
        host: hostname,
        port,
        method,
        path,
        headers,
        agent,
        signal: signal ? AbortSignal.any([signal, giveUp]) : giveUp,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .once('error', reject)
          .once('end', () => {
            const content = Buffer.concat(chunks);
            resolve({
              what,
              subject,
              method,
              path,
              requestHeaders: headers,
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              body: content,
              text: content.toString('utf8'),
              seconds: (performance.now() - startedAt) / 1000,
              reusedConnection: outgoing.reusedSocket,
            });
          });
      },
    );
    outgoing.once('error', (cause) =>
      reject(new Error(`${what}: expected a reply, got "${cause.message}"`, { cause })),
    );
    outgoing.end(body);
  });
}

function describeRequest(subject: Subject, { method = 'GET', path, headers }: Request) {
  const told = Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  return [
    nameOf(subject),
    method,
    path.length > 120 ? `${path.slice(0, 100)}... (${path.length} characters)` : path,
    ...(told.length > 0 ? [`[${told.join('; ')}]`] : []),
  ].join(' ');
}

/** Repeats a request; `parallel` of them at a time. */
export async function sendMany(
  times: number,
  parallel: number,
  one: (index: number) => Promise<Reply>,
): Promise<Reply[]> {
  const replies: Reply[] = [];
  await inParallel([...Array(times).keys()], parallel, async (index) => {
    replies.push(await one(index));
  });
  return replies;
}

/** Does something with each item; with `parallel` of them at a time. */
export async function inParallel<T>(
  items: readonly T[],
  parallel: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  // One iterator for all: each takes the next item that nobody has taken.
  const remaining = items.values();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      for (const item of remaining) await work(item);
    }),
  );
}
