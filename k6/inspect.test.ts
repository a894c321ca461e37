import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Plan } from '../contract/plan.ts';
import { k6On, scenarioNames, written } from './k6.fixture.ts';
import { closed, open, planOf, step, turnsOf } from './plan.fixture.ts';

const plans = {
  smoke: planOf({ scenario: 'smoke', steps: [step('step_01', closed(1))] }),
  scaling: planOf(),
  concurrency: planOf({ scenario: 'concurrency', steps: [step('step_01', closed(4))] }),
  shop: planOf({ scenario: 'shop', workload: 'mixed', steps: [step('step_01', closed(4))] }),
  spike: planOf({ scenario: 'spike', workload: 'buy' }),
  soak: planOf({ scenario: 'soak', workload: 'browse' }),
  breakpoint: planOf({ scenario: 'breakpoint', workload: 'api' }),
} satisfies Record<string, Plan>;
const scenarios = Object.keys(plans) as (keyof typeof plans)[];

it('each scenario is inspected', () => {
  expect([...scenarios].sort()).toEqual([...scenarioNames].sort());
});

describe.each(scenarios)('k6 inspect %s', (scenario) => {
  it('passes as it stands', async () => {
    const { code, stdout, stderr } = await k6On('inspect', scenario);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      maxRedirects: 0,
      tags: { run: expect.stringMatching(/^by-hand-\d{8}T\d{6}Z-[0-9a-f]{4}$/) },
    });
  });

  it('passes with a plan, and has its steps', async () => {
    const { HEADROOM_PLAN } = written(plans[scenario]);
    const { code, stdout, stderr } = await k6On('inspect', scenario, { HEADROOM_PLAN });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Object.keys(JSON.parse(stdout).scenarios).sort()).toEqual(
      plans[scenario].steps.map(({ name }) => name).sort(),
    );
  });

  it('refuses a malformed plan with field, value and remedy', async () => {
    const { HEADROOM_PLAN } = written({ ...plans[scenario], gapSeconds: -1 });
    const { code, stderr } = await k6On('inspect', scenario, { HEADROOM_PLAN });
    expect(code).not.toBe(0);
    expect(stderr).toContain('plan.gapSeconds is -1: expected a number of at least 0. Correct the');
  });

  it('refuses a foreign host, from a plan and by hand', async () => {
    const baseUrl = 'http://192.0.2.1:8081';
    const { HEADROOM_PLAN } = written({ ...plans[scenario], baseUrl, allowHosts: ['192.0.2.1'] });
    const planned = await k6On('inspect', scenario, { HEADROOM_PLAN });
    const byHand = await k6On('inspect', scenario, { HEADROOM_BASE_URL: baseUrl });
    expect([planned.code, byHand.code]).not.toContain(0);
    expect(planned.stderr).toContain('HEADROOM_ALLOW_FILE is not set: a flag alone is not enough');
    expect(byHand.stderr).toContain('192.0.2.1 may not be loaded');
  });
});

it.each(['scaling', 'concurrency', 'shop'] as const)(
  'k6 inspect %s takes turns',
  async (scenario) => {
    const plan = { ...plans[scenario], turns: turnsOf() };
    const { code, stdout, stderr } = await k6On('inspect', scenario, {
      HEADROOM_PLAN: written(plan).HEADROOM_PLAN,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout).thresholds).toHaveProperty('checkouts_begun{arm:b}');
  },
);

it('smoke takes no turns', async () => {
  const { HEADROOM_PLAN } = written({ ...plans.smoke, turns: turnsOf() });
  const { stderr } = await k6On('inspect', 'smoke', { HEADROOM_PLAN });
  expect(stderr).toContain('expected none: smoke asks one subject for everything once');
});

it('a load beyond the caps is refused with the cap and its reason', async () => {
  const { HEADROOM_PLAN } = written(planOf({ steps: [step('step_01', open(60_000))] }));
  const { stderr } = await k6On('inspect', 'scaling', { HEADROOM_PLAN });
  expect(stderr).toMatch(/load\.rateRps is 60000: the cap is 50000 arrivals per second, because/);
});

it('an unknown workload is refused with the known ones', async () => {
  const { stderr } = await k6On('inspect', 'scaling', { HEADROOM_WORKLOAD: 'mirco' });
  expect(stderr).toContain(
    'expected one of micro, plaintext, json, db, fortunes, wait, work, browse, buy, mixed, api',
  );
});

it('the shop is visited at a rate by hand, and by users where HEADROOM_MODEL says so', async () => {
  const executorsOf = async (variables: Record<string, string>) => {
    const { stdout } = await k6On('inspect', 'shop', variables);
    const made: Record<string, { executor: string }> = JSON.parse(stdout).scenarios;
    return new Set(Object.values(made).map(({ executor }) => executor));
  };
  expect(await executorsOf({})).toEqual(new Set(['constant-arrival-rate']));
  expect(await executorsOf({ HEADROOM_MODEL: 'closed' })).toEqual(new Set(['constant-vus']));
  const { stderr } = await k6On('inspect', 'shop', { HEADROOM_MODEL: 'ajar' });
  expect(stderr).toContain('expected open or closed');
});

describe('the load of a scenario by hand', () => {
  // k6 prints its scenarios by name: the warm-up comes last.
  const loadOf = async (scenario: string, variables: Record<string, string> = {}) => {
    const { stdout } = await k6On('inspect', scenario, variables);
    const made: Record<string, { rate?: number; vus?: number; duration: string }> =
      JSON.parse(stdout).scenarios;
    return Object.values(made).map(({ rate, vus, duration }) => [rate ?? vus, duration]);
  };

  it('is the one that its file shows', async () => {
    const [first, second, third] = await loadOf('breakpoint');
    expect([first, second, third]).toEqual([20, 25, 31].map((rate) => [rate, '10s']));
    expect(await loadOf('soak')).toHaveLength(11);
  });

  it('is changed by HEADROOM_RATES, HEADROOM_USERS and HEADROOM_STEP_SECONDS', async () => {
    const variables = { HEADROOM_RATES: '100, 300', HEADROOM_STEP_SECONDS: '20' };
    const [first, second, warmup] = await loadOf('scaling', variables);
    expect([first, second, warmup]).toEqual([
      ...[
        [100, '20s'],
        [300, '20s'],
        [100, '10s'],
      ],
    ]);
    expect((await loadOf('shop', { HEADROOM_USERS: '5' }))[0]).toEqual([5, '10s']);
  });
});

it('each run by hand has a label of its own', async () => {
  const labels = await Promise.all(
    [1, 2].map(async () => JSON.parse((await k6On('inspect', 'scaling')).stdout).tags.run),
  );
  expect(new Set(labels).size).toBe(2);
});

it('a climb by hand ends where the SLO breaks', async () => {
  const { stdout } = await k6On('inspect', 'breakpoint');
  expect(JSON.parse(stdout).thresholds['slo_met{a_step:step_01}']).toEqual([
    expect.objectContaining({ threshold: 'rate>=0.99', abortOnFail: true }),
  ]);
});

it.each([
  ['HEADROOM_WORKLOAD', 'mirco', 'expected one of micro, plaintext'],
  ['HEADROOM_RATES', '1e3', 'expected whole numbers from 1, separated by commas'],
  ['HEADROOM_USERS', '3', 'scaling.ts takes none. Unset it, or set HEADROOM_RATES'],
  ['HEADROOM_STEP_SECONDS', 'abc', 'expected a number of at least 1'],
  ['HEADROOM_MODEL', 'ajar', 'expected open or closed'],
  ['HEADROOM_PRODUCTS', '1k', 'expected a whole number of at least 1000'],
  ['HEADROOM_APP', 'prod', 'expected express or django'],
  ['HEADROOM_PLAN', '/no/such.json', 'that file cannot be read. Name one that is there'],
  ['HEADROOM_ALLOW_FILE', '/no/such', 'that file cannot be read. Name one that is there'],
])(
  '%s=%s by hand is refused in a sentence with the variable, its value and the remedy',
  async (variable, value, remedy) => {
    const { code, stderr } = await k6On('inspect', 'scaling', { [variable]: value });
    expect(code).not.toBe(0);
    expect(stderr).toContain(`Error: ${variable} is \\"${value}\\": ${remedy}`);
  },
);

it('HEADROOM_MODEL that a scenario does not have is refused', async () => {
  const { stderr } = await k6On('inspect', 'scaling', { HEADROOM_MODEL: 'closed' });
  expect(stderr).toContain('HEADROOM_MODEL is closed: scaling.ts is open. Unset it.');
});

it('a plan by a relative path is refused', async () => {
  const { stderr } = await k6On('inspect', 'scaling', { HEADROOM_PLAN: 'plan.json' });
  expect(stderr).toContain('HEADROOM_PLAN is \\"plan.json\\": expected an absolute path');
});

describe('with the environment of the k6 service in docker-compose.yml', () => {
  const composition = parse(
    readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8'),
    { merge: true },
  );
  const given: Record<string, string | number> = composition.services.k6.environment;
  /** As the container has it where nobody sets anything. */
  const environment = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      String(value).replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'),
    ]),
  );
  const tagsOf = async (scenario: string, variables: Record<string, string> = {}) => {
    const { stdout } = await k6On('inspect', scenario, { ...environment, ...variables });
    return JSON.parse(stdout).tags;
  };

  it.each(scenarios)('%s has the workload that it has outside', async (scenario) => {
    const workload = ['shop', 'spike', 'soak', 'breakpoint'].includes(scenario) ? 'mixed' : 'micro';
    expect(await tagsOf(scenario)).toMatchObject({ app: 'express', workload });
  });

  it('app and workload are those of .env, and the app is found inside the network', async () => {
    expect(given.HEADROOM_APP).toMatch(/^\$\{HEADROOM_APP:-\}$/);
    expect(given.HEADROOM_WORKLOAD).toMatch(/^\$\{HEADROOM_WORKLOAD:-\}$/);
    const chosen = { HEADROOM_APP: 'django', HEADROOM_WORKLOAD: 'browse' };
    expect(await tagsOf('shop', chosen)).toMatchObject({ app: 'django', workload: 'browse' });
    for (const app of ['express', 'django']) {
      expect(given[`HEADROOM_${app.toUpperCase()}_URL`]).toBe(`http://${app}:8080`);
    }
  });

  it('no proxy is left that Docker would hand on', () => {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']) {
      expect(given[name], name).toBe('');
    }
  });
});
