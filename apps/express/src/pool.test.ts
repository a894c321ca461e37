import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatabaseUnavailable, failureLog } from './database-errors';
import { MeasuredPool } from './pool';

const reportFailure = failureLog(pino({ level: 'silent' }));

describe('a database that never answers', () => {
  let silent: Server;
  let registry: Registry;
  let pool: MeasuredPool;

  beforeEach(async () => {
    silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    registry = new Registry();
    const { port } = silent.address() as AddressInfo;
    const connectionString = `postgres://app:app@127.0.0.1:${port}/none`;
    const options = { connectionString, max: 1, connectionTimeoutMillis: 100 };
    pool = new MeasuredPool(options, { registry, reportFailure, prepare: false });
  });
  afterEach(() => {
    silent.close();
  });

  async function value(name: string): Promise<number | undefined> {
    return (await registry.getSingleMetric(name)?.get())?.values[0]?.value;
  }

  test('is unavailable once the time is up, for who connects and for who queues', async () => {
    const outcomes = Promise.allSettled([pool.connect(), pool.connect()]);
    expect(await value('db_client_connection_pending_requests')).toBe(2);
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ reason: expect.any(DatabaseUnavailable) });
    }
    expect(await value('db_client_connection_pending_requests')).toBe(0);
    expect(await value('db_client_connection_timeouts_total')).toBe(2);
  });

  test('is unavailable to pool.query() too, which calls connect() with a callback', async () => {
    await expect(pool.query('select 1')).rejects.toThrow(DatabaseUnavailable);
    expect(await value('db_client_connection_timeouts_total')).toBe(1);
  });
});

test('a database that refuses is unavailable at once, and that is no timeout', async () => {
  const registry = new Registry();
  const connectionString = 'postgres://app:app@127.0.0.1:1/none';
  const pool = new MeasuredPool(
    { connectionString, max: 1 },
    { registry, reportFailure, prepare: false },
  );
  await expect(pool.connect()).rejects.toThrow(DatabaseUnavailable);
  const timeouts = await registry.getSingleMetric('db_client_connection_timeouts_total')?.get();
  expect(timeouts?.values[0]?.value).toBe(0);
});
