import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DatabaseUnavailable, type FailureReport, failureLog } from './database-errors';
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

  test('is unavailable to pool.query() too', async () => {
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

/** A message of PostgreSQL's protocol: https://www.postgresql.org/docs/18/protocol-message-formats.html */
function message(type: string, content: string): Buffer {
  const head = Buffer.alloc(5, type);
  head.writeInt32BE(4 + content.length, 1);
  return Buffer.concat([head, Buffer.from(content)]);
}
const fatal = (code: string) => message('E', `SFATAL\0C${code}\0Mterminated\0\0`);
const authenticated = message('R', '\0\0\0\0');
const ready = message('Z', 'I');
const QUERY = 'Q'.charCodeAt(0);

describe('a connection that ends', () => {
  const lines: { level: number; code?: string; unlogged: number; msg: string }[] = [];
  const sockets: Socket[] = [];
  let report: FailureReport;
  let onQuery = (_socket: Socket): void => {};
  let server: Server;
  let pool: MeasuredPool;

  beforeEach(async () => {
    lines.length = sockets.length = 0;
    report = failureLog(pino({}, { write: (line) => lines.push(JSON.parse(line)) }));
    // A failure of its kind that was logged is logged again from a second later on.
    vi.useFakeTimers({ toFake: ['performance'] });
    server = createServer((socket) => {
      sockets.push(socket);
      socket.once('data', () => {
        socket.write(Buffer.concat([authenticated, ready]));
        // Not at the message by which the driver takes its leave.
        socket.on('data', ([type]) => type === QUERY && onQuery(socket));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const connectionString = `postgres://app:app@127.0.0.1:${port}/none`;
    pool = new MeasuredPool(
      { connectionString, max: 1 },
      { registry: new Registry(), reportFailure: report, prepare: false },
    );
  });
  afterEach(async () => {
    vi.useRealTimers();
    await pool.end();
    server.close();
  });

  /** As the app does: what a request failed with is told by its error handler. */
  const query = () => pool.query('select 1').catch(report);

  test.each([
    [
      'and says nothing',
      50,
      'Connection terminated unexpectedly',
      (socket: Socket) => socket.destroy(),
    ],
    ['as the server stops', 40, 'terminated', (socket: Socket) => socket.end(fatal('57P01'))],
  ])('under a statement, %s, is one failure', async (_, level, words, end) => {
    onQuery = end;
    for (let n = 0; n < 2; n += 1) {
      vi.advanceTimersByTime(1_001);
      await query();
    }
    const expected = { level, unlogged: 0, msg: `database unavailable: ${words}` };
    expect(lines).toEqual([expect.objectContaining(expected), expect.objectContaining(expected)]);
  });

  test('between two statements of a transaction is one failure, and the next statement’s', async () => {
    const client = await pool.connect();
    const ended = new Promise((resolve) => client.once('end', resolve));
    sockets[0]?.end(fatal('25P03'));
    await ended;
    await expect(client.query('select 1')).rejects.toThrow(DatabaseUnavailable);
    await client.query('select 1').catch(report);
    client.release(true);
    expect(lines).toEqual([expect.objectContaining({ level: 40, code: '25P03', unlogged: 0 })]);
    vi.advanceTimersByTime(1_001);
    report(DatabaseUnavailable.connectionLost({ code: '25P03' }));
    expect(lines[1]).toMatchObject({ unlogged: 0 });
  });

  test('while nobody uses it is one failure, and the next request gets another', async () => {
    const client = await pool.connect();
    client.release();
    const removed = new Promise((resolve) => pool.once('remove', resolve));
    sockets[0]?.end(fatal('57P01'));
    await removed;
    onQuery = (socket) => socket.write(Buffer.concat([message('C', 'SELECT 0\0'), ready]));
    await pool.query('select 1');
    expect(sockets).toHaveLength(2);
    expect(lines).toEqual([expect.objectContaining({ level: 40, code: '57P01', unlogged: 0 })]);
  });
});
