import { describe, expect, it } from 'vitest';
import { closed, open, planOf, step, turnsOf } from '../plan.fixture.ts';
import { ofStep, ofStepAndRoute } from './options.ts';
import { type EndOfTest, summaryOf } from './summary.ts';

const trend = (count: number) => ({
  ...{ count, avg: 2, min: 1, med: 2 },
  ...{ 'p(95)': 3, 'p(99)': 4, 'p(99.9)': 5, max: 6 },
});

const none = { name: '', checks: [], groups: [] };

function dataOf(figures: Record<string, Record<string, number>>): EndOfTest {
  const metrics = Object.fromEntries(
    Object.entries(figures).map(([name, values]) => [name, { values }]),
  );
  return { metrics, root_group: none };
}

const summaryOfStep = (figures: Record<string, Record<string, number>>) => {
  const named = Object.fromEntries(
    Object.entries(figures).map(([metric, values]) => [ofStep(metric, 'step_01'), values]),
  );
  const plan = planOf({ scenario: 'concurrency', steps: [step('step_01', closed())] });
  return summaryOf(plan, dataOf(named)).steps[0];
};

it('names the trial that it is of', () => {
  expect(summaryOf(planOf(), dataOf({}))).toMatchObject({
    schemaVersion: 1,
    ...{ scenario: 'scaling', run: 'r1', trial: 1, app: 'express', workload: 'micro' },
    thinkTimeSeconds: 0,
    failedChecks: {},
  });
});

describe('a step', () => {
  it('that never began has no start and no quantiles', () => {
    expect(summaryOfStep({})).toEqual({
      name: 'step_01',
      startedAtMs: null,
      durationSeconds: 5,
      ...{ iterations: 0, requests: 0, lateRequests: 0, lateFailures: 0 },
      ...{ failed: 0, wrongBodies: 0 },
      ...{ sloMisses: 0, droppedIterations: 0, dataReceivedBytes: 0 },
      ...{ latencyMs: null, iterationMs: null, scheduleLagMs: null },
    });
  });

  it('has the quantiles and counts of its own sub-metrics', () => {
    expect(
      summaryOfStep({
        step_start_time_seconds: { value: 1_767_225_600.125 },
        http_req_duration: trend(100),
        iteration_duration: trend(100),
        iterations_begun: { max: 81 },
        late_requests: { count: 3 },
        late_failures: { count: 1 },
        dropped_iterations: { count: 2 },
        data_received: { count: 12_345 },
        schedule_lag: trend(5),
        late_starts: { count: 1 },
      }),
    ).toMatchObject({
      startedAtMs: 1_767_225_600_125,
      ...{ iterations: 100, requests: 100, lateRequests: 3, lateFailures: 1 },
      droppedIterations: 2,
      latencyMs: { count: 100, mean: 2, min: 1, p50: 2, p95: 3, p99: 4, p999: 5, max: 6 },
      scheduleLagMs: { samples: 5, p99: 4, max: 6, over50: 1 },
      dataReceivedBytes: 12_345,
    });
  });

  it('misses its SLO by what failed, what was wrong and what was slow', () => {
    expect(
      summaryOfStep({
        http_req_duration: trend(100),
        http_req_failed: { passes: 4 },
        slo_missed: { count: 10 },
        wrong_bodies: { count: 3 },
      }),
    ).toMatchObject({ requests: 100, failed: 4, wrongBodies: 3, sloMisses: 14 });
  });

  it('counts requests that were cut off with the grace as failed', () => {
    expect(
      summaryOfStep({
        http_req_duration: trend(100),
        iterations_begun: { max: 121 },
        http_req_failed: { passes: 1 },
      }),
    ).toMatchObject({ requests: 121, failed: 22, sloMisses: 22, latencyMs: { count: 100 } });
  });

  it('counts no user as a failure who waited for a turn', () => {
    expect(
      summaryOfStep({
        http_req_duration: trend(100),
        iteration_duration: trend(110),
        iterations_begun: { max: 110 },
      }),
    ).toMatchObject({ iterations: 110, requests: 100, failed: 0, sloMisses: 0 });
  });
});

it('names the checks that failed, and the routes whose bodies were wrong', () => {
  const data = dataOf({ 'wrong_bodies{name:/db}': { count: 2 } });
  const checks = [
    { name: 'GET /json: body', fails: 1 },
    { name: 'GET /json: status 200', fails: 0 },
  ];
  const root_group = { ...none, groups: [{ ...none, checks }] };
  expect(summaryOf(planOf(), { ...data, root_group }).failedChecks).toEqual({
    'GET /json: body': 1,
    '/db: body': 2,
  });
});

it('says what became of checkouts, where there were any', () => {
  expect(summaryOf(planOf(), dataOf({}))).not.toHaveProperty('checkouts');
  const counted = dataOf({
    checkouts_begun: { count: 7 },
    checkouts_accepted: { count: 5 },
    checkouts_refused: { count: 1 },
  });
  expect(summaryOf(planOf(), counted).checkouts).toEqual({ begun: 7, accepted: 5, refused: 1 });
});

describe('the routes of a step', () => {
  const figures = (name: string) => ({
    [ofStepAndRoute('http_req_duration', name, '/db')]: trend(40),
    [ofStepAndRoute('http_req_failed', name, '/db')]: { passes: 3 },
    [ofStepAndRoute('http_req_duration', name, '/json')]: trend(0),
  });
  const routesOf = (changes: Parameters<typeof planOf>[0], name = 'step_01') =>
    summaryOf(planOf(changes), dataOf(figures(name))).steps.find((one) => one.name === name)
      ?.routes;

  it('are those that were asked for, with what failed and their quantiles', () => {
    expect(routesOf({})).toMatchObject([
      { route: '/db', failed: 3, latencyMs: { count: 40, p50: 2, p95: 3, p99: 4 } },
    ]);
  });

  it('are not told apart in a warm-up, in turns, and where there are too many steps', () => {
    expect(routesOf({}, 'warmup')).toBeUndefined();
    expect(routesOf({ turns: turnsOf() })).toBeUndefined();
    const steps = Array.from({ length: 9 }, (_, index) => step(`step_0${index + 1}`, open(100)));
    expect(routesOf({ steps })).toBeUndefined();
    expect(routesOf({ steps: steps.slice(1) }, 'step_02')).toHaveLength(1);
  });
});
