// The app in this process, without a database: what a black-box suite cannot provoke or see.
import { once } from 'node:events';
import { request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from './app';
import { createDatabase } from './database';
import { failureLog } from './database-errors';
import { answerError } from './errors';
import { measureRequests } from './metrics/requests';
import { MeasuredPool } from './pool';
import { createAppServer } from './server';

const silent = pino({ level: 'silent' });

let registry: Registry;
let server: Server;
let url: string;

async function serve(app: express.Express): Promise<void> {
  server = createAppServer(app, measureRequests(registry), { clientTimeoutSeconds: 10 }).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeEach(() => {
  registry = new Registry();
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
});

describe('the app', () => {
  beforeEach(() => {
    const reportFailure = failureLog(silent);
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
    const database = createDatabase(pool);
    return serve(createApp({ config, database, pool, log: silent, reportFailure }));
  });

  /** Requests counted so far, as `status method route`. */
  async function counted(): Promise<Record<string, number>> {
    const metric = await registry.getSingleMetric('http_server_request_duration_seconds')?.get();
    const counts = metric?.values.filter(
      (value) => 'metricName' in value && String(value.metricName).endsWith('_count'),
    );
    return Object.fromEntries(
      (counts ?? []).map(({ labels, value }) => [
        `${labels.http_response_status_code} ${labels.http_request_method} ${labels.http_route}`,
        value,
      ]),
    );
  }

  /** Of the requests of a route counted so far, together. */
  async function seconds(route: string): Promise<number> {
    const metric = await registry.getSingleMetric('http_server_request_duration_seconds')?.get();
    const sums = metric?.values.filter(
      (value) =>
        'metricName' in value &&
        String(value.metricName).endsWith('_sum') &&
        value.labels.http_route === route,
    );
    return (sums ?? []).reduce((sum, { value }) => sum + value, 0);
  }

  async function active(): Promise<number | undefined> {
    const metric = await registry.getSingleMetric('http_server_active_requests')?.get();
    return metric?.values[0]?.value;
  }

  test('counts a request that its client gave up once, as 499, and only when it gave up', async () => {
    const abandoned = request(`${url}/wait?ms=150`).on('error', () => {});
    abandoned.end();
    await expect.poll(active).toBe(1);
    expect(await counted()).toEqual({});
    abandoned.destroy();
    await expect.poll(counted).toEqual({ '499 GET /wait': 1 });
    // The handler wakes up later and answers a socket that is gone: that is no second request.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await counted()).toEqual({ '499 GET /wait': 1 });
    expect(await active()).toBe(0);
  });

  test('counts requests that are sent ahead on one connection, each once and for its own time', async () => {
    const { hostname, port } = new URL(url);
    const begunAt = performance.now();
    const socket = connect(Number(port), hostname);
    const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`;
    socket.write(ask('/wait?ms=200'));
    await expect.poll(active).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const sentAt = performance.now();
    socket.write(ask('/json'));
    await expect.poll(counted).toEqual({ '200 GET /wait': 1, '200 GET /json': 1 });
    expect(await active()).toBe(0);
    const againAt = performance.now();
    socket.write(ask('/wait?ms=30'));
    await expect.poll(counted).toEqual({ '200 GET /wait': 2, '200 GET /json': 1 });
    expect(await active()).toBe(0);
    // Timed from each one's own start, whatever the others do.
    expect(await seconds('/wait')).toBeGreaterThan((199 + 29) / 1_000);
    expect(await seconds('/wait')).toBeLessThan((performance.now() - begunAt) / 1_000);
    expect(await seconds('/json')).toBeLessThan((againAt - sentAt) / 1_000);
    socket.destroy();
  });

  test('counts under the template, with the status that was sent', async () => {
    await fetch(`${url}/json?x=1`);
    await fetch(`${url}/json`, { method: 'HEAD' });
    await fetch(`${url}/json`, { method: 'PROPFIND' });
    await fetch(`${url}/json/`);
    await fetch(`${url}/nothing/here`);
    await expect.poll(counted).toEqual({
      '200 GET /json': 1,
      '200 HEAD /json': 1,
      '405 _OTHER ': 1,
      '404 GET ': 2,
    });
  });

  test('spells a route with variables as the contract does, and the staff’s pages as one', async () => {
    await fetch(`${url}/products/1`);
    await fetch(`${url}/products/no-number`);
    await fetch(`${url}/sitemaps/other.xml`);
    await fetch(`${url}/staff/products/7/edit`, { redirect: 'manual' });
    await fetch(`${url}/staff/nothing`, { redirect: 'manual' });
    await expect.poll(counted).toEqual({
      '503 GET /products/{id}': 1,
      '404 GET ': 1,
      '404 GET /sitemaps/{section}.xml': 1,
      '303 GET /staff/': 2,
    });
  });

  test.each([
    ...['/db', '/queries', '/updates', '/cached-queries', '/fortunes', '/readyz'],
    ...[
      '/',
      '/products',
      '/products/1',
      '/search?q=x',
      '/api/products',
      '/feed.xml',
      '/sitemap.xml',
    ],
  ])('%s answers 503 without a database, and says when to come again', async (path) => {
    const response = await fetch(url + path);
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('1');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'The database cannot serve this request now; try again in a moment.',
    });
  });
});

describe('a fault of our own', () => {
  const lines: { err: { message: string; stack: string } }[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => lines.push(JSON.parse(line)) });

  beforeEach(() => {
    lines.length = 0;
    const app = express();
    app.get('/', () => {
      throw new Error('SELECT secret');
    });
    app.get('/decode/:name', (_req, res) => res.end());
    app.use(answerError(log));
    return serve(app);
  });

  test('is a 500 that tells the client nothing and the log everything', async () => {
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(response.headers.get('Content-Type')).toMatch('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'The app failed to answer; the fault is its own.',
    });
    expect(lines[0]?.err.message).toBe('SELECT secret');
    expect(lines[0]?.err.stack).toContain('app.test.ts');
  });

  test('is not what a path is that cannot be decoded', async () => {
    const response = await fetch(`${url}/decode/%zz`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ status: 400, title: 'Bad Request' });
  });
});
