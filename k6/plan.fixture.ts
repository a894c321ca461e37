// A plan that is right, for tests to spoil.
import type { Plan, Step, Turns } from '../contract/plan.ts';

export const open = (rateRps = 100, maxVUs = 20): Step['load'] => ({
  model: 'open',
  rateRps,
  maxVUs,
});
export const closed = (users = 4): Step['load'] => ({ model: 'closed', users });

export const step = (name: string, load: Step['load'], durationSeconds = 5): Step => ({
  name,
  durationSeconds,
  warmup: name === 'warmup',
  load,
});

export const turnsOf = (changes: Partial<Turns> = {}): Turns => ({
  seconds: 0.5,
  skipSeconds: 0.1,
  arms: [
    { name: 'a', app: 'express', baseUrl: 'http://127.0.0.1:8081' },
    { name: 'b', app: 'django', baseUrl: 'http://127.0.0.1:8082' },
  ],
  order: 'abbabaab',
  ...changes,
});

export const planOf = (changes: Partial<Plan> = {}): Plan => ({
  schemaVersion: 1,
  scenario: 'scaling',
  run: 'r1',
  trial: 1,
  app: 'express',
  baseUrl: 'http://127.0.0.1:8081',
  allowHosts: [],
  workload: 'micro',
  steps: [step('warmup', open(50)), step('step_01', open(100)), step('step_02', open(200))],
  gapSeconds: 2,
  gracefulStopSeconds: 2,
  seed: 7,
  slo: { share: 0.99, thresholdSeconds: 0.1 },
  sampleEvery: 20,
  ...changes,
});
