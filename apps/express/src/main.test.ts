// The app as processes: starting, being killed in every way, stopping. Needs no database.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';

const running: App[] = [];
/** Patient, for a machine that does other things too. */
const eventually = <T>(probe: () => T) => expect.poll(probe, { timeout: 30_000 });

afterEach(() => {
  for (const app of running.splice(0)) app.process.kill('SIGKILL');
});

interface App {
  process: { readonly pid?: number; kill(signal: NodeJS.Signals): boolean };
  url: string;
  metricsUrl: string;
  exit: Promise<[code: number | undefined, signal: string | undefined]>;
  stderr: Promise<string>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function launch(env: Record<string, string> = {}): Promise<App> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const child = execa(
    process.execPath,
    ['--require', 'ts-node/register/transpile-only', join(__dirname, 'main.ts')],
    {
      env: {
        DATABASE_URL: 'postgres://app:app@127.0.0.1:1/none',
        SESSION_SECRET: 'x'.repeat(50),
        PORT: String(port),
        METRICS_PORT: String(metricsPort),
        ...env,
      },
      extendEnv: false,
      stdin: 'ignore',
      stdout: 'ignore',
      stripFinalNewline: false,
      reject: false,
      forceKillAfterDelay: false,
    },
  );
  const app: App = {
    process: child,
    url: `http://127.0.0.1:${port}`,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    exit: child.then(({ exitCode, signal }) => [exitCode, signal]),
    stderr: child.then(({ stderr }) => stderr),
  };
  running.push(app);
  return app;
}

/** With every worker up, which the first answer alone would not prove. */
async function launchReady(workers: number, env: Record<string, string> = {}): Promise<App> {
  const app = await launch({ WORKERS: String(workers), ...env });
  await eventually(() => answers(app)).toBe(true);
  await eventually(() => metric(app, 'db_client_connection_max')).toBe(4 * workers);
  return app;
}

async function answers(app: App): Promise<boolean> {
  return fetch(`${app.url}/healthz`, {
    headers: { Connection: 'close' },
    // A connection taken in the moment of closing is not refused, and never answered.
    signal: AbortSignal.timeout(1_000),
  }).then(
    (response) => response.ok,
    () => false,
  );
}

async function metric(app: App, series: string): Promise<number> {
  const page = await (await fetch(app.metricsUrl)).text();
  const line = page.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
}

function workerPids(app: App): number[] {
  const { pid } = app.process;
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

/** A zombie has ended; only whoever is to wait for it has not. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('starting', () => {
  test('ends with exit code 2 and a sentence when a variable is malformed', async () => {
    const app = await launch({ WORKERS: 'some' });
    expect(await app.exit).toEqual([2, undefined]);
    expect(await app.stderr).toBe('WORKERS is "some": give a whole number from 1 to 1024.\n');
  });

  test.each(['PORT', 'METRICS_PORT'])('ends when %s is taken, and says so', async (name) => {
    const occupant = createServer().listen(0, '127.0.0.1');
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    const app = await launch({ [name]: String(port) });
    expect(await app.exit).toEqual([1, undefined]);
    expect(await app.stderr).toContain(`${name} ${port} cannot be listened on`);
    occupant.close();
  });

  test('is healthy without a database, and not ready', async () => {
    const app = await launchReady(1);
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${app.url}/readyz`)).status).toBe(503);
  });
});

describe('stopping', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s lets requests in flight finish, then all processes end with exit code 0',
    async (signal) => {
      const app = await launchReady(2);
      const workers = workerPids(app);
      const inFlight = fetch(`${app.url}/wait?ms=3000`);
      await eventually(() => metric(app, 'http_server_active_requests')).toBe(1);
      app.process.kill(signal);
      await eventually(() => answers(app)).toBe(false);
      expect(await (await inFlight).json()).toEqual({ ms: 3_000 });
      expect(await app.exit).toEqual([0, undefined]);
      expect(workers.filter(alive)).toEqual([]);
    },
  );

  test('cuts off what takes longer than SHUTDOWN_SECONDS', async () => {
    const app = await launchReady(1, { SHUTDOWN_SECONDS: '1' });
    const requestMs = 10_000;
    const inFlight = fetch(`${app.url}/wait?ms=${requestMs}`).catch((error) => error);
    await eventually(() => metric(app, 'http_server_active_requests')).toBe(1);
    const startedAt = performance.now();
    app.process.kill('SIGTERM');
    expect(await app.exit).toEqual([0, undefined]);
    expect(performance.now() - startedAt).toBeLessThan(requestMs / 2);
    expect(await inFlight).toBeInstanceOf(Error);
  });

  test('a second signal ends it at once', async () => {
    const app = await launchReady(1);
    const workers = workerPids(app);
    const inFlight = fetch(`${app.url}/wait?ms=10000`).catch((error) => error);
    await eventually(() => metric(app, 'http_server_active_requests')).toBe(1);
    app.process.kill('SIGTERM');
    await eventually(() => answers(app)).toBe(false);
    app.process.kill('SIGTERM');
    expect(await app.exit).toEqual([1, undefined]);
    expect(await inFlight).toBeInstanceOf(Error);
    expect(workers.filter(alive)).toEqual([]);
  });
});

describe('being killed', () => {
  test('a supervisor leaves no worker behind', async () => {
    const app = await launchReady(2);
    const workers = workerPids(app);
    expect(workers).toHaveLength(2);
    app.process.kill('SIGKILL');
    await eventually(() => workers.filter(alive)).toEqual([]);
  });

  test('a worker is replaced and counted, and what it had counted stays', async () => {
    const app = await launchReady(1);
    const requests =
      'http_server_request_duration_seconds_count{http_request_method="GET",http_route="/json",http_response_status_code="200"}';
    await fetch(`${app.url}/json`);
    expect(await metric(app, requests)).toBe(1);
    const cpuSeconds = await metric(app, 'process_cpu_seconds_total');
    const [first] = workerPids(app);

    process.kill(first as number, 'SIGKILL');
    await eventually(() => metric(app, 'server_worker_restarts_total')).toBe(1);
    expect(await metric(app, requests)).toBe(1);
    await eventually(() => answers(app)).toBe(true);

    expect(await metric(app, 'server_workers')).toBe(1);
    expect(workerPids(app)).not.toContain(first);
    await fetch(`${app.url}/json`);
    await eventually(() => metric(app, requests)).toBe(2);
    expect(await metric(app, 'process_cpu_seconds_total')).toBeGreaterThanOrEqual(cpuSeconds);
    expect(await metric(app, 'db_client_connection_max')).toBe(4);
  });
});

test('the metrics page does not wait for a worker that is blocked', async () => {
  const app = await launchReady(1);
  const before = await metric(app, 'nodejs_eventloop_delay_seconds_count');
  let blocked = true;
  const blocking = fetch(`${app.url}/work?units=1000`).then((response) => {
    blocked = false;
    return response.status;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await metric(app, 'nodejs_eventloop_delay_seconds_count')).toBeGreaterThanOrEqual(before);
  expect(blocked).toBe(true);
  expect(await blocking).toBe(200);
});

test('fifty scrapes at a time while the worker is blocked: two pages are made, and no listener is left', async () => {
  const app = await launchReady(1);
  let blocked = true;
  // One after the other: long enough for both pages, on a fast machine too.
  const blocking = Promise.all(
    Array.from({ length: 3 }, () => fetch(`${app.url}/work?units=1000`)),
  ).finally(() => {
    blocked = false;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const pages = await Promise.all(
    Array.from({ length: 50 }, async () => (await fetch(app.metricsUrl)).text()),
  );
  expect(blocked).toBe(true);
  // The worker's CPU time is another one in each.
  expect(new Set(pages).size).toBeLessThanOrEqual(2);
  for (const page of pages) expect(page).toMatch(/^db_client_connection_max 4$/m);
  await blocking;
  app.process.kill('SIGTERM');
  expect(await app.stderr).not.toContain('Warning');
});
