// Connections: kept, closed when asked, and cut in the middle.
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Case } from '../case';
import { send, sendMany } from '../client';
import { operations } from '../openapi';
import { ask } from '../orderly';
import { talk } from '../raw-socket';
import { activeRequests, connectionCount, quietPage, sumOf } from '../scrape';
import { mayBeChunked, type Subject } from '../subjects';

/** Longer than gunicorn (2 s) and Node (5 s, and 1 s of grace) keep a connection by themselves. */
const idleMs = 6500;

/** Less than KEEP_ALIVE_SECONDS, after which the app may close it. */
const mostIdleMs = 60_000;

type Idle = { agent: Agent; sinceMs: number };

/** Each subject's connection that idles while other cases run. */
const idling = new Map<Subject, Idle>();

const idleMsOf = (subject: Subject): number =>
  performance.now() - (idling.get(subject)?.sinceMs ?? Number.NEGATIVE_INFINITY);

async function beginToIdle(subject: Subject): Promise<void> {
  idling.get(subject)?.agent.destroy();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await ask(subject, { path: '/plaintext', agent });
  idling.set(subject, { agent, sinceMs: performance.now() });
}

async function withConnection<T>(work: (agent: Agent) => Promise<T>): Promise<T> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    return await work(agent);
  } finally {
    agent.destroy();
  }
}

/** Cuts `times` connections `afterMs` into the answer to a request. */
export async function abort(
  subject: Subject,
  path: string,
  times: number,
  afterMs: number,
): Promise<void> {
  await Promise.all(
    Array.from({ length: times }, async () => {
      const signal = AbortSignal.timeout(afterMs);
      // An answer that came sooner than the cut is as good.
      await send(subject, { path, signal, agent: new Agent() }).catch(() => undefined);
    }),
  );
}

export const connections: Case[] = [
  {
    name: 'one connection carries a hundred requests, right and wrong ones',
    run: (subject) =>
      withConnection(async (agent) => {
        const asked = [
          ...operations.map(({ sample }) => ({ path: sample, status: 200, method: 'GET' })),
          { path: '/json', status: 200, method: 'HEAD' },
          { path: '/nope', status: 404, method: 'GET' },
          { path: '/db', status: 405, method: 'PROPFIND' },
          { path: '/wait', status: 400, method: 'GET' },
        ];
        // gunicorn closes a connection after a HEAD that has no length.
        const keeping = asked.filter(({ method }) => method !== 'HEAD' || !mayBeChunked(subject));
        for (let index = 0; index < 100; index++) {
          const one = keeping[index % keeping.length];
          if (!one) continue;
          const reply = await ask(subject, { ...one, agent });
          expect(reply.status, `${reply.what}, request ${index + 1}: status`).toBe(one.status);
          expect(
            reply.reusedConnection,
            `${reply.what}, request ${index + 1} of a connection: came over the same one`,
          ).toBe(index > 0);
        }
      }),
  },
  {
    name: `a connection is still open after ${idleMs / 1000} idle seconds`,
    begin: beginToIdle,
    run: async (subject) => {
      // On a slow machine the cases before may have taken as long as the app keeps any connection.
      if (idleMsOf(subject) > mostIdleMs) await beginToIdle(subject);
      const { agent, sinceMs } = idling.get(subject) as Idle;
      await sleep(Math.max(0, idleMs - idleMsOf(subject)));
      const reply = await ask(subject, { path: '/plaintext', agent });
      const idleSeconds = ((performance.now() - sinceMs) / 1000).toFixed(1);
      agent.destroy();
      expect(
        reply.reusedConnection,
        `${reply.what}, ${idleSeconds} s after the one before: came over the same connection`,
      ).toBe(true);
    },
  },
  {
    name: 'a connection is closed when the request says so, and in HTTP/1.0',
    run: async (subject) => {
      for (const [words, bytes] of [
        ['with Connection: close', 'HTTP/1.1\r\nHost: localhost\r\nConnection: close'],
        ['in HTTP/1.0', 'HTTP/1.0\r\nHost: localhost'],
      ]) {
        const heard = await talk(subject, `GET /plaintext ${bytes}\r\n\r\n`);
        const what = `${subject.app} GET /plaintext ${words}`;
        expect(heard.statuses, `${what}: status`).toEqual([200]);
        expect(heard.closed, `${what}: connection closed`).toBe(true);
      }
    },
  },
  {
    name: 'requests cut in the middle leave the app as it was',
    run: async (subject) => {
      await Promise.all([
        abort(subject, '/wait?ms=300', 4, 50),
        abort(subject, '/updates?count=200', 6, 10),
        abort(subject, '/queries?count=200', 6, 5),
        abort(subject, '/fortunes', 8, 1),
        talk(subject, 'GET /plaintext HTTP/1.1\r\nHost: loc', { patienceMs: 100 }),
        talk(subject, 'POST /json HTTP/1.1\r\nHost: loc\r\nContent-Length: 9\r\n\r\na', {
          patienceMs: 100,
        }),
      ]);
      // No app stops working because nobody listens: its connections come free when it is done.
      const page = await quietPage(subject);
      const what = `${subject.app}, after cut requests`;
      expect(sumOf(page, activeRequests), `${what}: ${activeRequests}`).toBe(0);
      expect(
        sumOf(page, connectionCount, { state: 'used' }),
        `${what}: ${connectionCount}{state="used"}`,
      ).toBe(0);
      const replies = await sendMany(40, 8, () => ask(subject, '/updates?count=5'));
      for (const reply of replies) {
        expect(reply.status, `${reply.what}, after cut requests: status`).toBe(200);
      }
    },
  },
];
