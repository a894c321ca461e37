// The plan of a person who types `k6 run k6/scenarios/...` and nothing else. Pure.
import type { Plan, Step } from '../../contract/plan.ts';
import { checkPlan, MODELS, type ScenarioName } from './plan.ts';
import { workloadNamed } from './workloads.ts';

/** What a person may say in the environment or by `-e`; an empty variable counts as unset. */
type ByHand = {
  HEADROOM_APP?: string | undefined;
  /** Of any subject; without it HEADROOM_<APP>_URL or HEADROOM_<APP>_PORT says where the app is. */
  HEADROOM_BASE_URL?: string | undefined;
  HEADROOM_WORKLOAD?: string | undefined;
  /** Of shop alone: `open` (the default) or `closed`. */
  HEADROOM_MODEL?: string | undefined;
  /** How many products the shop has, where the workload is the shop's. */
  HEADROOM_PRODUCTS?: string | undefined;
  HEADROOM_ALLOW_HOSTS?: string | undefined;
  [variable: string]: string | undefined;
};

/** The ports of contract/openapi.yaml's servers. */
const DEFAULT_PORTS = new Map([
  ['express', 8081],
  ['django', 8082],
]);

/** From gentle to more than one core serves of any database workload, doubling. */
const RATES_RPS = [50, 100, 200, 400, 800, 1600];
/** From one user, who never waits for another, to five times a core's 12 connections. */
const USERS = [1, 2, 4, 8, 16, 32, 64];
/** The shop's, from a few visitors to more than one core serves of pages. */
const SHOP_RATES_RPS = [10, 20, 40, 80, 160, 320];
/** Each thinks between two requests, so they are more than the others. */
const SHOP_USERS = [4, 8, 16, 32, 64, 128];
/** What a core serves in calm, ten times as much for as long as a mention on television, and calm. */
const SPIKE_RATES_RPS = [20, 200, 20, 20];
/** Ten minutes of a load that leaves room. */
const SOAK = { rateRps: 30, steps: 10, seconds: 60 };
/** By a quarter, from a rate that any core holds to one that none does. */
const CLIMB = { fromRps: 20, factor: 1.25, steps: 18 };
const WARMUP = { seconds: 10, users: 2 };
const STEP_SECONDS = 10;
/** Far more than one round of the contract takes, unless something hangs. */
const SMOKE_SECONDS = 30;
/** Below this a burst finds no user free though the subject is quick. */
const FEWEST_VUS = 50;

/** @param run label of this run's series @param slo text of contract/slo.json */
export function defaultPlan(
  scenario: ScenarioName,
  variables: ByHand,
  { run, slo: slos }: { run: string; slo: string },
): Plan {
  const byHand = withoutEmpty(variables);
  const {
    HEADROOM_WORKLOAD: workload = isOfShop(scenario) ? 'mixed' : 'micro',
    HEADROOM_PRODUCTS: products,
  } = byHand;
  const isVisited = 'visits' in workloadNamed(workload);
  const slo: Plan['slo'] | undefined = JSON.parse(slos)[workload];
  if (slo === undefined) {
    throw new Error(`contract/slo.json has no SLO for the workload ${workload}: write one there.`);
  }
  const plan = {
    schemaVersion: 1,
    scenario,
    run,
    trial: 1,
    ...target(byHand),
    allowHosts: hostsIn(byHand.HEADROOM_ALLOW_HOSTS),
    workload,
    ...(isVisited && products !== undefined && { products: numberIn(products) }),
    steps: STEPS[scenario](slo.thresholdSeconds, modelOf(scenario, byHand)),
    // What a spike or a climb does to what comes after it is the question.
    gapSeconds: UNBROKEN.includes(scenario) ? 0 : 2,
    gracefulStopSeconds: 2,
    seed: 1,
    slo,
    sampleEvery: 20,
  };
  return checkPlan(plan, scenario, {
    nameOf: (field) => (field === 'products' ? 'HEADROOM_PRODUCTS' : `plan.${field}`),
    remedy: 'Correct it or unset it.',
  });
}

const withoutEmpty = (variables: ByHand): ByHand =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));

/** What is not written as a whole number stays a text, which the plan's check refuses as it stands. */
const numberIn = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

const hostsIn = (list = ''): string[] =>
  list
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');

function target(byHand: ByHand): Pick<Plan, 'app' | 'baseUrl'> {
  const { HEADROOM_APP, HEADROOM_BASE_URL } = byHand;
  if (HEADROOM_BASE_URL !== undefined) {
    return { app: HEADROOM_APP ?? 'unnamed', baseUrl: HEADROOM_BASE_URL };
  }
  const app = HEADROOM_APP ?? 'express';
  const defaultPort = DEFAULT_PORTS.get(app);
  if (defaultPort === undefined) {
    throw new Error(
      `HEADROOM_APP is ${JSON.stringify(app)}: expected ${[...DEFAULT_PORTS.keys()].join(' or ')}. ` +
        'For any other subject, say in HEADROOM_BASE_URL where it listens.',
    );
  }
  const variable = `HEADROOM_${app.toUpperCase()}`;
  const baseUrl = byHand[`${variable}_URL`];
  return { app, baseUrl: baseUrl ?? onLoopback(`${variable}_PORT`, byHand, defaultPort) };
}

function onLoopback(variable: string, byHand: ByHand, defaultPort: number): string {
  const port = byHand[variable] ?? String(defaultPort);
  if (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535) {
    return `http://127.0.0.1:${Number(port)}`;
  }
  throw new Error(
    `${variable} is ${JSON.stringify(port)}: expected a port from 1 to 65535, or unset it for ${defaultPort}.`,
  );
}

const UNBROKEN: ScenarioName[] = ['spike', 'soak', 'breakpoint'];
const isOfShop = (scenario: ScenarioName) => scenario === 'shop' || UNBROKEN.includes(scenario);

type Model = 'open' | 'closed';
function modelOf(scenario: ScenarioName, { HEADROOM_MODEL: model = 'open' }: ByHand): Model {
  if (MODELS[scenario] !== 'either') return MODELS[scenario];
  if (model === 'open' || model === 'closed') return model;
  throw new Error(`HEADROOM_MODEL is ${JSON.stringify(model)}: expected open or closed.`);
}

const STEPS: Record<ScenarioName, (boundSeconds: number, model: Model) => Step[]> = {
  smoke: () => [step('contract', SMOKE_SECONDS, closed(1))],
  scaling: (boundSeconds) => stairs(RATES_RPS, boundSeconds),
  concurrency: () => [
    warmup(closed(WARMUP.users)),
    ...USERS.map((users, index) => counted(index, closed(users))),
  ],
  shop: (boundSeconds, model) =>
    model === 'open'
      ? stairs(SHOP_RATES_RPS, boundSeconds)
      : [
          warmup(closed(WARMUP.users)),
          ...SHOP_USERS.map((users, index) => counted(index, closed(users))),
        ],
  spike: (boundSeconds) => stairs(SPIKE_RATES_RPS, boundSeconds),
  soak: (boundSeconds) => [
    warmup(open(SOAK.rateRps, boundSeconds)),
    ...Array.from({ length: SOAK.steps }, (_, index) => ({
      ...counted(index, open(SOAK.rateRps, boundSeconds)),
      durationSeconds: SOAK.seconds,
    })),
  ],
  breakpoint: (boundSeconds) =>
    stairs(
      Array.from({ length: CLIMB.steps }, (_, index) =>
        Math.round(CLIMB.fromRps * CLIMB.factor ** index),
      ),
      boundSeconds,
    ),
};

/** Steps of these rates, after a warm-up at the first. */
function stairs(ratesRps: readonly number[], boundSeconds: number): Step[] {
  const [first = 1] = ratesRps;
  return [
    warmup(open(first, boundSeconds)),
    ...ratesRps.map((rate, index) => counted(index, open(rate, boundSeconds))),
  ];
}

function step(name: string, durationSeconds: number, load: Step['load']): Step {
  return { name, durationSeconds, warmup: false, load };
}

function warmup(load: Step['load']): Step {
  return { ...step('warmup', WARMUP.seconds, load), warmup: true };
}

function counted(index: number, load: Step['load']): Step {
  return step(`step_${String(index + 1).padStart(2, '0')}`, STEP_SECONDS, load);
}

/** Twice the users that are busy when each request takes as long as the SLO allows. */
function open(rateRps: number, boundSeconds: number): Step['load'] {
  const maxVUs = Math.max(FEWEST_VUS, Math.ceil(2 * rateRps * boundSeconds));
  return { model: 'open', rateRps, maxVUs };
}

function closed(users: number): Step['load'] {
  return { model: 'closed', users };
}
