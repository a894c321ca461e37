// What TechEmpower's own verifier looks for (FrameworkBenchmarks, toolset/test_types/verifications.py,
// toolset/databases/postgres): an entry that passes here passes there. Fortunes have their own file.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { type Reply, sendMany } from '../client';
import { resetStatements, withDatabase } from '../database';
import { ask } from '../orderly';

const json = /^application\/json(; ?charset=utf-8)?$/i;
const types: [path: string, mediaType: RegExp][] = [
  ['/json', json],
  ['/plaintext', /^text\/plain(; ?charset=utf-8)?$/i],
  ['/db', json],
  ['/queries?count=2', json],
  ['/updates?count=2', json],
  ['/cached-queries?count=2', json],
  ['/fortunes', /^text\/html; ?charset=utf-8$/i],
];

/** `%a, %d %b %Y %H:%M:%S %Z` */
const dateFormat = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

const headers: Case = {
  name: 'each of the seven types has Server, Date, Content-Type and a length; the date is not kept',
  run: async (subject) => {
    const dates = new Map<string, string>();
    for (const [path, mediaType] of types) {
      const { what, headers } = await ask(subject, path);
      expect(headers.server, `${what}: header server`).toBeTruthy();
      expect(headers['content-type'], `${what}: header content-type`).toMatch(mediaType);
      expect(headers.date, `${what}: header date`).toMatch(dateFormat);
      const length = headers['content-length'] ?? headers['transfer-encoding'];
      expect(length, `${what}: length or transfer-encoding`).toBeTruthy();
      dates.set(path, headers.date ?? '');
    }
    await sleep(1_100);
    for (const [path] of types) {
      const { what, headers } = await ask(subject, path);
      expect(headers.date, `${what}: header date, a second later`).not.toBe(dates.get(path));
    }
  },
};

/** Its own values of `queries`, and how many rows each must give. */
const counts: [value: string, rows: number][] = [
  ['2', 2],
  ['0', 1],
  ['foo', 1],
  ['501', 500],
  ['', 1],
];

const isWorld = (value: unknown): boolean => {
  const world = value as Record<string, unknown>;
  const isInRange = (n: unknown) => Number.isInteger(n) && Number(n) >= 1 && Number(n) <= 10_000;
  return Object.keys(world).join() === 'id,randomNumber' && Object.values(world).every(isInRange);
};

const shapes: Case = {
  name: 'one row is an object, many are a list of as many as were asked for, 1 to 500',
  run: async (subject) => {
    const one = await ask(subject, '/db');
    expect(isWorld(JSON.parse(one.text)), `${one.what}: ${one.text}`).toBe(true);
    for (const path of ['/queries', '/updates', '/cached-queries']) {
      for (const [value, rows] of counts) {
        const many = await ask(subject, `${path}?count=${value}`);
        const list = JSON.parse(many.text);
        expect(list, `${many.what}: rows`).toHaveLength(rows);
        expect(list.every(isWorld), `${many.what}: each a row`).toBe(true);
      }
    }
  },
};

/** What its three queries of pg_stat_statements say. */
type Moved = { queries: number; rows: number; updated: number };

async function movedBy(url: Parameters<typeof withDatabase>[0], work: () => Promise<Reply[]>) {
  return withDatabase(url, async (client): Promise<Moved> => {
    await resetStatements(client);
    for (const reply of await work()) expect(reply.status, `${reply.what}: status`).toBe(200);
    const { rows } = await client.query<Moved>(
      `SELECT coalesce(sum(calls), 0)::int AS queries,
              coalesce(sum(rows) FILTER (WHERE query ~* 'select'), 0)::int AS rows,
              coalesce(sum(rows) FILTER (WHERE query ~* 'update'), 0)::int AS updated
         FROM pg_stat_statements
         JOIN pg_database ON pg_database.oid = dbid AND datname = current_database()
        WHERE query ~* '[[:punct:][:space:]]world' AND query !~ 'pg_stat_statements'`,
    );
    return rows[0] as Moved;
  });
}

const requests = 8;
const expected: [path: string, moved: Moved][] = [
  ['/db', { queries: requests, rows: requests, updated: 0 }],
  ['/queries?count=20', { queries: 20 * requests, rows: 20 * requests, updated: 0 }],
  ['/updates?count=20', { queries: 21 * requests, rows: 20 * requests, updated: 20 * requests }],
];

const rows: Case[] = expected.map(([path, wanted]) => ({
  name: `${path} asks for no row twice, as its verifier counts queries, rows read and rows updated`,
  skip: withoutDatabase,
  run: async (subject) => {
    const moved = await movedBy(subject, () => sendMany(requests, 2, () => ask(subject, path)));
    expect(moved, `${subject.app} GET ${path}, ${requests} times`).toEqual(wanted);
  },
}));

export const techempower: Case[] = [headers, shapes, ...rows];
