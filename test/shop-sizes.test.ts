// Shops of another size than the usual: made when asked for, found by their indexes, and visited whole.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../lab/results/run-folder';
import { appNames } from '../lab/runtime/subject';
import { Lab, temporaryFolder } from './lab-process';
import {
  type PostgresContainer,
  postgresServers,
  startPostgresContainer,
} from './postgres-container';
import { ShopStage } from './shop-stage';

const products = 100_000;

/** Shared by all: the shop is made once, by who asks for it first. */
const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** contract/README.md: a list counts no further than its hundredth page of 24. */
const mostCounted = 2_400;

/** What visitors ask for: each list in each order, early and late, searches, products. */
const visited = [
  '/',
  ...['/products', '/categories/lamps', '/api/products'].flatMap((list) =>
    ['new', 'price', '-price', 'name'].flatMap((sort) => [
      `${list}?sort=${sort}`,
      `${list}?sort=${sort}&page=100`,
    ]),
  ),
  ...['oak lamp', 'bamboo', '"steel kettle"', 'nothing-like-it'].flatMap((words) => [
    `/search?q=${encodeURIComponent(words)}`,
    `/api/search?q=${encodeURIComponent(words)}`,
  ]),
  '/products/77777',
  '/api/products/99999',
  '/feed.xml',
];

describe.each(postgresServers)('on PostgreSQL ($server)', ({ server, problem }) => {
  if (problem !== undefined) {
    it('a large shop', (context) => context.skip(problem));
    return;
  }
  let postgres: PostgresContainer | undefined;
  beforeAll(async () => {
    if (server === 'image') postgres = await startPostgresContainer();
  });
  afterAll(() => postgres?.remove());

  describe.each(appNames)(`%s, with ${products} products`, (app) => {
    let stage: ShopStage;
    beforeAll(async () => {
      stage = await ShopStage.open(app, { products, folder, postgres });
    }, 180_000);
    afterAll(() => stage?.close());

    it('begins at rest: to read all of it for the first time writes nothing', async () => {
      const [explained] = await query<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }>(
        'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT sum(stock) FROM product',
      );
      expect(explained?.['QUERY PLAN'][0]?.Plan).toMatchObject({ 'Shared Dirtied Blocks': 0 });
    });

    it('has them all, and no page or answer reads through them', async () => {
      expect(await query('SELECT count(*)::integer AS products FROM product')).toEqual([
        { products },
      ]);
      await query('SELECT pg_stat_reset()');
      for (const path of visited) {
        const { status } = await fetch(stage.baseUrl + path);
        // A category may have fewer than a hundred pages.
        expect(path.startsWith('/categories') ? [200, 404] : [200], path).toContain(status);
      }
      // What a session counted is known for certain once the session has ended.
      await stage.killApp();
      await noOtherSession();
      const [counted] = await query<{ scans: number; rows: number; found: number }>(
        `SELECT seq_scan::integer AS scans, seq_tup_read::integer AS rows,
           idx_tup_fetch::integer AS found
         FROM pg_stat_user_tables WHERE relname = 'product'`,
      );
      const { scans = 0, rows: read = Infinity, found = 0 } = counted ?? {};
      expect(found).toBeGreaterThan(visited.length);
      // Counting as far as the last page may begin anywhere in the table; nothing else may.
      expect(read, `rows of ${products} in ${scans} sequential scans`).toBeLessThanOrEqual(
        scans * mostCounted,
      );
    });

    /** In a session of its own, so that what it counts is not counted later. */
    async function query<Row extends object>(sql: string): Promise<Row[]> {
      const client = new Client({ connectionString: stage.databaseUrl });
      await client.connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end();
      }
    }

    async function noOtherSession(): Promise<void> {
      for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(50)) {
        const others = await query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database()
             AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
        );
        if (others.length === 0) return;
      }
      throw new Error('the app’s sessions did not end with it');
    }
  });
});

describe('a comparison of two sizes', () => {
  let lab: Lab;
  beforeAll(async () => {
    // The stages were this process's, which lives on without them.
    rmSync(join(folder, 'processes.json'), { force: true });
    lab = await Lab.create({ HEADROOM_STATE: folder });
  });
  afterAll(() => lab.remove());

  it('gives each arm its shop, and k6 the whole of it to choose from', async () => {
    const { code, stderr } = await lab.run(
      ...['compare', 'express:products=1000', `express:products=${products}`],
      ...['--workload', 'api', '--rate', '20', '--runs', '1', '--seconds', '2'],
    );
    // 4 is an honest end too: beside a busy neighbour turn after turn is void.
    expect([0, 4], stderr).toContain(code);
    const made = RunFolder.open(lab.resultsDir);
    const { run } = made;
    expect(run.subjects.map((subject) => subject.products)).toEqual([1_000, products]);
    const inTurns = made.trials().flatMap(({ plan }) => plan.turns ?? []);
    expect(inTurns.length).toBeGreaterThanOrEqual(1);
    for (const { arms } of inTurns) {
      expect(arms.map((arm) => arm.products)).toEqual([1_000, products]);
    }
    // Both were there already.
    expect(stderr).not.toContain('Making');
  }, 180_000);
});
