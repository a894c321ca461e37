// The databases that apps are given, on both builds of PostgreSQL: the embedded one of the native
// runtime, and the server image of the composition.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PostgresStatistics } from '../lab/live/postgres-statistics';
import { Books } from '../lab/measure/books';
import { toolsDir } from '../lab/paths';
import { commandOf, environmentOf } from '../lab/runtime/apps';
import { AttachedServer } from '../lab/runtime/attached/server';
import { asSuperuser, type ServerAddress, urlOf } from '../lab/runtime/database-server';
import { Databases } from '../lab/runtime/databases';
import { externalPostgres, startPostgres } from '../lab/runtime/native/postgres';
import { Processes } from '../lab/runtime/native/processes';
import { allowedCpus } from '../lab/runtime/native/topology';
import { type AppName, appNames, subjectOf } from '../lab/runtime/subject';
import { freePorts, temporaryFolder } from './lab-process';
import { postgresServers, startPostgresContainer } from './postgres-container';

const python = join(toolsDir, 'venv/bin/python');

/** The table of an app's sessions and its column of ids; what removes those that are over. */
const cleanups: Record<
  AppName,
  { session: string; id: string; commands: [file: string, ...args: string[]][] }
> = {
  express: { session: 'session', id: 'sid', commands: [[process.execPath, 'dist/cleanup.js']] },
  django: {
    ...{ session: 'django_session', id: 'session_key' },
    commands: [
      [python, 'manage.py', 'clearsessions'],
      [python, 'manage.py', 'clearloginattempts'],
    ],
  },
};

/** Rows of both builds, to be compared when both are known. */
const contents = new Map<string, Record<string, string>>();

describe.each(postgresServers)('databases on PostgreSQL ($server)', ({ server, problem }) => {
  if (problem !== undefined) {
    test('are made, cloned and counted', (context) => context.skip(problem));
    return;
  }
  const folder = temporaryFolder();
  let address: ServerAddress;
  let stop: () => Promise<void>;
  let databases: Databases;

  beforeAll(async () => {
    ({ address, stop } = await started(server, folder));
    databases = await Databases.prepare(address, folder);
    for (const app of appNames) await databases.reset(app);
  });
  afterAll(async () => {
    await stop?.();
    rmSync(folder, { recursive: true, force: true });
  });

  const rows = async <Row extends object>(database: string, sql: string): Promise<Row[]> =>
    asSuperuser(address, database, async (client) => (await client.query(sql)).rows);

  test('have templates, which the next start finds and does not make again', async () => {
    const templates =
      "SELECT datname, oid FROM pg_database WHERE datname ~ '^headroom_(seed|template)' ORDER BY 1";
    const before = await rows('postgres', templates);
    expect(before).toHaveLength(1 + appNames.length);
    await Databases.prepare(address, folder);
    expect(await rows('postgres', templates)).toEqual(before);
  });

  test('are of one lab at a time, which the next is told', async () => {
    const own = urlOf(address, 'postgres');
    const first = await externalPostgres(own);
    await expect(externalPostgres(own)).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringMatching(
        new RegExp(`another lab \\(headroom, process ${process.pid} on .*uses the PostgreSQL at`),
      ),
    });
    await first.release?.();
    const next = await externalPostgres(own);
    await next.release?.();
  });

  test('fail a statement whose session the server ends, and nothing else', async () => {
    const ended = rows('postgres', 'SELECT pg_terminate_backend(pg_backend_pid())');
    await expect(ended).rejects.toMatchObject({ code: '57P01' });
  });

  test('are as they were seeded after a reset, whatever was done to them and by whom', async () => {
    const products = 'SELECT count(*)::integer AS count, sum(stock)::integer AS stock FROM product';
    const seeded = await rows('headroom_express', products);
    expect(seeded).toMatchObject([{ count: 1000 }]);
    await rows('headroom_express', 'UPDATE product SET stock = stock + 1');
    await rows('headroom_express', 'CREATE TABLE left_behind ()');
    await databases.reset('express');
    expect(await rows('headroom_express', products)).toEqual(seeded);
    expect(await rows('headroom_express', "SELECT to_regclass('left_behind') AS name")).toEqual([
      { name: null },
    ]);
  });

  test.each(appNames)('bound the statements, locks and idle transactions of %s', async (app) => {
    const client = new Client({ connectionString: databases.appUrl(app) });
    await client.connect();
    try {
      const { rows: bounds } = await client.query(
        `SELECT name, setting FROM pg_settings WHERE source = 'user' AND name ~ '_timeout$' ORDER BY 1`,
      );
      expect(bounds).toEqual([
        { name: 'idle_in_transaction_session_timeout', setting: '10000' },
        { name: 'lock_timeout', setting: '5000' },
        { name: 'statement_timeout', setting: '30000' },
      ]);
    } finally {
      await client.end();
    }
  });

  test.each(Object.entries(cleanups))(
    'lose what is over by the commands of %s, and nothing else',
    async (app, { session, id, commands }) => {
      await databases.reset(app);
      const database = `headroom_${app}`;
      for (const [name, ends] of [
        ['over', "now() - interval '1 minute'"],
        ['alive', "now() + interval '1 minute'"],
      ]) {
        await rows(database, `INSERT INTO ${session} VALUES ('${name}', '{}', ${ends})`);
        await rows(database, `INSERT INTO login_attempt VALUES ('${name}', 1, ${ends})`);
      }
      const env = environmentOf(subjectOf(app, 'default', 1), databases.appUrl(app));
      const { cwd } = commandOf({ app });
      for (const [file, ...args] of commands) {
        await execa(file, args, { cwd, env, extendEnv: false });
      }
      expect(await rows(database, `SELECT * FROM ${session}`)).toMatchObject([{ [id]: 'alive' }]);
      expect(await rows(database, 'SELECT email FROM login_attempt')).toEqual([{ email: 'alive' }]);
    },
    60_000,
  );

  test('have books that find what does not fit', async () => {
    await databases.reset('express');
    const run = (sql: string) => rows<{ id: string }>('headroom_express', sql);
    const found = await run('SELECT id FROM product WHERE stock > 1 ORDER BY id LIMIT 3');
    const [one, two, three] = found.map(({ id }) => Number(id));
    const books = await Books.open(databases.superuserUrl('express'), []);
    const order = async (cents: number) => {
      const [made] = await run(
        `INSERT INTO customer_order (customer_id, idempotency_key, total_cents)
         SELECT min(id), 'key-of-the-books-${cents}', ${cents} FROM customer RETURNING id`,
      );
      return Number(made?.id);
    };
    const [sound, empty, off] = [await order(200), await order(5), await order(7)];
    await run(
      `INSERT INTO order_line (order_id, product_id, product_name, price_cents, quantity)
       VALUES (${sound}, ${one}, 'x', 100, 2), (${off}, ${two}, 'y', 100, 1)`,
    );
    await run(`UPDATE product SET stock = stock - 2 WHERE id = ${one}`);
    // As many pieces, of another product.
    await run(`UPDATE product SET stock = stock - 1 WHERE id = ${three}`);
    const missing = empty + 1000;
    books.accepted({ order: sound, totalCents: 200 });
    books.accepted({ order: sound, totalCents: 200 });
    books.accepted({ order: missing, totalCents: 1 });
    books.accepted({ order: off, totalCents: 8 });
    const { told, database } = await books.close();
    expect(told).toEqual({ orders: 4, twice: [sound], missing: [missing], otherTotals: [off] });
    expect(database).toMatchObject({
      ...{ orders: 3, withoutLines: 1, totalsOff: 1, piecesInLines: 3, piecesFromStock: 3 },
    });
    expect(database?.weightedInLines).not.toBe(database?.weightedFromStock);
    await databases.reset('express');
  });

  test('hold the same rows for both apps', async () => {
    const [express, django] = await Promise.all(appNames.map(digests));
    expect(Object.keys(express ?? {}).length).toBeGreaterThan(5);
    expect(django).toEqual(express);
    contents.set(server, express ?? {});
  });

  test('count each statement, which the exporter shows for each app', async () => {
    const statistics = new PostgresStatistics(databases.statisticsUrl);
    try {
      const updates = async () => {
        const readings = await statistics.read();
        expect(readings).toContainEqual({ name: 'pg_up', labels: {}, value: 1 });
        const counted = readings.find(
          ({ name, labels }) =>
            name === 'pg_stat_statements_calls_total' &&
            labels.app === 'django' &&
            labels.db_operation_name === 'UPDATE',
        );
        return counted?.value ?? 0;
      };
      const before = await updates();
      for (let n = 0; n < 7; n += 1) {
        await rows(
          'headroom_django',
          `UPDATE world SET random_number = ${n + 1} WHERE id = ${n + 1}`,
        );
      }
      expect(await updates()).toBe(before + 7);
    } finally {
      await statistics.end();
    }
  });

  describe('by the role of a lab that did not start the server', () => {
    let lab: AttachedServer;
    const password = 'not-the-apps';

    beforeAll(async () => {
      const app = new URL(databases.appUrl('express')).password;
      await Databases.prepareForGood(address, { app, lab: password }, '1k', () => undefined);
      lab = new AttachedServer(
        `postgres://headroom_lab:${password}@${address.host}:${address.port}/postgres`,
      );
    });
    afterAll(() => lab?.drop());

    test('are reset while the app has sessions open, which end', async () => {
      const session = new Client({ connectionString: databases.appUrl('express') });
      const ended = new Promise<Error>((resolve) => session.on('error', resolve));
      await session.connect();
      await session.query('UPDATE product SET stock = 0');
      await lab.reset('express');
      expect(await ended).toMatchObject({ code: '57P01' });
      const [{ stock } = { stock: 0 }] = await rows<{ stock: number }>(
        'headroom_express',
        'SELECT sum(stock)::integer AS stock FROM product',
      );
      expect(stock).toBeGreaterThan(0);
    });

    test.each([
      'DROP DATABASE headroom_django WITH (FORCE)',
      'COMMENT ON DATABASE headroom_django IS NULL',
    ])('are reset where a reset was cut off: %s', async (statement) => {
      await rows('postgres', statement);
      await lab.reset('django');
      const found = await rows<{ products: number }>(
        'headroom_django',
        'SELECT count(*)::integer AS products FROM product',
      );
      expect(found).toEqual([{ products: 1000 }]);
    });

    test('are looked into, with what goes on there', async () => {
      const session = new Client({ connectionString: databases.appUrl('express') });
      await session.connect();
      await session.query('BEGIN; SELECT 1');
      const looking = new Client({ connectionString: lab.databaseUrl('express') });
      await looking.connect();
      const { rows: seen } = await looking.query(
        `SELECT state, (SELECT count(*)::integer FROM product) AS products FROM pg_stat_activity
         WHERE usename = 'headroom_app' AND datname = 'headroom_express'`,
      );
      expect(seen).toEqual([{ state: 'idle in transaction', products: 1000 }]);
      await Promise.all([session.end(), looking.end()]);
    });

    test('show how much CPU time each took, in all of the server’s', async () => {
      const before = await lab.cpu();
      const session = new Client({ connectionString: databases.appUrl('django') });
      await session.connect();
      await session.query('SELECT count(*) FROM generate_series(1, 2000000)');
      const after = await lab.cpu();
      await session.end();
      const moved = (name: string) =>
        (after?.byDatabase.get(name) ?? 0) - (before?.byDatabase.get(name) ?? 0);
      expect(moved('headroom_django')).toBeGreaterThan(0);
      expect(moved('headroom_express')).toBe(0);
      const all = (after?.seconds ?? 0) - (before?.seconds ?? 0);
      // Sums of hundredths, whose last digits differ.
      expect(all).toBeGreaterThan(moved('headroom_django') - 0.001);
    });

    test('and a temporary view of its own is not read with the rights of a superuser', async () => {
      const client = new Client({
        ...address,
        user: 'headroom_lab',
        password,
        database: 'postgres',
      });
      await client.connect();
      await client.query(`
        CREATE FUNCTION pg_temp.evil() RETURNS name LANGUAGE plpgsql AS $$
          BEGIN ALTER ROLE headroom_lab SUPERUSER; RETURN 'x'; END $$;
        CREATE TEMP VIEW pg_stat_activity AS SELECT pg_temp.evil() AS datname, 1 AS pid;
        SELECT * FROM headroom_processes()`);
      const { rows } = await client.query(
        "SELECT rolsuper FROM pg_roles WHERE rolname = 'headroom_lab'",
      );
      expect(rows).toEqual([{ rolsuper: false }]);
      await client.end();
    });

    test.each([
      "SELECT pg_read_file('/etc/passwd')",
      'SELECT rolpassword FROM pg_authid',
      'CREATE ROLE another LOGIN',
      'ALTER ROLE headroom_lab SUPERUSER',
      'DROP DATABASE template1',
      "COPY (SELECT 1) TO PROGRAM 'true'",
      'CREATE OR REPLACE FUNCTION headroom_processes() RETURNS void LANGUAGE sql AS $$ $$',
    ])('and it may not: %s', async (statement) => {
      const client = new Client({
        ...address,
        user: 'headroom_lab',
        password,
        database: 'postgres',
      });
      await client.connect();
      await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
      await client.end();
    });
  });

  /** Of each table of the shared schema. */
  async function digests(app: string): Promise<Record<string, string>> {
    const database = `headroom_${app}`;
    const tables = ['world', 'fortune', 'category', 'product', 'customer'];
    const found: Record<string, string> = {};
    for (const table of [...tables, 'cart_line', 'customer_order', 'order_line']) {
      const [row] = await rows<{ digest: string }>(
        database,
        `SELECT md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) AS digest FROM ${table} t`,
      );
      found[table] = row?.digest ?? 'none';
    }
    return found;
  }
});

test('both builds of PostgreSQL make the same rows of the seed', (context) => {
  const { problem } = postgresServers[1];
  context.skip(problem !== undefined, problem);
  expect(contents.get('image')).toEqual(contents.get('embedded'));
  expect(contents.size).toBe(2);
});

async function started(server: 'embedded' | 'image', folder: string) {
  if (server === 'image') {
    const { address, remove } = await startPostgresContainer();
    return { address, stop: remove };
  }
  const processes = await Processes.claim(folder);
  const [port = 0] = await freePorts(1);
  const { address } = await startPostgres({
    processes,
    stateDir: folder,
    port,
    cpus: allowedCpus(),
  });
  return { address, stop: () => processes.stopAll() };
}
