// k6 against a small server that misbehaves on purpose: what the summary must say of it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { k6On, k6OnScript, written } from './k6.fixture.ts';
import { closed, open, planOf, step } from './plan.fixture.ts';

const HELLO = '{"message":"Hello, World!"}';

/** Behaviour of the n-th request, counted from one. */
type Behaviour = (n: number) => { status?: number; body?: string; afterMs?: number } | 'hang';

let server: Server;
let baseUrl: string;
let behave: Behaviour;
let asked: string[];
let connections: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const behaviour = behave(asked.length);
    if (behaviour === 'hang') return;
    const { status = 200, body = HELLO, afterMs = 0 } = behaviour;
    setTimeout(() => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    }, afterMs);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function run(behaviour: Behaviour, changes: Parameters<typeof planOf>[0]) {
  behave = behaviour;
  asked = [];
  connections = 0;
  const plan = planOf({ baseUrl, workload: 'json', gapSeconds: 0, ...changes });
  const { HEADROOM_PLAN, summary } = written(plan);
  const ended = await k6On('run', plan.scenario, { HEADROOM_PLAN }, ['--log-format', 'json']);
  return { ended, summary: summary() };
}

const scaling = (...steps: ReturnType<typeof step>[]) => ({ scenario: 'scaling', steps });
const concurrency = (...steps: ReturnType<typeof step>[]) => ({ scenario: 'concurrency', steps });

describe('steps of an open load', () => {
  it('are told apart, announced in the log, and say nothing on stdout', async () => {
    const { ended, summary } = await run(
      () => ({}),
      scaling(step('warmup', open(20), 1), step('step_01', open(60), 1)),
    );
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    const [warmup, counted] = summary.steps;
    expect((warmup?.requests ?? 0) + (counted?.requests ?? 0)).toBe(asked.length);
    // k6 may let in one arrival more, due the moment the step ends.
    expect(counted?.requests).toBeGreaterThan(50);
    expect(counted?.requests).toBeLessThanOrEqual(61);
    expect(counted).toMatchObject({ failed: 0, wrongBodies: 0 });
    expect(counted?.latencyMs?.count).toBe(counted?.requests);
    expect(counted?.scheduleLagMs?.samples).toBeGreaterThanOrEqual(2);
    const said = ended.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(JSON.parse(line).msg));
    expect(said).toEqual([
      { event: 'step', name: 'warmup', startedAtMs: warmup?.startedAtMs },
      { event: 'step', name: 'step_01', startedAtMs: counted?.startedAtMs },
    ]);
  });

  it.each([
    [1, 20, 'as long as the grace: the users of the warm-up go on, on their connections'],
    [0.5, 40, 'shorter: other users connect, all at once'],
  ])('have a gap of %s s and %s connections, %s', async (gapSeconds, expected) => {
    const steps = [step('warmup', open(80, 20), 1), step('step_01', open(80, 20), 1)];
    await run(() => ({}), { ...scaling(...steps), gapSeconds, gracefulStopSeconds: 1 });
    expect(connections).toBe(expected);
  });

  it('count each kind of failure as what it is', async () => {
    const { summary } = await run(
      (n) => {
        if (n % 10 === 0) return { status: 503 };
        if (n % 10 === 5) return { body: '{"message":"Hello, Wörld!"}' };
        return n % 10 === 7 ? { afterMs: 800 } : {};
      },
      {
        ...scaling(step('step_01', open(50, 50), 1)),
        slo: { share: 0.99, thresholdSeconds: 0.5 },
      },
    );
    const times = (last: number) => asked.filter((_, index) => (index + 1) % 10 === last).length;
    expect(summary.steps[0]).toMatchObject({
      failed: times(0),
      wrongBodies: times(5),
      sloMisses: times(0) + times(5) + times(7),
    });
    expect(summary.failedChecks).toEqual({ '/json: body': times(5) });
  });

  it('drop what finds every user waiting, and count what is cut off as failed', async () => {
    const { summary } = await run(() => 'hang', {
      ...scaling(step('step_01', open(20, 10), 1)),
      gracefulStopSeconds: 0.1,
      sampleEvery: 1,
    });
    const [only] = summary.steps;
    expect(only).toMatchObject({ iterations: 0, requests: 10, failed: 10, latencyMs: null });
    expect(only?.droppedIterations).toBeGreaterThan(5);
  });

  it('count answers that come after the end as late', async () => {
    const { summary } = await run(
      (n) => ({ afterMs: n > 15 ? 500 : 0 }),
      scaling(step('step_01', open(20), 1)),
    );
    // Those due after three quarters of the second.
    expect(summary.steps[0]?.lateRequests).toBeGreaterThanOrEqual(5);
    expect(summary.steps[0]?.lateRequests).toBeLessThan(asked.length);
    expect(summary.steps[0]?.lateFailures).toBe(0);
  });

  it('tell those apart that came late and are not right', async () => {
    const { summary } = await run(
      (n) => {
        if (n <= 15) return {};
        return { afterMs: 500, ...(n % 2 === 0 ? { status: 500 } : { body: '{}' }) };
      },
      scaling(step('step_01', open(20), 1)),
    );
    const [only] = summary.steps;
    expect(only?.failed).toBeGreaterThanOrEqual(2);
    expect(only?.wrongBodies).toBeGreaterThanOrEqual(2);
    expect(only?.lateFailures).toBe(only?.lateRequests);
  });
});

it('users of a closed load wait for their answers', async () => {
  const { summary } = await run(
    () => ({ afterMs: 50 }),
    concurrency(step('step_01', closed(2), 1), step('step_02', closed(4), 1)),
  );
  const [two, four] = summary.steps.map(({ requests }) => requests);
  expect(two).toBeGreaterThan(10);
  expect(two).toBeLessThanOrEqual(42);
  expect((four ?? 0) / (two ?? 1)).toBeGreaterThan(1.4);
});

it('a mix is asked for in its shares, in the order of the seed', async () => {
  const mixed = async (seed: number) => {
    await run(() => ({}), {
      ...concurrency(step('step_01', closed(1), 1)),
      workload: 'micro',
      seed,
    });
    return asked.slice(0, 60);
  };
  const seven = await mixed(7);
  expect(new Set(seven).size).toBe(5);
  expect(await mixed(7)).toEqual(seven);
  expect(await mixed(8)).not.toEqual(seven);
});

it('a request has the method, body, headers and status that its workload names', async () => {
  const seen: string[] = [];
  const echo = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => {
      body += data;
    });
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`);
      response.writeHead(201).end('made');
    });
  });
  await new Promise<void>((listening) => echo.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void echo.close());
  const folder = mkdtempSync(join(tmpdir(), 'headroom-k6-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = join(folder, 'own.ts');
  const lib = fileURLToPath(new URL('lib', import.meta.url));
  writeFileSync(
    script,
    `import { requestLoadOf } from '${lib}/load.ts';
import { scenarioOf } from '${lib}/scenario.ts';
const scenario = scenarioOf({ name: 'own', workload: 'json', users: [1], stepSeconds: 1, gapSeconds: 0 });
export const { options, setup } = scenario;
export default requestLoadOf({ thinkTimeSeconds: 0, requests: [{
  weight: 1, method: 'POST', target: '/things?a=1', status: 201, isRight: (body) => body === 'made',
  body: '{"a":1}', headers: { 'Content-Type': 'application/json' },
}] }, scenario);
`,
  );
  const own = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
  const { code, stderr } = await k6OnScript('run', script, { HEADROOM_BASE_URL: own });
  expect({ code, stderr: stderr.includes('level=error') }).toEqual({ code: 0, stderr: false });
  expect(new Set(seen)).toEqual(new Set(['POST /things?a=1 application/json {"a":1}']));
});

it('a refused connection is a failure, logged once and not once per request', async () => {
  const { ended, summary } = await run(() => ({}), {
    ...scaling(step('step_01', open(100), 1)),
    baseUrl: 'http://127.0.0.1:1',
  });
  const [only] = summary.steps;
  expect(only?.failed).toBe(only?.requests);
  expect(only?.sloMisses).toBe(only?.requests);
  expect(only?.requests).toBeGreaterThan(50);
  expect(ended.stderr.match(/connection refused/g)?.length).toBeLessThanOrEqual(3);
});

describe('customers who are logged in already', () => {
  const customer = (cookie: string) => ({ loggedIn: true, cookie });
  let isToldOfLogIns = false;
  /** What is left of them by a run of three users at a shop that lets nobody in. */
  const leftOf = async (kept: unknown[] | 'half of a file' | undefined) => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-k6-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const sessionsPath = join(folder, 'sessions.json');
    if (kept === 'half of a file') writeFileSync(sessionsPath, '[[{"loggedIn":tr');
    else if (kept !== undefined) writeFileSync(sessionsPath, JSON.stringify([kept]));
    const steps = [step('step_01', open(5, 3), 1)];
    const plan = { ...scaling(...steps), workload: 'mixed', sessionsPath };
    const { ended } = await run(() => ({}), plan);
    isToldOfLogIns = ended.stderr.includes('log-ins');
    const [left] = JSON.parse(readFileSync(sessionsPath, 'utf8'));
    return left;
  };
  const three = ['id=1', 'id=2', 'id=3'].map(customer);

  it('are left for the next run, and need not log in', async () => {
    expect(await leftOf(three)).toEqual(three);
    expect(asked[0]).not.toBe('/login');
    expect(isToldOfLogIns).toBe(false);
  });

  it('are joined by those who are not', async () => {
    expect(await leftOf(three.slice(0, 2))).toEqual(three.slice(0, 2));
    expect(asked[0]).toBe('/login');
    expect(isToldOfLogIns, 'before the first of them').toBe(true);
    for (const none of [undefined, 'half of a file'] as const) {
      expect(await leftOf(none)).toEqual([]);
      expect(asked[0]).toBe('/login');
    }
  });
});

describe('smoke names what is wrong', () => {
  const wrong = 'GET /db: body';

  it('by its exit code and on stdout, by hand', async () => {
    behave = () => ({});
    const { code, stdout } = await k6On('run', 'smoke', { HEADROOM_BASE_URL: baseUrl });
    expect(code).toBe(99);
    expect(stdout).toContain(`✗ ${wrong}`);
  });

  it('in the summary, with a plan', async () => {
    const { ended, summary } = await run(() => ({}), {
      scenario: 'smoke',
      steps: [step('step_01', closed(1), 30)],
    });
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(summary.failedChecks).toHaveProperty([wrong], 1);
    expect(summary.failedChecks).not.toHaveProperty(['GET /json: body']);
    expect(asked).toContain('/updates?count=501');
    expect(summary.steps[0]?.startedAtMs).toBeGreaterThan(0);
  });
});
