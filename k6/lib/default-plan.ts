// The plan of a person who types `k6 run k6/scenarios/...` and nothing else. Pure.
import type { Plan, Step } from '../../contract/plan.ts';
import type { ScenarioName } from './plan.ts';
import { workloadNamed } from './workloads.ts';

/** What a person may say in the environment, and the text of contract/slo.json. */
export type ByHand = {
  APP?: string | undefined;
  BASE_URL?: string | undefined;
  WORKLOAD?: string | undefined;
  /** Of shop alone: `open` (the default) or `closed`. */
  MODEL?: string | undefined;
  /** How many products the shop has. */
  PRODUCTS?: string | undefined;
  ALLOW_HOSTS?: string | undefined;
  slo: string;
};

/** The servers of contract/openapi.yaml. */
const DEFAULT_URLS: Record<string, string> = {
  express: 'http://127.0.0.1:8081',
  django: 'http://127.0.0.1:8082',
};

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

export function defaultPlan(scenario: ScenarioName, byHand: ByHand): Plan {
  const workload = byHand.WORKLOAD ?? (isOfShop(scenario) ? 'mixed' : 'micro');
  const isVisited = 'visits' in workloadNamed(workload);
  const slo: Plan['slo'] = JSON.parse(byHand.slo)[workload];
  return {
    schemaVersion: 1,
    scenario,
    run: 'by-hand',
    trial: 1,
    ...target(byHand),
    allowHosts: byHand.ALLOW_HOSTS?.split(',').map((host) => host.trim()) ?? [],
    workload,
    ...(isVisited && byHand.PRODUCTS !== undefined && { products: Number(byHand.PRODUCTS) }),
    steps: STEPS[scenario](slo.thresholdSeconds, modelOf(byHand)),
    // What a spike or a climb does to what comes after it is the question.
    gapSeconds: UNBROKEN.includes(scenario) ? 0 : 2,
    gracefulStopSeconds: 2,
    seed: 1,
    slo,
    sampleEvery: 20,
  };
}

function target({ APP, BASE_URL }: ByHand): Pick<Plan, 'app' | 'baseUrl'> {
  if (BASE_URL !== undefined) return { app: APP ?? 'unnamed', baseUrl: BASE_URL };
  const app = APP ?? 'express';
  const baseUrl = DEFAULT_URLS[app];
  if (baseUrl === undefined) {
    throw new Error(
      `APP is ${JSON.stringify(app)}: expected ${Object.keys(DEFAULT_URLS).join(' or ')}. ` +
        'For any other subject, say in BASE_URL where it listens.',
    );
  }
  return { app, baseUrl };
}

const UNBROKEN: ScenarioName[] = ['spike', 'soak', 'breakpoint'];
const isOfShop = (scenario: ScenarioName) => scenario === 'shop' || UNBROKEN.includes(scenario);

type Model = 'open' | 'closed';
function modelOf({ MODEL = 'open' }: ByHand): Model {
  if (MODEL === 'open' || MODEL === 'closed') return MODEL;
  throw new Error(`MODEL is ${JSON.stringify(MODEL)}: expected open or closed.`);
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
