// The lines that LOG_LEVEL=debug adds, on the app in this process.
import { once } from 'node:events';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { createApp } from './app';
import { createDatabase } from './database';
import { failureLog } from './database-errors';
import { measureRequests } from './metrics/requests';
import { MeasuredPool } from './pool';
import { createAppServer } from './server';

const debugLevel = 20;

let server: Server;
let url: string;
let lines: Record<string, unknown>[];

async function serve(level: 'debug' | 'info'): Promise<void> {
  lines = [];
  const written = new PassThrough().setEncoding('utf8');
  written.on('data', (line: string) => lines.push(JSON.parse(line)));
  const log = pino({ level, base: null, timestamp: false }, written);
  const registry = new Registry();
  const reportFailure = failureLog(log);
  const pool = new MeasuredPool(
    { connectionString: 'postgres://app:app@127.0.0.1:1/none', max: 1 },
    { registry, reportFailure, prepare: false },
  );
  const config = {
    allowedHosts: ['127.0.0.1'],
    middleware: 'full' as const,
    plantedWorkMs: 0,
    trustProxy: false,
    sessionSecret: 'x'.repeat(50),
  };
  const app = createApp({ config, database: createDatabase(pool), pool, log, reportFailure });
  server = createAppServer(app, measureRequests(registry), { clientTimeoutSeconds: 10 }).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

/** With the duration checked and left out. */
const requestLines = () =>
  lines
    .filter(({ msg }) => msg === 'request')
    .map(({ durationMs, ...rest }) => {
      expect(durationMs).toBeGreaterThanOrEqual(0);
      return rest;
    });

test('each request has one line, with nothing of its headers', async () => {
  await serve('debug');
  await fetch(`${url}/json?a=b`, { headers: { Cookie: 'sid=secret' } });
  await fetch(`${url}/nowhere`, { method: 'POST' });
  const common = { level: debugLevel, msg: 'request', aborted: false };
  await expect.poll(requestLines).toEqual([
    { ...common, method: 'GET', url: '/json?a=b', status: 200 },
    { ...common, method: 'POST', url: '/nowhere', status: 404 },
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('a request that fails has the same line; the reason is another one', async () => {
  await serve('debug');
  expect((await fetch(`${url}/db`)).status).toBe(503);
  await expect
    .poll(requestLines)
    .toEqual([
      { level: debugLevel, msg: 'request', method: 'GET', url: '/db', status: 503, aborted: false },
    ]);
});

test('a request that its client gave up is called aborted', async () => {
  await serve('debug');
  const abandoned = request(`${url}/wait?ms=100`).on('error', () => {});
  abandoned.end();
  await once(server, 'request');
  abandoned.destroy();
  await expect
    .poll(requestLines)
    .toEqual([expect.objectContaining({ url: '/wait?ms=100', aborted: true })]);
  // The handler wakes up later and answers a socket that is gone: that is no second request.
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(requestLines()).toHaveLength(1);
});

test('there is none above debug', async () => {
  await serve('info');
  await fetch(`${url}/json`);
  await fetch(`${url}/nowhere`);
  expect(lines).toEqual([]);
});
