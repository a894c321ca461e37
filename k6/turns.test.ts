// k6 itself between two small servers: whose turn it is, and what it tells of each turn.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../contract/plan.ts';
import { k6On, written } from './k6.fixture.ts';
import { closed, open, planOf, step, turnsOf } from './plan.fixture.ts';

type Told = { step: string; turn: number; skipped: number; failed: number; ms: number[] };

let servers: Server[];
/** When each server was asked. */
let asked: [number[], number[]];
/** The second server answers so. */
let statusOfB: number;

beforeAll(async () => {
  servers = await Promise.all(
    ([0, 1] as const).map(
      (arm) =>
        new Promise<Server>((listening) => {
          const server = createServer((_, response) => {
            asked[arm].push(Date.now());
            const status = arm === 1 ? statusOfB : 200;
            response.writeHead(status, { 'Content-Type': 'application/json' });
            response.end('{"message":"Hello, World!"}');
          });
          server.listen(0, '127.0.0.1', () => listening(server));
        }),
    ),
  );
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const SECONDS = 4;

async function run(load: Step['load'], status = 200) {
  asked = [[], []];
  statusOfB = status;
  const urls = servers.map(
    (server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  );
  const { arms } = turnsOf();
  for (const [index, arm] of arms.entries()) arm.baseUrl = urls[index] ?? '';
  const { HEADROOM_PLAN, summary } = written(
    planOf({
      ...{ workload: 'json', gapSeconds: 0, baseUrl: urls[0] ?? '' },
      scenario: load.model === 'open' ? 'scaling' : 'concurrency',
      turns: turnsOf({ arms, order: 'abbabaab' }),
      steps: [step('step_01', load, SECONDS)],
    }),
  );
  const { code, stderr } = await k6On(
    'run',
    load.model === 'open' ? 'scaling' : 'concurrency',
    {
      HEADROOM_PLAN,
    },
    ['--log-format', 'json'],
  );
  expect(code, stderr).toBe(0);
  const events = stderr
    .trim()
    .split('\n')
    .map((line): Told & { event: string } => JSON.parse(JSON.parse(line).msg));
  return { summary: summary().steps[0], told: events.filter(({ event }) => event === 'turn') };
}

/** Of the turns told of, by arm. */
const ofArm = (told: readonly Told[], arm: string) =>
  told.filter(({ turn }) => 'abbabaab'[turn % 8] === arm);
const countOf = (told: readonly Told[]) =>
  told.reduce((sum, { skipped, failed, ms }) => sum + skipped + failed + ms.length, 0);

describe.each([
  ['a rate', open(100)],
  ['users', closed(4)],
])('%s in turns', (_, load) => {
  it('asks each arm in its own turns alone, and tells of every request', async () => {
    const { summary, told } = await run(load);
    const turns = [...new Set(told.map(({ turn }) => turn))].sort();
    // k6 may let in some more, due the moment the step ends.
    expect(turns.filter((turn) => turn < 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(countOf(told)).toBe(summary?.requests);
    expect(countOf(ofArm(told, 'a'))).toBe(asked[0].length);
    expect(countOf(ofArm(told, 'b'))).toBe(asked[1].length);
    const startedAtMs = summary?.startedAtMs ?? 0;
    const inTurn = asked[1].filter((atMs) => {
      const turn = Math.floor((atMs - startedAtMs) / 500);
      return 'abbabaab'[turn] === 'b';
    });
    // What was sent at the end of a turn may arrive after it.
    expect(inTurn.length).toBeGreaterThan(0.8 * asked[1].length);
  });
});

it('skips the first part of a turn', async () => {
  const { told } = await run(open(200));
  const skipped = told.reduce((sum, one) => sum + one.skipped, 0);
  const share = skipped / countOf(told);
  // A tenth of a second of each half.
  expect(share).toBeGreaterThan(0.1);
  expect(share).toBeLessThan(0.3);
});

it('tells failures of the arm that failed, without a duration', async () => {
  const { told, summary } = await run(open(100), 500);
  const failed = (arm: string) => ofArm(told, arm).reduce((sum, one) => sum + one.failed, 0);
  expect(failed('a')).toBe(0);
  expect(failed('b')).toBeGreaterThan(0);
  expect(ofArm(told, 'b').flatMap(({ ms }) => ms)).toEqual([]);
  expect(summary?.failed).toBe(asked[1].length);
});

it('counts no user who waits for a turn as a request that failed', async () => {
  asked = [[], []];
  const [server] = servers as [Server];
  const { port } = server.address() as AddressInfo;
  const { HEADROOM_PLAN, summary } = written(
    planOf({
      ...{ workload: 'json', scenario: 'concurrency', baseUrl: `http://127.0.0.1:${port}` },
      userTurns: { seconds: 0.5, skipSeconds: 0.1, order: [4, 1, 2] },
      steps: [step('step_01', closed(4), SECONDS)],
    }),
  );
  const { code, stderr } = await k6On('run', 'concurrency', { HEADROOM_PLAN });
  expect(code, stderr).toBe(0);
  const [only] = summary().steps;
  expect(only?.iterations).toBeGreaterThan(only?.requests ?? 0);
  expect(only).toMatchObject({ requests: asked[0].length, failed: 0 });
});
