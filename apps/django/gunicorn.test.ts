// What gunicorn's processes do: start, refuse to start, be killed, be replaced, end together.
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, describe, expect, test } from 'vitest';
import { departures, metricsOf } from '../../contract/conformance/declared-metrics';
import { parseMetricsPage } from '../../contract/conformance/metrics-page';
import { sumOf } from '../../contract/conformance/scrape';

const venv = join(__dirname, '../../.lab/venv/bin');

/** Nothing listens there: none of these tests asks the database. */
const databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
const sessionSecret = 's'.repeat(50);

type App = {
  process: { kill(signal: NodeJS.Signals): boolean };
  pid: number;
  baseUrl: string;
  metricsUrl: string;
  /** All that it wrote to stderr so far. */
  stderr: () => string;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

const running: App[] = [];

afterEach(async () => {
  for (const app of running.splice(0)) {
    app.process.kill('SIGKILL');
    await app.ended;
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function launch(variables: Record<string, string> = {}): Promise<App> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const gunicorn = execa(join(venv, 'gunicorn'), {
    cwd: __dirname,
    env: {
      PATH: process.env.PATH,
      PYTHONDONTWRITEBYTECODE: '1',
      DATABASE_URL: databaseUrl,
      SESSION_SECRET: sessionSecret,
      PORT: String(port),
      METRICS_PORT: String(metricsPort),
      ...variables,
    },
    extendEnv: false,
    stdin: 'ignore',
    stdout: 'ignore',
    reject: false,
    forceKillAfterDelay: false,
  });
  let stderr = '';
  gunicorn.stderr.on('data', (text) => {
    stderr += text;
  });
  const app: App = {
    process: gunicorn,
    pid: gunicorn.pid ?? 0,
    baseUrl: `http://127.0.0.1:${port}`,
    metricsUrl: `http://127.0.0.1:${variables.METRICS_PORT ?? metricsPort}/metrics`,
    stderr: () => stderr,
    ended: gunicorn.then(({ exitCode = null, signal = null }) => ({ code: exitCode, signal })),
  };
  running.push(app);
  return app;
}

/** Repeats until the check holds, and says at the end what it was given last. */
async function until<T>(what: string, ask: () => Promise<T> | T, holds: (got: T) => boolean) {
  let last: unknown;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(50)) {
    try {
      const got = await ask();
      if (holds(got)) return got;
      last = got;
    } catch (error) {
      last = error;
    }
  }
  throw new Error(`timed out waiting until ${what}; last: ${last}`);
}

const get = (url: string) => fetch(url, { signal: AbortSignal.timeout(5000) });

const pageOf = async (app: App) => parseMetricsPage(await (await get(app.metricsUrl)).text());

/** Started, with all its workers up and its metrics served. */
async function start(variables: Record<string, string> = {}): Promise<App> {
  const app = await launch(variables);
  const workers = Number(variables.WORKERS ?? 1);
  await until(
    `${workers} workers are up`,
    async () => sumOf(await pageOf(app), 'server_workers'),
    (up) => up === workers,
  );
  return app;
}

type Child = { pid: number; command: string };

function childrenOf(parent: number): Child[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const [, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${name}/cmdline`, 'latin1');
        return Number(ppid) === parent ? [{ pid: Number(name), command }] : [];
      } catch {
        return []; // It ended between being listed and being read.
      }
    });
}

const isExporter = ({ command }: Child) => command.includes('exporter.server');
const workersOf = (app: App) => childrenOf(app.pid).filter((child) => !isExporter(child));

function only<T>(list: T[]): T {
  const [one, ...others] = list;
  if (one === undefined || others.length > 0) throw new Error(`${list.length} instead of one`);
  return one;
}

/** Where the exporter was told that the metrics are kept. */
function metricsDirectoryOf(app: App): string {
  const { command } = only(childrenOf(app.pid).filter(isExporter));
  return command.split('\0').find((word) => word.includes('headroom-metrics-')) ?? 'none';
}

const isAlive = ({ pid }: Child) => existsSync(`/proc/${pid}`);

describe('refuses to start', () => {
  test.each([
    ['PORT', ''],
    ['METRICS_PORT', '65536'],
    ['DATABASE_URL', 'mysql://app:secret@127.0.0.1/app'],
    ['WORKERS', 'two'],
    ['POOL_TIMEOUT_SECONDS', '0'],
    ['LOG_LEVEL', 'loud'],
    ['SESSION_SECRET', 'secret'],
  ])('with %s="%s": exit code 2 and a line that names it', async (name, value) => {
    const app = await launch({ [name]: value });
    expect((await app.ended).code).toBe(2);
    expect(app.stderr()).toMatch(new RegExp(`^${name} is .+\n$`));
    expect(app.stderr()).not.toContain('secret');
  });

  test('when the metrics port is taken, and says so', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const app = await launch({ METRICS_PORT: port });
    expect((await app.ended).code).toBe(1);
    expect(app.stderr()).toContain(`METRICS_PORT ${port}: Address already in use`);
    taken.close();
  });
});

describe('metrics', () => {
  test('are those that the contract declares, also those of the container', async () => {
    const app = await start({ WORKERS: '2', CGROUP_METRICS: '1' });
    expect((await get(`${app.baseUrl}/plaintext`)).status).toBe(200);
    await until(
      'a collection of garbage was recorded',
      async () => sumOf(await pageOf(app), 'python_gc_duration_seconds_count'),
      (count) => count > 0,
    );
    const declared = metricsOf({ app: 'django', container: true });
    expect(departures(await pageOf(app), declared)).toEqual([]);
  });

  test('are served again when the process that serves them was killed', async () => {
    const app = await start();
    const exporter = only(childrenOf(app.pid).filter(isExporter));
    process.kill(exporter.pid, 'SIGKILL');
    await until(
      'another serves them',
      async () => (await get(app.metricsUrl)).status,
      (status) => status === 200,
    );
    expect(only(childrenOf(app.pid).filter(isExporter)).pid).not.toBe(exporter.pid);
    expect(sumOf(await pageOf(app), 'server_worker_restarts_total')).toBe(0);
  });
});

test('a killed worker is replaced and counted, and what it had counted stays', async () => {
  const app = await start({ WORKERS: '2' });
  for (let sent = 0; sent < 20; sent++) await get(`${app.baseUrl}/plaintext`);
  const before = await pageOf(app);
  expect(sumOf(before, 'http_server_request_duration_seconds_count')).toBe(20);
  const [victim] = workersOf(app);
  process.kill(victim?.pid ?? 0, 'SIGKILL');
  const after = await until(
    'it was replaced',
    () => pageOf(app),
    (page) =>
      sumOf(page, 'server_worker_restarts_total') === 1 && sumOf(page, 'server_workers') === 2,
  );
  expect(sumOf(after, 'http_server_request_duration_seconds_count')).toBe(20);
  expect(sumOf(after, 'python_threads')).toBe(8);
  const cpuSeconds = 'process_cpu_seconds_total';
  expect(sumOf(after, cpuSeconds)).toBeGreaterThanOrEqual(sumOf(before, cpuSeconds));
});

test('when the master is killed nothing of it is left within two seconds', async () => {
  const app = await start({ WORKERS: '2' });
  const directory = metricsDirectoryOf(app);
  const children = childrenOf(app.pid);
  expect(children).toHaveLength(3);
  // A request under way does not keep its worker.
  const cut = get(`${app.baseUrl}/wait?ms=4000`).catch(() => 'cut');
  await sleep(200);
  app.process.kill('SIGKILL');
  await app.ended;
  await sleep(2000);
  expect(children.filter(isAlive)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
  expect(await cut).toBe('cut');
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets a request under way finish, then ends everything with exit code 0',
  async (signal) => {
    const app = await start({ WORKERS: '2' });
    const directory = metricsDirectoryOf(app);
    const children = childrenOf(app.pid);
    const waiting = get(`${app.baseUrl}/wait?ms=1500`);
    await sleep(300);
    // Ctrl-C in a terminal reaches them all.
    for (const { pid } of signal === 'SIGINT' ? children : []) process.kill(pid, signal);
    app.process.kill(signal);
    await sleep(300);
    // The kernel still takes connections for the workers, which leave them unanswered.
    const late = get(`${app.baseUrl}/plaintext`).catch(() => 'refused');
    expect(sumOf(await pageOf(app), 'http_server_active_requests')).toBe(1);
    const response = await waiting;
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ms: 1500 });
    expect(await late).toBe('refused');
    expect(await app.ended).toEqual({ code: 0, signal: null });
    expect(children.filter(isAlive)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  },
);
