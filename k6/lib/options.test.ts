import { expect, it } from 'vitest';
import { closed, planOf, step } from '../plan.fixture.ts';
import { optionsFor } from './options.ts';

it('steps follow one another, each with the gap before it', () => {
  const { scenarios = {} } = optionsFor(planOf(), false);
  expect(Object.entries(scenarios).map(([name, { startTime }]) => [name, startTime])).toEqual([
    ['warmup', '0ms'],
    ['step_01', '7000ms'],
    ['step_02', '14000ms'],
  ]);
});

it('an open step has all its users ready before the test', () => {
  expect(optionsFor(planOf(), false).scenarios?.step_02).toMatchObject({
    executor: 'constant-arrival-rate',
    rate: 200,
    timeUnit: '1s',
    duration: '5000ms',
    preAllocatedVUs: 20,
    maxVUs: 20,
    gracefulStop: '2000ms',
  });
});

it('a closed step has its users, smoke goes round once', () => {
  const steps = [step('step_01', closed(4))];
  const concurrency = planOf({ scenario: 'concurrency', steps });
  expect(optionsFor(concurrency, false).scenarios?.step_01).toMatchObject({
    executor: 'constant-vus',
    vus: 4,
  });
  expect(optionsFor(planOf({ scenario: 'smoke', steps }), false).scenarios?.step_01).toMatchObject({
    executor: 'per-vu-iterations',
    iterations: 1,
    maxDuration: '5000ms',
  });
});

it('with a plan thresholds only make sub-metrics: the lab judges', () => {
  const { thresholds = {} } = optionsFor(planOf(), false);
  expect(thresholds).toHaveProperty(['http_req_duration{a_step:warmup}']);
  expect(thresholds).toHaveProperty(['wrong_bodies{name:/fortunes}']);
  expect(thresholds).toHaveProperty(['http_req_failed{a_step:step_02,name:/fortunes}']);
  expect(Object.values(thresholds).flat()).toEqual([]);
});

it('by hand they express the SLO of every counted step', () => {
  const { thresholds = {} } = optionsFor(planOf(), true);
  expect(thresholds['slo_met{a_step:step_01}']).toEqual(['rate>=0.99']);
  expect(thresholds['dropped_iterations{scenario:step_02}']).toEqual(['count==0']);
  expect(thresholds).not.toHaveProperty(['slo_met{a_step:warmup}']);
});

it('series carry the run, and no answer sends the load elsewhere', () => {
  expect(optionsFor(planOf(), false)).toMatchObject({
    tags: { run: 'r1', trial: '1', app: 'express', workload: 'micro' },
    maxRedirects: 0,
    discardResponseBodies: false,
    noConnectionReuse: false,
  });
});
