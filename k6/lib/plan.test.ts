import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { closed, open, planOf, step } from '../plan.fixture.ts';
import { defaultPlan } from './default-plan.ts';
import { assertAllowed } from './guard.ts';
import { MODELS, parsePlan, type ScenarioName } from './plan.ts';

const parse = (plan: object, scenario: ScenarioName = 'scaling') =>
  parsePlan(JSON.stringify(plan), scenario);

it('a plan that is right is read as it stands', () => {
  const plan = planOf({ summaryPath: '/tmp/summary.json' });
  expect(parse(plan)).toEqual(plan);
});

describe('a malformed plan is refused with its field, its value and the remedy', () => {
  const { gapSeconds: _, ...withoutGap } = planOf();
  const withStep = (changes: object) => ({
    ...planOf(),
    steps: [{ ...step('a', open()), ...changes }],
  });
  it.each<[object, string]>([
    [{ ...planOf(), schemaVersion: 2 }, 'plan.schemaVersion is 2: expected 1'],
    [{ ...planOf(), scenario: 'smoke' }, 'plan.scenario is "smoke": expected scaling'],
    [{ ...planOf(), run: '' }, 'plan.run is "": expected a text'],
    [{ ...planOf(), trial: 1.5 }, 'plan.trial is 1.5: expected a whole number of at least 0'],
    [{ ...planOf(), allowHosts: 'x' }, 'plan.allowHosts is "x": expected a list of texts'],
    [
      { ...planOf(), workload: 'mirco' },
      'plan.workload is "mirco": expected one of micro, plaintext',
    ],
    [{ ...planOf(), workload: 'toString' }, 'plan.workload is "toString": expected one of micro'],
    [withoutGap, 'plan.gapSeconds is missing: expected a number of at least 0'],
    [{ ...planOf(), seed: 'x' }, 'plan.seed is "x": expected a whole number'],
    [
      { ...planOf(), sampleEvery: 0 },
      'plan.sampleEvery is 0: expected a whole number of at least 1',
    ],
    [
      { ...planOf(), slo: { share: 2, thresholdSeconds: 1 } },
      'plan.slo.share is 2: expected above',
    ],
    [{ ...planOf(), slo: null }, 'plan.slo is null: expected an object'],
    [{ ...planOf(), steps: [] }, 'plan.steps is []: expected a list of at least one step'],
    [withStep({ name: 'Step 1' }), 'plan.steps[0].name is "Step 1": expected a word'],
    [
      withStep({ durationSeconds: 0.5 }),
      'plan.steps[0].durationSeconds is 0.5: expected a number of',
    ],
    [withStep({ warmup: 'no' }), 'plan.steps[0].warmup is "no": expected true or false'],
    [withStep({ load: open(0) }), 'plan.steps[0].load.rateRps is 0: expected a whole number'],
    [withStep({ load: closed() }), 'plan.steps[0].load.model is "closed": expected open'],
    [
      { ...planOf(), steps: [step('a', open()), step('a', open())] },
      'plan.steps[1].name is "a": expected a name that no other step has',
    ],
    [{ ...planOf(), summaryPath: 7 }, 'plan.summaryPath is 7: expected a text'],
    [
      { ...planOf(), products: 10 },
      'plan.products is 10: expected a whole number of at least 1000',
    ],
    [[], 'plan.schemaVersion is missing'],
  ])('%#: %j', (plan, sentence) => {
    expect(() => parse(plan)).toThrow(sentence);
    expect(() => parse(plan)).toThrow(/Correct the file that PLAN names|Name one of them/);
  });

  it('when it is not JSON at all', () => {
    expect(() => parsePlan('{', 'scaling')).toThrow(/The plan is not JSON: .*PLAN/);
  });

  it('when the shop is asked for both models at once', () => {
    const steps = [step('a', closed()), step('b', open())];
    const shop = { ...planOf({ scenario: 'shop', workload: 'mixed' }), steps };
    expect(() => parse(shop, 'shop')).toThrow(
      'plan.steps[1].load.model is "open": expected closed, as shop.ts makes it',
    );
    expect(() => parse({ ...shop, steps: [step('a', open())] }, 'shop')).not.toThrow();
  });

  it('when smoke is asked for more than one round', () => {
    const smoke = { ...planOf(), scenario: 'smoke', steps: [step('a', closed(2))] };
    expect(() => parse(smoke, 'smoke')).toThrow(/one step with one user/);
  });
});

describe('the plan of a person who gives none', () => {
  const slo = readFileSync(new URL('../../contract/slo.json', import.meta.url), 'utf8');
  const scenarios = Object.keys(MODELS) as ScenarioName[];

  it.each(scenarios)('%s: is right and allowed, and asks Express on loopback', (scenario) => {
    const plan = defaultPlan(scenario, { slo });
    expect(parse(plan, scenario)).toEqual(plan);
    expect(() => assertAllowed(plan, undefined)).not.toThrow();
    expect(plan).toMatchObject({ app: 'express', baseUrl: 'http://127.0.0.1:8081' });
    const ofShop = ['shop', 'spike', 'soak', 'breakpoint'].includes(scenario);
    expect(plan.workload).toBe(ofShop ? 'mixed' : 'micro');
  });

  it('asks Django where APP says so, and anybody where BASE_URL does', () => {
    expect(defaultPlan('scaling', { slo, APP: 'django' }).baseUrl).toBe('http://127.0.0.1:8082');
    expect(defaultPlan('scaling', { slo, BASE_URL: 'http://[::1]:9' })).toMatchObject({
      app: 'unnamed',
      baseUrl: 'http://[::1]:9',
    });
  });

  it('takes the SLO of its workload', () => {
    expect(defaultPlan('scaling', { slo, WORKLOAD: 'wait' }).slo.thresholdSeconds).toBe(1);
  });

  it('says what it knows when it is asked for something else', () => {
    expect(() => defaultPlan('scaling', { slo, APP: 'flask' })).toThrow(/express or django/);
    expect(() => defaultPlan('scaling', { slo, WORKLOAD: 'shop' })).toThrow(/one of micro/);
  });
});
