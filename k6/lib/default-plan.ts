// The plan of a person who types `k6 run k6/scenarios/...` and nothing else. Pure.
import { apps } from '../../contract/generated/apps.ts';
import type { Plan, Step } from '../../contract/plan.ts';
import { workloadNamed } from '../workloads/index.ts';
import { type Author, checkPlan, type Model, modelsOf, type ScenarioLoad } from './plan.ts';

/** What a person may say in the environment or by `-e`; an empty variable counts as unset. */
type ByHand = {
  HEADROOM_APP?: string | undefined;
  /** Of any subject; without it HEADROOM_<APP>_URL or HEADROOM_<APP>_PORT says where the app is. */
  HEADROOM_BASE_URL?: string | undefined;
  HEADROOM_WORKLOAD?: string | undefined;
  /** Arrivals per second of each step, such as `100,200,400`. */
  HEADROOM_RATES?: string | undefined;
  /** Users of each step, such as `1,8,64`. */
  HEADROOM_USERS?: string | undefined;
  HEADROOM_STEP_SECONDS?: string | undefined;
  /** Where a scenario can have either: `open` (the default) or `closed`. */
  HEADROOM_MODEL?: string | undefined;
  /** How many products the shop has, where the workload is the shop's. */
  HEADROOM_PRODUCTS?: string | undefined;
  HEADROOM_ALLOW_HOSTS?: string | undefined;
  [variable: string]: string | undefined;
};

const DEFAULT_PORTS = new Map(apps.map(({ name, port }) => [name, port]));

/** At the first rate, or with these users. It is not counted. */
const WARMUP = { seconds: 10, users: 2 };
/** Below this a burst finds no user free though the subject is quick. */
const FEWEST_VUS = 50;

/** @param run label of this run's series @param slo text of contract/slo.json */
export function defaultPlan(
  scenario: ScenarioLoad,
  variables: ByHand,
  { run, slo: slos }: { run: string; slo: string },
): Plan {
  const byHand = withoutEmpty(variables);
  const { HEADROOM_WORKLOAD: workload = scenario.workload, HEADROOM_PRODUCTS: products } = byHand;
  const isVisited = 'visits' in workloadNamed(workload, 'HEADROOM_WORKLOAD');
  const slo: Plan['slo'] | undefined = JSON.parse(slos)[workload];
  if (slo === undefined) {
    throw new Error(`contract/slo.json has no SLO for the workload ${workload}: write one there.`);
  }
  const plan = {
    schemaVersion: 1,
    scenario: scenario.name,
    run,
    trial: 1,
    ...target(byHand),
    allowHosts: hostsIn(byHand.HEADROOM_ALLOW_HOSTS),
    workload,
    ...(products !== undefined && { products: numberIn(products) }),
    steps: stepsOf(scenario, byHand, slo.thresholdSeconds),
    gapSeconds: scenario.gapSeconds,
    gracefulStopSeconds: 2,
    seed: 1,
    slo,
    sampleEvery: 20,
  };
  const { products: checked, ...withoutProducts } = checkPlan(plan, scenario, PERSON);
  // Other workloads have none; a wrong number is refused all the same.
  return isVisited && checked !== undefined
    ? { ...withoutProducts, products: checked }
    : withoutProducts;
}

/** What a person can have got wrong, by the name of the variable. */
const PERSON: Author = {
  nameOf: (field) => {
    if (field === 'products') return 'HEADROOM_PRODUCTS';
    return field.endsWith('.durationSeconds') ? 'HEADROOM_STEP_SECONDS' : `plan.${field}`;
  },
  remedy: 'Correct it or unset it.',
};

const withoutEmpty = (variables: ByHand): ByHand =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));

/** What is not written as a whole number stays a text, which the plan's check refuses as it stands. */
const numberIn = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

const hostsIn = (list = ''): string[] =>
  list
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');

function target(byHand: ByHand): Pick<Plan, 'app' | 'baseUrl' | 'serves'> {
  const { HEADROOM_APP, HEADROOM_BASE_URL } = byHand;
  if (HEADROOM_BASE_URL !== undefined) {
    return { app: HEADROOM_APP ?? 'unnamed', baseUrl: HEADROOM_BASE_URL };
  }
  const app = HEADROOM_APP ?? apps[0]?.name ?? '';
  const defaultPort = DEFAULT_PORTS.get(app);
  if (defaultPort === undefined) {
    throw new Error(
      `HEADROOM_APP is ${JSON.stringify(app)}: expected ${[...DEFAULT_PORTS.keys()].join(' or ')}. ` +
        'For any other subject, say in HEADROOM_BASE_URL where it listens.',
    );
  }
  const variable = `HEADROOM_${app.toUpperCase()}`;
  const baseUrl = byHand[`${variable}_URL`];
  const serves = apps.find(({ name }) => name === app)?.serves;
  return {
    app,
    baseUrl: baseUrl ?? onLoopback(`${variable}_PORT`, byHand, defaultPort),
    ...(serves && { serves: [...serves] }),
  };
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

/** A warm-up and one step per rate or number of users; smoke has one step, and nothing to warm up. */
function stepsOf(scenario: ScenarioLoad, byHand: ByHand, boundSeconds: number): Step[] {
  const loads =
    modelOf(scenario, byHand) === 'open'
      ? listIn('HEADROOM_RATES', byHand, scenario.ratesRps).map((rate) => open(rate, boundSeconds))
      : listIn('HEADROOM_USERS', byHand, scenario.users).map(closed);
  const { HEADROOM_STEP_SECONDS: seconds } = byHand;
  const durationSeconds = seconds === undefined ? scenario.stepSeconds : secondsIn(seconds);
  const counted = loads.map((load, index) => ({
    ...{ name: `step_${String(index + 1).padStart(2, '0')}`, durationSeconds },
    ...{ warmup: false, load },
  }));
  if (scenario.name === 'smoke') return counted as Step[];
  const [first = closed(WARMUP.users)] = loads;
  const warmup = first.model === 'open' ? first : closed(WARMUP.users);
  return [
    { name: 'warmup', durationSeconds: WARMUP.seconds, warmup: true, load: warmup },
    ...(counted as Step[]),
  ];
}

function modelOf(scenario: ScenarioLoad, byHand: ByHand): Model {
  const models = modelsOf(scenario);
  const { HEADROOM_MODEL: wanted, HEADROOM_RATES: rates, HEADROOM_USERS: users } = byHand;
  if (wanted !== undefined && wanted !== 'open' && wanted !== 'closed') {
    throw new Error(
      `HEADROOM_MODEL is ${JSON.stringify(wanted)}: expected open or closed. Correct it or unset it.`,
    );
  }
  if (models.length === 1) {
    const [model] = models as [Model];
    if (wanted !== undefined && wanted !== model) {
      throw new Error(`HEADROOM_MODEL is ${wanted}: ${scenario.name}.ts is ${model}. Unset it.`);
    }
    const [foreign, own] =
      model === 'open'
        ? ['HEADROOM_USERS', 'HEADROOM_RATES']
        : ['HEADROOM_RATES', 'HEADROOM_USERS'];
    if (byHand[foreign] === undefined) return model;
    throw new Error(
      `${foreign} is ${JSON.stringify(byHand[foreign])}: ${scenario.name}.ts takes none. ` +
        `Unset it, or set ${own}.`,
    );
  }
  if (rates !== undefined && users !== undefined) {
    throw new Error(
      'HEADROOM_RATES and HEADROOM_USERS are both set: a load has one. Unset either.',
    );
  }
  const model = wanted ?? (users === undefined ? 'open' : 'closed');
  if (model === 'open' ? users !== undefined : rates !== undefined) {
    const set = model === 'open' ? 'HEADROOM_USERS' : 'HEADROOM_RATES';
    throw new Error(`HEADROOM_MODEL is ${model}, and ${set} is set: a load has one. Unset either.`);
  }
  return model;
}

function listIn(variable: string, byHand: ByHand, declared: readonly number[] = []) {
  const text = byHand[variable];
  if (text === undefined) return declared;
  const items = text.split(',').map((item) => item.trim());
  if (items.every((item) => /^[1-9]\d*$/.test(item))) return items.map(Number);
  throw new Error(
    `${variable} is ${JSON.stringify(text)}: expected whole numbers from 1, separated by commas, ` +
      'such as 100,200,400. Correct it or unset it.',
  );
}

/** What is no number stays a text, which the plan's check refuses as it stands. */
const secondsIn = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);

/** Twice the users that are busy when each request takes as long as the SLO allows. */
function open(rateRps: number, boundSeconds: number): Step['load'] {
  const maxVUs = Math.max(FEWEST_VUS, Math.ceil(2 * rateRps * boundSeconds));
  return { model: 'open', rateRps, maxVUs };
}

function closed(users: number): Step['load'] {
  return { model: 'closed', users };
}
