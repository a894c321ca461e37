// Which rows come back: at random, afresh for each request, and as the database has them.
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { type Reply, sendMany } from '../client';
import { readWorld, type World, waitingForLock, withDatabase } from '../database';
import { ask } from '../orderly';
import { type Subject, settingsOf } from '../subjects';

const worldSize = 10_000;

const worldsOf = (reply: Reply): World[] => [JSON.parse(reply.text)].flat();

/**
 * Holds numbers to a uniform draw from 1..10,000. Each tenth of the range must have its share
 * within six standard deviations: chance alone breaks that in one run of a hundred million.
 */
function expectUniform(what: string, numbers: number[]): void {
  const expected = numbers.length / 10;
  const tolerance = 6 * Math.sqrt(numbers.length * 0.1 * 0.9);
  const tenths = new Array<number>(10).fill(0);
  for (const number of numbers) {
    const tenth = Math.floor(((number - 1) * 10) / worldSize);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const [tenth, share] of tenths.entries()) {
    expect(
      Math.abs(share - expected),
      `${what}: of ${numbers.length} numbers expected ${expected} +- ${tolerance.toFixed()} in ${tenth * 1000 + 1}..${(tenth + 1) * 1000}, got ${share}; off by`,
    ).toBeLessThanOrEqual(tolerance);
  }
}

/** 1,000 draws from 10,000 repeat some 48 of them; a narrow or stuck generator far more. */
function expectFresh(what: string, numbers: number[]): void {
  const expected = worldSize * (1 - Math.exp(-numbers.length / worldSize));
  expect(
    new Set(numbers).size,
    `${what}: distinct among ${numbers.length}, expected about ${expected.toFixed()}`,
  ).toBeGreaterThan(expected * 0.95);
}

const manyRows = async (subject: Subject, path: string) =>
  (await sendMany(2, 2, () => ask(subject, `${path}?count=500`))).flatMap(worldsOf);

const drawn = ['/queries', '/updates', '/cached-queries'].map(
  (path): Case => ({
    name: `${path} draws from the whole table, afresh for each request`,
    run: async (subject) => {
      const worlds = await manyRows(subject, path);
      const what = `${subject.app} GET ${path}?count=500, two replies`;
      const ids = worlds.map(({ id }) => id);
      expectUniform(`${what}, ids`, ids);
      expectFresh(`${what}, ids`, ids);
      // Only here the numbers are drawn too: elsewhere they are as the seed or an update left them.
      if (path !== '/updates') return;
      const numbers = worlds.map(({ randomNumber }) => randomNumber);
      expectUniform(`${what}, numbers`, numbers);
      expectFresh(`${what}, numbers`, numbers);
    },
  }),
);

const freshDb: Case = {
  name: '/db reads another row each time, in every worker',
  run: async (subject) => {
    const replies = await sendMany(60, 12, () => ask(subject, '/db'));
    const ids = replies.flatMap(worldsOf).map(({ id }) => id);
    expect(new Set(ids).size, `${subject.app} GET /db: distinct ids in 60 replies`).toBeGreaterThan(
      50,
    );
  },
};

const asStored: Case[] = ['/db', '/queries?count=50'].map((path) => ({
  name: `${path} gives the numbers that the database holds`,
  skip: withoutDatabase,
  run: (subject) =>
    withDatabase(subject, async (client) => {
      const stored = await readWorld(client);
      for (let round = 0; round < 5; round++) {
        const reply = await ask(subject, path);
        for (const { id, randomNumber } of worldsOf(reply)) {
          expect(randomNumber, `${reply.what}: number of row ${id}`).toBe(stored.get(id));
        }
      }
    }),
}));

/** Of one row alone chance would leave the number as it was once in 10,000 requests. */
const updates: Case[] = [
  [1, 20],
  [20, 1],
  [500, 1],
].map(([count = 0, rounds = 0]) => ({
  name: `/updates?count=${count} changes the rows it names, to the numbers it names, and no others`,
  skip: withoutDatabase,
  run: (subject) =>
    withDatabase(subject, async (client) => {
      let changed = 0;
      for (let round = 0; round < rounds; round += 1) {
        const before = await readWorld(client);
        const reply = await ask(subject, `/updates?count=${count}`);
        const after = await readWorld(client);
        const named = new Map(worldsOf(reply).map(({ id, randomNumber }) => [id, randomNumber]));
        expect(named.size, `${reply.what}: distinct ids`).toBe(count);
        for (const [id, number] of named) {
          expect(after.get(id), `${reply.what}: row ${id} in the database`).toBe(number);
          if (before.get(id) !== number) changed += 1;
        }
        const strayed = [...after].filter(([id, n]) => !named.has(id) && before.get(id) !== n);
        expect(strayed, `${reply.what}: rows changed beside those named`).toEqual([]);
        expect(after.size, `${reply.what}: rows in the table`).toBe(worldSize);
      }
      const what = `${subject.app} GET /updates?count=${count}, ${rounds} times: rows changed`;
      expect(changed, what).toBeGreaterThan(0.9 * count * rounds);
    }),
}));

const parallelUpdates: Case = {
  name: '/updates side by side neither fail nor deadlock, and lose no row',
  skip: withoutDatabase,
  run: (subject) =>
    withDatabase(subject, async (client) => {
      const possible = new Map([...(await readWorld(client))].map(([id, n]) => [id, new Set([n])]));
      // Of different sizes, because the database may lock rows in another order for each.
      // No more than there are connections: who waits for one too long is refused, and rightly.
      const { workers, poolSize } = settingsOf(subject);
      const parallel = workers * poolSize;
      const replies = await sendMany(24, parallel, (index) =>
        ask(subject, `/updates?count=${[5, 20, 90][index % 3]}`),
      );
      for (const reply of replies) {
        expect(reply.status, `${reply.what}, ${parallel} at a time: status`).toBe(200);
        for (const { id, randomNumber } of worldsOf(reply)) possible.get(id)?.add(randomNumber);
      }
      const lost = [...(await readWorld(client))].filter(([id, n]) => !possible.get(id)?.has(n));
      expect(
        lost,
        `${subject.app} GET /updates, ${parallel} at a time: rows with a number that no reply gave`,
      ).toEqual([]);
    }),
};

const lostDeadlock: Case = {
  name: '/updates that lost a deadlock tries again, and the client hears nothing of it',
  skip: withoutDatabase,
  patienceMs: 60_000,
  run: async (subject) => {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      if (await updatesLoseADeadlock(subject)) return;
    }
    throw new Error(`${subject.app} GET /updates?count=500: lost none of five deadlocks`);
  },
};

/**
 * The app comes upon a row of ours among those it locks one by one, and waits; then we want one that it has
 * locked. Its session looks for a deadlock a second after it began to wait, ours after four.
 */
function updatesLoseADeadlock(subject: Subject): Promise<boolean> {
  return withDatabase(subject, async (client) => {
    await client.query("BEGIN; SET LOCAL deadlock_timeout = '4s'");
    await client.query('SELECT FROM world WHERE id % 10 = 0 FOR UPDATE');
    const updating = ask(subject, '/updates?count=500');
    await waitingForLock(client, 1);
    const { rows: free } = await client.query<{ id: number }>(
      'SELECT id FROM world WHERE id % 10 <> 0 FOR UPDATE SKIP LOCKED',
    );
    const isFree = new Set(free.map(({ id }) => id));
    const locked = Array.from({ length: worldSize }, (_, index) => index + 1).find(
      (id) => id % 10 !== 0 && !isFree.has(id),
    );
    const isLost = await client.query('SELECT FROM world WHERE id = $1 FOR UPDATE', [locked]).then(
      () => locked !== undefined,
      () => false,
    );
    await client.query('ROLLBACK');
    const reply = await updating;
    expect(reply.status, `${reply.what}: status, ${reply.text.slice(0, 200)}`).toBe(200);
    return isLost;
  });
}

export const rows: Case[] = [
  freshDb,
  ...drawn,
  ...asStored,
  ...updates,
  parallelUpdates,
  lostDeadlock,
];
