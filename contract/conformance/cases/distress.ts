// Bad days that a client sees: no connection to be had in time, and a fault of the app's own.
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { expect } from 'vitest';
import { appNamed, hasThreads } from '../../apps';
import { appLogFromNow, expectLogged } from '../app-log';
import { type Case, withoutDatabase } from '../case';
import { sendMany } from '../client';
import { withDatabase } from '../database';
import { ask } from '../orderly';
import { movementBy, quietPage, requestCount, sumOf } from '../scrape';
import { type Subject, settingsOf } from '../subjects';
import { Visitor } from '../visitor';

/** With a connection for each thread requests wait for a thread, as long as they must. */
function waitsForThreads(subject: Subject): boolean {
  const { threads, poolSize } = settingsOf(subject);
  return hasThreads(subject.app) && threads <= poolSize;
}

/** Enough for every surplus request to time out, were they all in one worker's queue. */
const lockPatienceMs = 12_000;

const exhausted: Case = {
  name: 'requests that get no connection in time are answered 503 with Retry-After, then all is well',
  skip: withoutDatabase,
  run: async (subject) => {
    const { workers, poolSize, poolTimeoutSeconds } = settingsOf(subject);
    const capacity = workers * poolSize;
    const surplus = 8;
    const asked = capacity + surplus;
    const isRefusing = !waitsForThreads(subject);
    const before = await quietPage(subject);
    const logged = appLogFromNow(subject);
    const startedAt = performance.now();
    const replies = await withDatabase(subject, async (client) => {
      // Every read of the table now waits for this transaction, and holds its connection meanwhile.
      await client.query('BEGIN; LOCK TABLE world IN ACCESS EXCLUSIVE MODE');
      let ended = 0;
      const all = Promise.allSettled(
        Array.from({ length: asked }, async (_, index) => {
          const Accept = index % 2 === 0 ? 'application/json' : 'text/html';
          try {
            return await ask(subject, { path: '/db', headers: { Accept } });
          } finally {
            ended += 1;
          }
        }),
      );
      const deadline = Date.now() + (isRefusing ? lockPatienceMs : 2_000 * poolTimeoutSeconds);
      while (ended < surplus && Date.now() < deadline) await sleep(20);
      await client.query('ROLLBACK');
      return (await all).map((outcome) => {
        if (outcome.status === 'rejected') throw outcome.reason;
        return outcome.value;
      });
    });

    const what = `${subject.app} GET /db, ${asked} at a time while the table is locked, ${capacity} connections`;
    const refused = replies.filter(({ status }) => status === 503);
    if (isRefusing) {
      expect(refused.length, `${what}: answered 503`).toBeGreaterThanOrEqual(surplus);
    } else {
      expect(refused.length, `${what}, one for each thread: answered 503`).toBe(0);
    }
    expect(
      replies.filter(({ status }) => status !== 503).map(({ status }) => status),
      `${what}: answered 200 once it is unlocked`,
    ).toEqual(new Array(asked - refused.length).fill(200));
    for (const reply of refused) {
      expect(reply.headers['retry-after'], `${reply.what}: header retry-after`).toBe('1');
      expect(reply.seconds, `${reply.what}: seconds to 503`).toBeGreaterThan(
        poolTimeoutSeconds * 0.9,
      );
    }

    if (isRefusing) {
      const words = /timeout exceeded|couldn't get a connection/;
      const seconds = (performance.now() - startedAt) / 1_000;
      expectLogged(subject, logged(), words, 'warn', seconds);
    }
    const again = await sendMany(20, 4, () => ask(subject, '/db'));
    for (const reply of again) expect(reply.status, `${reply.what} afterwards: status`).toBe(200);
    const after = await quietPage(subject);
    const rise = (name: string) => sumOf(after, name) - sumOf(before, name);
    expect(
      rise('db_client_connection_timeouts_total'),
      `${what}: db_client_connection_timeouts_total rose by`,
    ).toBe(refused.length);
  },
};

const broken: Case = {
  name: "a fault of the app's own is a 500 that tells nothing of it",
  skip: withoutDatabase,
  run: (subject) =>
    withDatabase(subject, async (client) => {
      const faulty = ['/db', '/queries?count=3', '/updates?count=3', '/fortunes'];
      await client.query(
        'ALTER TABLE world RENAME TO world_away; ALTER TABLE fortune RENAME TO fortune_away',
      );
      try {
        for (const path of faulty) {
          for (const Accept of ['*/*', 'text/html']) {
            const reply = await ask(subject, { path, headers: { Accept } });
            expect(reply.status, `${reply.what}, its table gone: status`).toBe(500);
            expect(reply.text, `${reply.what}, its table gone: body`).not.toMatch(/world|exist/i);
          }
        }
      } finally {
        await client.query(
          'ALTER TABLE world_away RENAME TO world; ALTER TABLE fortune_away RENAME TO fortune',
        );
      }
      for (const path of faulty) {
        const reply = await ask(subject, path);
        expect(reply.status, `${reply.what}, its table back: status`).toBe(200);
      }
    }),
};

const lost: Case = {
  name: 'connections that the database ended fail a request each at most, then all is well',
  skip: withoutDatabase,
  run: async (subject) => {
    const { workers, threads, poolSize } = settingsOf(subject);
    // A worker may give up all of its connections with the first that it finds broken; or it hears of
    // each by itself. One connection of ours leads to one worker.
    const most = appNamed(subject.app).behaviour.dropsPoolAtOnce ? 1 : poolSize;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const everybody = 4 * workers * threads;
    // Each worker, and each thread that keeps one, has a connection by now.
    await sendMany(everybody, workers * threads, () => ask(subject, '/queries?count=5'));
    await quietPage(subject);
    await withDatabase(subject, (client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND usename <> current_user`,
      ),
    );
    const replies = await sendMany(everybody, 1, () => ask(subject, { path: '/db', agent }));
    agent.destroy();
    const statuses = replies.map(({ status }) => status);
    const failed = statuses.filter((status) => status !== 200);
    const what = `${subject.app} GET /db, ${everybody} in turn after its connections were ended`;
    expect(failed, `${what}: answered otherwise than 200`).toEqual(failed.map(() => 503));
    expect(failed.length, `${what}: answered 503`).toBeLessThanOrEqual(most);
    const later = statuses.slice(everybody / 2);
    expect(later, `${what}: the later half`).toEqual(later.map(() => 200));
    await untilAllHaveHeard(subject);
  },
};

/**
 * The workers that were not asked hear of what they lost by requests of their own, which should not be
 * those of another case.
 */
export async function untilAllHaveHeard(subject: Subject): Promise<void> {
  const { workers, threads } = settingsOf(subject);
  const everybody = 4 * workers * threads;
  const agent = new Agent({ keepAlive: false });
  const path = '/db';
  let wellInTurn = 0;
  for (let round = 0; round < 20 && wellInTurn < 2; round += 1) {
    const replies = await sendMany(everybody, everybody, () => ask(subject, { path, agent }));
    const failed = replies.map(({ status }) => status).filter((status) => status !== 200);
    expect(failed, `${subject.app} GET ${path}: answered otherwise than 200`).toEqual(
      failed.map(() => 503),
    );
    wellInTurn = failed.length === 0 ? wellInTurn + 1 : 0;
  }
  expect(wellInTurn, `${subject.app}: rounds of ${everybody} requests without a 503`).toBe(2);
}

const withSession: Case = {
  name: 'a request whose session gets no connection counts as a 503 of the route it asked for',
  ofMiddleware: true,
  skip: (subject) =>
    withoutDatabase(subject) ??
    (waitsForThreads(subject) ? 'no request of this subject waits for a connection' : undefined),
  run: async (subject) => {
    const { workers, poolSize } = settingsOf(subject);
    const visitor = new Visitor(subject);
    await visitor.apiLogIn('customer2@example.com', 'correct horse 3');
    const ofCustomer = { path: '/products/5', headers: { Cookie: visitor.cookieHeader } };
    let statuses: number[] = [];
    const moved = await movementBy(subject, () =>
      withDatabase(subject, async (client) => {
        await client.query('BEGIN; LOCK TABLE world IN ACCESS EXCLUSIVE MODE');
        const holding = sendMany(2 * workers * poolSize, 2 * workers * poolSize, () =>
          ask(subject, '/db'),
        );
        // Behind them, in the order in which connections are given out.
        await untilAllWait(client, workers * poolSize);
        const asking = sendMany(8, 8, () => ask(subject, ofCustomer));
        statuses = (await asking).map(({ status }) => status);
        await client.query('ROLLBACK');
        await holding;
      }),
    );
    const what = `${subject.app} GET /products/5 of a customer, all connections taken`;
    const refused = statuses.filter((status) => status === 503).length;
    expect(refused, `${what}: answered 503`).toBeGreaterThan(0);
    const counted = (route: string) =>
      moved(requestCount, { http_route: route, http_response_status_code: '503' });
    expect(counted('/products/{id}'), `${what}: 503 counted for its route`).toBe(refused);
    expect(counted(''), `${what}: 503 counted for no route`).toBe(0);
  },
};

/** As many sessions as the pools have wait for the table; a busy machine takes its time. */
async function untilAllWait(client: Client, sessions: number): Promise<void> {
  for (let waiting = 0, looks = 0; waiting < sessions && looks < 40; looks += 1) {
    await sleep(50);
    const { rows } = await client.query(
      `SELECT count(*)::integer AS waiting FROM pg_locks
       WHERE NOT granted AND relation = 'world'::regclass`,
    );
    waiting = rows[0].waiting;
  }
}

export const distress: Case[] = [exhausted, broken, lost];

/** Of subjects whose requests wait for connections, and not for threads that have one each. */
export const distressOfSessions: Case[] = [withSession];
