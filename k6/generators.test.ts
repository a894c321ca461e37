// Two k6 that share a load, against a small server: what each says must add up to what was asked of it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan, Summary } from '../contract/plan.ts';
import { k6On, written } from './k6.fixture.ts';
import { closed, open, planOf, step } from './plan.fixture.ts';

const HELLO = '{"message":"Hello, World!"}';

let server: Server;
let baseUrl: string;
let asked = 0;
let arrived: (() => void)[] = [];
let releasedAtMs = Number.POSITIVE_INFINITY;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url?.startsWith('/begin')) {
      arrived.push(() => response.end(String(Date.now())));
      if (arrived.length < 2) return;
      releasedAtMs = Date.now();
      for (const release of arrived) release();
      return;
    }
    asked += 1;
    // Times that differ by a factor of ten: a quantile of both is none of either.
    setTimeout(
      () => response.writeHead(200, { 'Content-Type': 'application/json' }).end(HELLO),
      asked % 20,
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function shared(changes: Partial<Plan>) {
  asked = 0;
  arrived = [];
  const plan = planOf({ baseUrl, workload: 'json', gapSeconds: 0.5, generators: 2, ...changes });
  const { HEADROOM_PLAN, summary } = written(plan);
  const HEADROOM_BARRIER = `${baseUrl}/begin`;
  return Promise.all(
    [1, 2].map(async (number) => {
      const variables = { HEADROOM_PLAN, HEADROOM_BARRIER, HEADROOM_GENERATOR: String(number) };
      const ended = await k6On('run', plan.scenario, variables, ['--log-format', 'json']);
      const events = ended.stderr
        .trim()
        .split('\n')
        .map((line): string => JSON.parse(line).msg)
        // A machine that is busy drops arrivals, which k6 says in a sentence.
        .flatMap((text) => (text.startsWith('{') ? JSON.parse(text) : []));
      return { ended, events, summary: summary(number) };
    }),
  );
}

const told = (events: { event: string; step?: string; ms?: number[] }[], name: string) =>
  events.flatMap(({ event, step: of, ms }) =>
    event === 'latencies' && of === name ? (ms ?? []) : [],
  );

const stepOf = (summary: Summary, name: string) => summary.steps.find((one) => one.name === name);

describe('two generators', () => {
  it('share a rate, begin together and tell the time of each request', async () => {
    const both = await shared({
      scenario: 'scaling',
      steps: [step('warmup', open(50), 1), step('step_01', open(200, 50), 2)],
    });
    expect(both.map(({ ended }) => ended.code)).toEqual([0, 0]);
    const requests = both.map(({ summary }) => stepOf(summary, 'step_01')?.requests ?? 0);
    for (const own of requests) expect(own).toBeGreaterThan(0);
    // Each may let in one arrival more, due the moment the step ends.
    expect(requests.reduce((sum, own) => sum + own, 0)).toBeLessThanOrEqual(402);
    for (const { summary, events } of both) {
      for (const name of ['warmup', 'step_01']) {
        const own = stepOf(summary, name);
        const ms = told(events, name).sort((a, b) => a - b);
        expect(ms.length, name).toBe(own?.latencyMs?.count);
        expect(ms.at(-1), name).toBeCloseTo(own?.latencyMs?.max ?? 0, 3);
      }
      expect(events.find(({ event }) => event === 'released')).toHaveProperty('clockOffsetMs');
    }
    // Neither began before the other was ready.
    for (const { summary } of both) {
      expect(stepOf(summary, 'warmup')?.startedAtMs).toBeGreaterThanOrEqual(releasedAtMs);
    }
    expect(asked).toBe(
      both.flatMap(({ summary }) => summary.steps).reduce((sum, one) => sum + one.requests, 0),
    );
  });

  it('share users; one that has none in a step never begins it', async () => {
    const both = await shared({
      scenario: 'concurrency',
      steps: [step('step_01', closed(1), 1), step('step_02', closed(4), 1)],
    });
    const starts = both.map(({ summary }) => stepOf(summary, 'step_01')?.startedAtMs);
    expect(starts.filter((at) => at === null)).toHaveLength(1);
    for (const { summary, events } of both) {
      expect(told(events, 'step_02')).toHaveLength(
        stepOf(summary, 'step_02')?.latencyMs?.count ?? -1,
      );
      expect(stepOf(summary, 'step_02')?.requests).toBeGreaterThan(0);
    }
  });

  it('are refused without a number of their own', async () => {
    const { HEADROOM_PLAN } = written(planOf({ baseUrl, workload: 'json', generators: 2 }));
    const { code, stderr } = await k6On('run', 'scaling', {
      HEADROOM_PLAN,
      HEADROOM_GENERATOR: '3',
    });
    expect(code).not.toBe(0);
    expect(stderr).toContain('HEADROOM_GENERATOR is \\"3\\": the plan');
  });
});
