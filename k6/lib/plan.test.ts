import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { closed, open, planOf, step, turnsOf } from '../plan.fixture.ts';
import { defaultPlan } from './default-plan.ts';
import { assertAllowed } from './guard.ts';
import { parsePlan, type ScenarioLoad } from './plan.ts';

const declared = {
  scaling: { ...ofScenario('scaling', 'micro'), ratesRps: [50, 100] },
  concurrency: { ...ofScenario('concurrency', 'micro'), users: [1, 2] },
  shop: { ...ofScenario('shop', 'mixed'), ratesRps: [10, 20], users: [4, 8] },
  smoke: { ...ofScenario('smoke', 'micro'), users: [1] },
} satisfies Record<string, ScenarioLoad>;
type Declared = keyof typeof declared;

function ofScenario(name: string, workload: string) {
  return { name, workload, stepSeconds: 10, gapSeconds: 2 };
}

const parse = (plan: object, scenario: Declared = 'scaling') =>
  parsePlan(JSON.stringify(plan), declared[scenario]);

it('a plan that is right is read as it stands', () => {
  const plan = planOf({ summaryPath: '/tmp/summary.json', turns: turnsOf() });
  expect(parse(plan)).toEqual(plan);
});

const byUsers = (changes: object = {}) => ({
  ...planOf({ scenario: 'concurrency', steps: [step('a', closed())] }),
  userTurns: { seconds: 1, skipSeconds: 0.3, order: [4, 1, 2], ...changes },
});

describe('a plan whose users come and go', () => {
  it('is read as it stands', () => {
    expect(parse(byUsers(), 'concurrency')).toEqual(byUsers());
  });

  it.each<[object, string]>([
    [byUsers({ order: [4, 5] }), 'plan.userTurns.order is [4,5]: expected no more than the 4'],
    [byUsers({ order: [] }), 'plan.userTurns.order is []: expected a list of numbers of users'],
    [byUsers({ skipSeconds: 1 }), 'plan.userTurns.skipSeconds is 1: expected less than'],
    [{ ...byUsers(), gapSeconds: 1 }, 'plan.gapSeconds is 1: expected gracefulStopSeconds, 2'],
    [{ ...byUsers(), turns: turnsOf() }, 'expected none beside turns'],
  ])('is refused where it is malformed: %#', (plan, sentence) => {
    expect(() => parse(plan, 'concurrency')).toThrow(sentence);
  });
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
    [{ ...planOf(), sessionsPath: 7 }, 'plan.sessionsPath is 7: expected a text'],
    [
      { ...planOf(), products: 10 },
      'plan.products is 10: expected a whole number of at least 1000',
    ],
    [{ ...planOf(), turns: turnsOf({ seconds: 0.05 }) }, 'plan.turns.seconds is 0.05: expected a'],
    [
      { ...planOf(), turns: turnsOf({ skipSeconds: 0.5 }) },
      'plan.turns.skipSeconds is 0.5: expected less than turns.seconds, 0.5',
    ],
    [{ ...planOf(), turns: { ...turnsOf(), arms: [] } }, 'plan.turns.arms is []: expected a list'],
    [
      { ...planOf(), turns: { ...turnsOf(), arms: [...turnsOf().arms].reverse() } },
      'plan.turns.arms[0].name is "b": expected "a"',
    ],
    [
      { ...planOf(), turns: turnsOf({ order: 'aaaa' }) },
      'plan.turns.order is "aaaa": expected letters a and b, both of them',
    ],
    [[], 'plan.schemaVersion is missing'],
  ])('%#: %j', (plan, sentence) => {
    expect(() => parse(plan)).toThrow(sentence);
    expect(() => parse(plan)).toThrow(/Correct the file that HEADROOM_PLAN names|Name one of them/);
  });

  it('when it is not JSON at all', () => {
    expect(() => parsePlan('{', declared.scaling)).toThrow(/The plan is not JSON: .*PLAN/);
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
  const scenarios = Object.keys(declared) as Declared[];
  const planByHand = (scenario: Declared, variables: Record<string, string> = {}) =>
    defaultPlan(declared[scenario], variables, { run: 'by-hand-1', slo });

  it.each(scenarios)('%s: is right and allowed, and asks Express on loopback', (scenario) => {
    const plan = planByHand(scenario);
    expect(parse(plan, scenario)).toEqual(plan);
    expect(() => assertAllowed(plan, undefined, false)).not.toThrow();
    expect(plan).toMatchObject({ app: 'express', baseUrl: 'http://127.0.0.1:8081' });
    expect(plan.workload).toBe(declared[scenario].workload);
    expect(plan.run).toBe('by-hand-1');
  });

  it.each<[Record<string, string>, string]>([
    [{ HEADROOM_APP: 'django' }, 'http://127.0.0.1:8082'],
    [{ HEADROOM_EXPRESS_PORT: '18081' }, 'http://127.0.0.1:18081'],
    [{ HEADROOM_APP: 'django', HEADROOM_EXPRESS_PORT: '18081' }, 'http://127.0.0.1:8082'],
    [{ HEADROOM_EXPRESS_URL: 'http://express:8080' }, 'http://express:8080'],
    [
      { HEADROOM_EXPRESS_URL: 'http://express:8080', HEADROOM_EXPRESS_PORT: '1' },
      'http://express:8080',
    ],
    [{ HEADROOM_BASE_URL: 'http://[::1]:9', HEADROOM_EXPRESS_PORT: '1' }, 'http://[::1]:9'],
  ])('%j: loads %s', (variables, baseUrl) => {
    expect(planByHand('scaling', variables).baseUrl).toBe(baseUrl);
  });

  it('takes an empty variable for one that is not set', () => {
    const names = ['APP', 'BASE_URL', 'WORKLOAD', 'MODEL', 'PRODUCTS', 'ALLOW_HOSTS', 'RATES'];
    const more = ['USERS', 'STEP_SECONDS', 'EXPRESS_PORT', 'EXPRESS_URL'];
    const empty = Object.fromEntries([...names, ...more].map((name) => [`HEADROOM_${name}`, '']));
    expect(planByHand('shop', empty)).toEqual(planByHand('shop'));
  });

  it('knows no variables without a prefix: a shell may have them for another’s sake', () => {
    const generic = { APP: 'prod', MODEL: 'gpt-4o', WORKLOAD: 'x', PRODUCTS: 'x', BASE_URL: 'x' };
    expect(planByHand('shop', generic)).toEqual(planByHand('shop'));
  });

  it('takes a variable only where the scenario has a use for it', () => {
    const variables = { HEADROOM_PRODUCTS: '100000' };
    expect(planByHand('scaling', variables)).toEqual(planByHand('scaling'));
    expect(() => planByHand('scaling', { HEADROOM_PRODUCTS: '1k' })).toThrow(
      'HEADROOM_PRODUCTS is "1k": expected a whole number of at least 1000',
    );
  });

  it.each<[Record<string, string>, RegExp]>([
    [
      { HEADROOM_PRODUCTS: '1k' },
      /^HEADROOM_PRODUCTS is "1k": expected a whole number of at least/,
    ],
    [{ HEADROOM_PRODUCTS: '-5' }, /^HEADROOM_PRODUCTS is "-5": expected .* Correct it or unset it/],
    [{ HEADROOM_PRODUCTS: '1500.5' }, /^HEADROOM_PRODUCTS is "1500.5": expected a whole number/],
    [{ HEADROOM_PRODUCTS: '1e4' }, /^HEADROOM_PRODUCTS is "1e4": expected a whole number/],
    [{ HEADROOM_PRODUCTS: ' 2000' }, /^HEADROOM_PRODUCTS is " 2000": expected a whole number/],
    [{ HEADROOM_PRODUCTS: '999' }, /^HEADROOM_PRODUCTS is 999: expected .* at least 1000/],
    [{ HEADROOM_PRODUCTS: '9'.repeat(20) }, /^HEADROOM_PRODUCTS is 1\d+: expected a whole number/],
    [{ HEADROOM_MODEL: 'gpt-4o' }, /^HEADROOM_MODEL is "gpt-4o": expected open or closed/],
    [{ HEADROOM_APP: 'flask' }, /^HEADROOM_APP is "flask": expected express or django/],
    [{ HEADROOM_APP: 'toString' }, /^HEADROOM_APP is "toString": expected express or django/],
    [
      { HEADROOM_WORKLOAD: 'shop' },
      /^HEADROOM_WORKLOAD is "shop": expected one of micro.* Correct it or unset it/,
    ],
    [{ HEADROOM_WORKLOAD: 'constructor' }, /is "constructor": expected one of micro/],
    [{ HEADROOM_EXPRESS_PORT: '1e4' }, /^HEADROOM_EXPRESS_PORT is "1e4": expected a port from 1/],
    [{ HEADROOM_EXPRESS_PORT: '65536' }, /^HEADROOM_EXPRESS_PORT is "65536": expected a port/],
  ])('%j: is refused by the name of the variable', (variables, sentence) => {
    expect(() => planByHand('shop', variables)).toThrow(sentence);
  });

  it.each<[Declared, Record<string, string>, string]>([
    ['scaling', { HEADROOM_RATES: '100,x' }, 'HEADROOM_RATES is "100,x": expected whole numbers'],
    ['scaling', { HEADROOM_RATES: '0' }, 'HEADROOM_RATES is "0": expected whole numbers from 1'],
    ['scaling', { HEADROOM_RATES: '100;200' }, 'separated by commas, such as 100,200,400'],
    [
      ...(['scaling', { HEADROOM_USERS: '5' }] as const),
      'HEADROOM_USERS is "5": scaling.ts takes none. Unset it, or set HEADROOM_RATES.',
    ],
    ['concurrency', { HEADROOM_RATES: '5' }, 'concurrency.ts takes none. Unset it, or set'],
    ['shop', { HEADROOM_RATES: '5', HEADROOM_USERS: '5' }, 'are both set: a load has one'],
    [
      ...(['shop', { HEADROOM_MODEL: 'open', HEADROOM_USERS: '5' }] as const),
      'HEADROOM_MODEL is open, and HEADROOM_USERS is set: a load has one. Unset either.',
    ],
    [
      ...(['scaling', { HEADROOM_STEP_SECONDS: '10s' }] as const),
      'HEADROOM_STEP_SECONDS is "10s": expected a number of at least 1. Correct it or unset it.',
    ],
    ['scaling', { HEADROOM_STEP_SECONDS: '0.5' }, 'HEADROOM_STEP_SECONDS is 0.5: expected a'],
    ['smoke', { HEADROOM_USERS: '2' }, 'one step with one user'],
  ])('%s with %j: is refused', (scenario, variables, sentence) => {
    expect(() => planByHand(scenario, variables)).toThrow(sentence);
  });

  it('has the rates, users and seconds that it is given', () => {
    const rates = { HEADROOM_RATES: '100, 300', HEADROOM_STEP_SECONDS: '2.5' };
    const [warmup, ...counted] = planByHand('scaling', rates).steps;
    expect(warmup).toMatchObject({ warmup: true, load: { model: 'open', rateRps: 100 } });
    expect(counted).toMatchObject([
      { durationSeconds: 2.5, load: { model: 'open', rateRps: 100 } },
      { durationSeconds: 2.5, load: { model: 'open', rateRps: 300 } },
    ]);
    expect(planByHand('shop', { HEADROOM_USERS: '3' }).steps.at(-1)?.load).toEqual({
      ...{ model: 'closed', users: 3 },
    });
  });

  it('reads hosts that may be loaded as a list', () => {
    const { allowHosts } = planByHand('scaling', {
      HEADROOM_ALLOW_HOSTS: ' a.example, ,b.example',
    });
    expect(allowHosts).toEqual(['a.example', 'b.example']);
  });

  it('takes the SLO of its workload, and says so when there is none', () => {
    expect(planByHand('scaling', { HEADROOM_WORKLOAD: 'wait' }).slo.thresholdSeconds).toBe(1);
    expect(() => defaultPlan(declared.scaling, {}, { run: 'r', slo: '{}' })).toThrow(
      'contract/slo.json has no SLO for the workload micro',
    );
  });
});
