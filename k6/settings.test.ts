// k6 itself, told by its file, its environment or a flag to do something else than the plan: the
// load arrives as planned, or none goes out and k6 fails. 127.0.0.2 is where no load may go.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Ended, k6On, k6OnScript, written } from './k6.fixture.ts';
import { open, planOf, step } from './plan.fixture.ts';

const RATE = 40;

let servers: Server[];
let port: number;
/** Requests by the address that they came to. */
let asked: Record<string, number>;
/** Set to a number of products: the server answers as a shop of that size. */
let products: number;

beforeAll(async () => {
  const serve = (host: string, at: number) =>
    new Promise<Server>((listening) => {
      const server = createServer((request, response) => {
        asked[host] = (asked[host] ?? 0) + 1;
        const product = /^\/api\/products\/(\d+)$/.exec(request.url ?? '')?.[1];
        const isMissing = product !== undefined && Number(product) > products;
        response
          .writeHead(isMissing ? 404 : 200, { 'Content-Type': 'application/json' })
          .end('{"message":"Hello, World!"}');
      });
      server.listen(at, host, () => listening(server));
    });
  const planned = await serve('127.0.0.1', 0);
  port = (planned.address() as AddressInfo).port;
  servers = [planned, await serve('127.0.0.2', port)];
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(() => {
  asked = {};
  products = 1_000;
});

const baseUrl = () => `http://127.0.0.1:${port}`;
const planned = () =>
  written(
    planOf({
      ...{ baseUrl: baseUrl(), workload: 'json', gapSeconds: 0 },
      steps: [step('step_01', open(RATE), 1)],
    }),
  );

function temporaryFolder(name = 'headroom-k6-'): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A home whose k6 configuration says this. */
function configured(settings: object): { XDG_CONFIG_HOME: string } {
  const XDG_CONFIG_HOME = temporaryFolder();
  mkdirSync(join(XDG_CONFIG_HOME, 'k6'));
  writeFileSync(join(XDG_CONFIG_HOME, 'k6/config.json'), JSON.stringify(settings));
  return { XDG_CONFIG_HOME };
}

function expectRefused({ code, stderr }: Ended, sentence: string): void {
  expect(code).not.toBe(0);
  expect(stderr).toContain(sentence);
  expect(asked).toEqual({});
}

describe('k6’s own configuration file changes nothing', () => {
  it.each([
    { hosts: { '127.0.0.1': '127.0.0.2' } },
    { rps: 5, minIterationDuration: '1s' },
    { executionSegment: '0:1/4', executionSegmentSequence: '0,1/4,1' },
    { blacklistIPs: ['127.0.0.0/8'], blockHostnames: ['*'] },
    { noSetup: true, paused: true, setupTimeout: '1ns', handleSummaryTimeout: '1ns' },
    { summaryTrendStats: ['avg'], systemTags: [], tags: { a: 'b' }, discardResponseBodies: true },
  ])('%j', async (settings) => {
    const { HEADROOM_PLAN, summary } = planned();
    const { code } = await k6On('run', 'scaling', { HEADROOM_PLAN, ...configured(settings) });
    expect(code).toBe(0);
    const [only] = summary().steps;
    expect(only?.requests).toBeGreaterThan(RATE * 0.8);
    expect(only).toMatchObject({ failed: 0, latencyMs: { count: only?.requests } });
    expect(asked).toEqual({ '127.0.0.1': only?.requests });
  });

  it.each([
    [{ linger: true }, 'sets linger: k6 would not end'],
    [{ vus: 1, duration: '1s' }, 'instead of the steps step_01'],
    [{ tlsVersion: 'tls1.2' }, 'k6 would run with tlsVersion'],
  ])('or is refused: %j', async (settings, sentence) => {
    const { HEADROOM_PLAN } = planned();
    const ended = await k6On('run', 'scaling', { HEADROOM_PLAN, ...configured(settings) });
    expectRefused(ended, sentence);
  });
});

describe('a variable is refused before any request', () => {
  const hosts = { K6_HOSTS: '{"127.0.0.1":"127.0.0.2"}' };
  it.each<[Record<string, string>, string]>([
    [{ K6_NO_SETUP: 'true' }, 'K6_NO_SETUP is set'],
    [{ K6_NO_SETUP: 'true', K6_VUS: '1', K6_DURATION: '1s' }, 'is set: it may change'],
    [{ K6_NO_THRESHOLDS: 'true' }, 'K6_NO_THRESHOLDS is set'],
    [hosts, 'K6_HOSTS is set'],
    [{ ...hosts, K6_INCLUDE_SYSTEM_ENV_VARS: 'false' }, 'does not show its environment'],
    [{ K6_INCLUDE_SYSTEM_ENV_VARS: 'false', K6_LINGER: 'true' }, 'does not show its environment'],
  ])('%j', async (variables, sentence) => {
    const { HEADROOM_PLAN } = planned();
    expectRefused(await k6On('run', 'scaling', { HEADROOM_PLAN, ...variables }), sentence);
  });

  it('a smoke against nobody fails, also where its thresholds would be left out', async () => {
    const nobody = { HEADROOM_BASE_URL: 'http://127.0.0.1:1' };
    expect((await k6On('run', 'smoke', nobody)).code).toBe(99);
    const ended = await k6On('run', 'smoke', { ...nobody, K6_NO_THRESHOLDS: 'true' });
    expectRefused(ended, 'K6_NO_THRESHOLDS is set');
  });
});

describe('a flag is refused before any request', () => {
  it.each([
    [['--no-setup'], 'setup() did not run'],
    [['--no-setup', '--vus', '2', '--duration', '1s'], 'setup() did not run'],
    [['--vus', '1', '--duration', '1s'], 'instead of the steps step_01'],
    [['--iterations', '5'], 'instead of the steps step_01'],
    [['--rps', '5'], 'k6 would run with rps = 5 instead of 0'],
    [['--max-redirects', '5'], 'maxRedirects = 5 instead of 0'],
    [['--execution-segment', '0:1/4'], 'provided segment 0:1/4 can'],
    [['--local-ips', '127.0.0.5'], 'localIPs = '],
    [['--summary-trend-stats', 'avg,p(90)'], 'summaryTrendStats = '],
    [['--batch-per-host', '-1'], 'batchPerHost = -1 instead of 6'],
    [['--tag', 'a=b'], 'tags = '],
    [['--include-system-env-vars=false'], 'does not show its environment'],
  ])('%j', async (flags, sentence) => {
    const { HEADROOM_PLAN } = planned();
    const raw = [...flags, '--log-format', 'raw'];
    expectRefused(await k6On('run', 'scaling', { HEADROOM_PLAN }, raw), sentence);
  });

  it('--no-setup, whatever is loaded: one request each, visits, every request once', async () => {
    const HEADROOM_BASE_URL = baseUrl();
    const flags = ['--no-setup', '--log-format', 'raw'];
    for (const scenario of ['concurrency', 'shop', 'smoke'] as const) {
      const ended = await k6On('run', scenario, { HEADROOM_BASE_URL }, flags);
      expectRefused(ended, 'setup() did not run');
    }
  });
});

it('what leaves the load alone is let through: outputs, addresses, proxies on loopback', async () => {
  const { HEADROOM_PLAN, summary } = planned();
  const harmless = {
    ...{ K6_FEATURES: 'native-histograms', K6_NO_COLOR: 'true', K6_ADDRESS: '127.0.0.1:0' },
    ...{ HTTP_PROXY: `http://127.0.0.2:${port}`, http_proxy: `http://127.0.0.2:${port}` },
  };
  expect((await k6On('run', 'scaling', { HEADROOM_PLAN, ...harmless })).code).toBe(0);
  expect(asked).toEqual({ '127.0.0.1': summary().steps[0]?.requests });
});

it('through a proxy nothing is sent to another host', async () => {
  const proxied = {
    ...{ HEADROOM_BASE_URL: 'http://express:8080', HEADROOM_IN_NETWORK: '1' },
    HTTP_PROXY: baseUrl(),
  };
  expectRefused(await k6On('run', 'scaling', proxied), 'HTTP_PROXY is set: k6 would send the load');
});

it('a service is loaded in its own network alone', async () => {
  const byHand = { HEADROOM_BASE_URL: 'http://express:8080' };
  expectRefused(await k6On('run', 'scaling', byHand), 'express may not be loaded');
});

describe('the number of products is compared with the shop', () => {
  const shop = { scenario: 'shop', workload: 'browse', slo: { share: 0.5, thresholdSeconds: 5 } };

  it('and refused where the shop has fewer', async () => {
    products = 2_000;
    const byHand = { HEADROOM_BASE_URL: baseUrl(), HEADROOM_WORKLOAD: 'browse' };
    const ended = await k6On('run', 'shop', { ...byHand, HEADROOM_PRODUCTS: '2001' });
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain('has no product 2001. Say how many it has');
    expect(asked).toEqual({ '127.0.0.1': 1 });
  });

  it('and taken where it has them', async () => {
    products = 2_000;
    const steps = [step('step_01', open(10), 1)];
    const plan = planOf({ ...shop, baseUrl: baseUrl(), gapSeconds: 0, products: 2_000, steps });
    const { HEADROOM_PLAN, summary } = written(plan);
    expect((await k6On('run', 'shop', { HEADROOM_PLAN })).code).toBe(0);
    expect(summary().steps[0]?.requests).toBeGreaterThan(5);
  });
});

const read = ['generated/apps.ts', 'names.ts', 'plan.ts', 'slo.json'].map(
  (name) => `contract/${name}`,
);

it.each(['a b', 'ä', '[x]', '#?%20', "it's"])(
  'a clone in a folder called %s is read',
  async (name) => {
    const clone = join(temporaryFolder(), name);
    for (const part of ['k6', ...read]) {
      cpSync(fileURLToPath(new URL(`../${part}`, import.meta.url)), join(clone, part), {
        recursive: true,
      });
    }
    const { code, stderr } = await k6OnScript('inspect', join(clone, 'k6/scenarios/scaling.ts'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  },
);
