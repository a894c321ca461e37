// Several containers of one app share its load evenly, and Prometheus sees each of them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerInspectInfo } from 'dockerode';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../contract/plan';
import { fetchSums } from '../lab/runtime/metrics-page';
import { engineProblem, Stack, until } from './compose-stack';

const problem = engineProblem();
if (problem === undefined) describe('three replicas', onEngine);
else test('three replicas', (context) => context.skip(problem));

function onEngine(): void {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.open();
    await stack.up(['express', 'prometheus'], { flags: ['--scale', 'express=3'] });
  }, 300_000);

  test('get a third of the load each, and Prometheus finds them all', async () => {
    const replicas = await stack.containers('express');
    expect(replicas).toHaveLength(3);
    await until('Prometheus scrapes three replicas', 30, async () =>
      (await stack.query('count(up{job="express"} == 1)'))[0] === 3 ? true : undefined,
    );

    const plan = join(stack.folder, 'plan.json');
    writeFileSync(plan, JSON.stringify(evenLoad), { mode: 0o644 });
    const before = await Promise.all(replicas.map((replica) => answersOf(stack, replica)));
    const mounted = ['--volume', `${plan}:/plan.json:ro`, '--env', 'HEADROOM_PLAN=/plan.json'];
    const load = stack.compose(
      ...['run', '--rm', ...mounted, 'k6', 'run', '--quiet', 'scenarios/scaling.ts'],
    );
    const seen = until('Prometheus scrapes this k6', 30, async () =>
      (await stack.query('count(up{job="k6"} == 1)'))[0] === 1 ? true : undefined,
    );
    await Promise.all([load, seen]);
    expect(await stack.containers('express'), 'a run of k6 leaves the replicas').toHaveLength(3);
    const after = await Promise.all(replicas.map((replica) => answersOf(stack, replica)));
    const shares = after.map((count, index) => count - (before[index] ?? 0));
    const mean = shares.reduce((total, share) => total + share) / shares.length;
    expect(mean).toBeGreaterThan(100);
    for (const share of shares) {
      expect(Math.abs(share / mean - 1), `requests of each replica: ${shares}`).toBeLessThan(0.2);
    }
  }, 120_000);
}

/** Few enough that each third is served at ease, enough users that each replica gets some. */
const evenLoad: Plan = {
  schemaVersion: 1,
  scenario: 'scaling',
  run: 'balance',
  trial: 1,
  app: 'express',
  baseUrl: 'http://express:8080',
  allowHosts: [],
  workload: 'micro',
  steps: [
    {
      name: 'step_01',
      durationSeconds: 10,
      warmup: false,
      load: { model: 'open', rateRps: 60, maxVUs: 30 },
    },
  ],
  gapSeconds: 0,
  gracefulStopSeconds: 2,
  seed: 1,
  slo: { share: 0.99, thresholdSeconds: 0.1 },
  sampleEvery: 20,
};

/** Requests that a replica has answered, whatever they asked. */
async function answersOf(stack: Stack, replica: ContainerInspectInfo): Promise<number> {
  const sum = await fetchSums([`http://${stack.addressOf(replica)}:9181/metrics`]);
  return sum('http_server_request_duration_seconds_count');
}
