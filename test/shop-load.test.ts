// The shop under load, with its books: after a run that ended, one that was cut off, and a crash.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { findingsOf } from '../lab/experiments/conclude';
import { RunFolder } from '../lab/results/run-folder';
import { appNames } from '../lab/runtime/subject';
import { Lab } from './lab-process';
import {
  type PostgresContainer,
  postgresServers,
  startPostgresContainer,
} from './postgres-container';
import { orders, ordersIn, ShopStage } from './shop-stage';

const nothingWrong = { balanced: true, discrepancies: [] };

describe('a run of the shop', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.create();
  });
  afterAll(() => lab.remove());

  it.each(appNames)(
    '%s: k6, the app and the database count the same orders',
    async (app) => {
      const { code, stdout, stderr } = await lab.run(
        ...['run', 'shop', '--app', app, '--workload', 'buy', '--quick'],
      );
      // 4 is an honest end too: on a busy machine every step may be void.
      expect([0, 4], stderr).toContain(code);
      const folder = RunFolder.open(lab.resultsDir);
      const { trials } = findingsOf(folder);
      expect(trials.map(({ purpose }) => purpose)).toEqual(['probe', 'measure', 'measure']);
      for (const { books, steps } of trials) {
        expect(books).toMatchObject(nothingWrong);
        expect(steps.reduce((sum, { wrongBodies }) => sum + wrongBodies, 0)).toBe(0);
      }
      // By users, nobody was cut off: nothing is open.
      const { books } = trials.at(-1) ?? {};
      expect(books?.accepted).toBeGreaterThan(0);
      expect(books?.sampled).toBeGreaterThan(0);
      if (books?.unsettled === 0) {
        expect([books.inDatabase, books.inApp]).toEqual([books.accepted, books.accepted]);
      }
      expect(stdout).toContain('Books balance: k6 saw');
      expect(readFileSync(join(folder.path, 'report.html'), 'utf8')).toContain('Books balance');
    },
    120_000,
  );

  it.each(appNames)(
    '%s, cut off in mid-load: what k6 saw is there, and no more than was in flight besides',
    async (app) => {
      const running = lab.start('run', 'concurrency', '--app', app, '--workload', 'buy');
      await running.prints(/concurrency warmup/, 90);
      await ordersIn(lab.databaseUrl(app), 10);
      running.signal('SIGINT');
      expect((await running.ended).code).toBe(130);
      const folder = RunFolder.open(lab.resultsDir);
      expect(folder.run.subjects).toMatchObject([{ app }]);
      expect(folder.run.status).toBe('partial');
      const books = findingsOf(folder).trials.at(-1)?.books;
      expect(books).toMatchObject(nothingWrong);
      // Without an order there would be nothing to balance.
      expect(books?.accepted).toBeGreaterThan(0);
      expect(books?.inDatabase).toBeGreaterThanOrEqual(books?.accepted ?? Infinity);
    },
    120_000,
  );
});

describe('two shops in turns', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.create();
  });
  afterAll(() => lab.remove());

  it('are bought in by users of their own, and the books of each balance', async () => {
    const { code, stderr } = await lab.run(
      ...['compare', ...appNames, '--workload', 'buy', '--metric', 'throughput', '--users', '8'],
      ...['--quick', '--runs', '1', '--seconds', '16'],
    );
    expect([0, 4], stderr).toContain(code);
    const folder = RunFolder.open(lab.resultsDir);
    const accepted = { a: 0, b: 0 };
    for (const { number, booksOfArms } of folder.trials()) {
      for (const arm of ['a', 'b'] as const) {
        accepted[arm] += booksOfArms?.[arm].told.orders ?? 0;
      }
      const result = findingsOf(folder).trials.find((trial) => trial.number === number);
      expect(result?.books, `trial ${number}`).toMatchObject(nothingWrong);
      for (const { wrongBodies, name } of result?.steps ?? []) expect(wrongBodies, name).toBe(0);
    }
    // Whoever begins a visit in one shop ends it there. (On a busy machine the slower may sell nothing.)
    expect(accepted.a + accepted.b).toBeGreaterThan(0);
  }, 180_000);
});

describe.each(postgresServers)('on PostgreSQL ($server)', ({ server, problem }) => {
  if (problem !== undefined) {
    test('an app in mid-checkout', (context) => context.skip(problem));
    return;
  }
  let postgres: PostgresContainer | undefined;
  beforeAll(async () => {
    if (server === 'image') postgres = await startPostgresContainer();
  });
  afterAll(() => postgres?.remove());

  describe.each(appNames)('%s, in mid-checkout', (app) => {
    let stage: ShopStage;
    beforeAll(async () => {
      stage = await ShopStage.open(app, { postgres });
    });
    afterAll(() => stage.close());

    it('killed: nothing is half done, and what was accepted stays', async () => {
      const load = await stage.buying(60);
      await orders(load, 3);
      await stage.inMidTransaction();
      await stage.killApp();
      load.stop();
      const books = await load.closed();
      expect(books).toMatchObject(nothingWrong);
      expect(books.accepted).toBeGreaterThanOrEqual(3);
      await stage.startApp();
    });

    it('without its database all at once: nothing is half done, and what was accepted stays', async () => {
      const load = await stage.buying(60);
      await orders(load, 3);
      await stage.inMidTransaction();
      await stage.crashDatabase();
      load.stop();
      await stage.startDatabase();
      const books = await load.closed();
      expect(books).toMatchObject(nothingWrong);
      expect(books.accepted).toBeGreaterThanOrEqual(3);
    });
  });
});
