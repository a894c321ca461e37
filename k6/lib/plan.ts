// A plan read, and refused with the field, its value and the remedy when it is malformed. Pure.
import type { Plan, Step } from '../../contract/plan.ts';
import { workloadNamed } from '../workloads/index.ts';
import { FEWEST_PRODUCTS } from './shop/catalogue.ts';

/** The load that a scenario's file declares; it is pushed where no plan is given. */
export type ScenarioLoad = {
  /** The file's own, without `.ts`. */
  name: string;
  workload: string;
  /** Open model: a step of each of these arrivals per second. By hand HEADROOM_RATES replaces them. */
  ratesRps?: readonly number[];
  /** Closed model: a step of each of these users. By hand HEADROOM_USERS replaces them. */
  users?: readonly number[];
  /** By hand HEADROOM_STEP_SECONDS replaces it. */
  stepSeconds: number;
  /** Rest between two steps. */
  gapSeconds: number;
};

export type Model = 'open' | 'closed';

/** Two where a scenario declares rates and users: its load is in either. */
export const modelsOf = ({ ratesRps, users }: ScenarioLoad): Model[] => [
  ...(ratesRps ? (['open'] as const) : []),
  ...(users ? (['closed'] as const) : []),
];

/** k6 takes no shorter duration. */
const SHORTEST_STEP_SECONDS = 1;

/** Shorter, and most of a turn is spent on what the other arm left. */
const SHORTEST_TURN_SECONDS = 0.1;

/** Who wrote a plan, for the error that says what to correct. */
export type Author = {
  /** Where the value of a field comes from: `plan.products`, or a variable. */
  nameOf: (field: string) => string;
  remedy: string;
};

const OF_FILE: Author = {
  nameOf: (field) => (field === 'plan' ? field : `plan.${field}`),
  remedy: 'Correct the file that HEADROOM_PLAN names; contract/plan.ts says what a plan holds.',
};

/** The plan in a file's text. Throws as checkPlan does. */
export function parsePlan(text: string, scenario: ScenarioLoad): Plan {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch (error) {
    throw new Error(`The plan is not JSON: ${error}. ${OF_FILE.remedy}`);
  }
  return checkPlan(plan, scenario, OF_FILE);
}

/** Throws on the first thing wrong; what a plan may do is guard.ts's business. */
export function checkPlan(plan: unknown, scenario: ScenarioLoad, author: Author): Plan {
  try {
    isWellFormed(plan, scenario);
    return plan;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const { field, shown, expected } = error;
    throw new Error(`${author.nameOf(field)} is ${shown}: expected ${expected}. ${author.remedy}`);
  }
}

class Malformed extends Error {
  readonly shown: string;
  constructor(
    readonly field: string,
    value: unknown,
    readonly expected: string,
  ) {
    super(field);
    this.shown = value === undefined ? 'missing' : JSON.stringify(value);
  }
}

function isWellFormed(value: unknown, scenario: ScenarioLoad): asserts value is Plan {
  const plan = record(value, 'plan');
  is(plan.schemaVersion === 1, 'schemaVersion', plan.schemaVersion, '1');
  const { scenario: planned } = plan;
  const { name } = scenario;
  is(planned === name, 'scenario', planned, `${name}, as the script is ${name}.ts`);
  isText(plan.run, 'run');
  isWhole(plan.trial, 'trial', 0);
  isText(plan.app, 'app');
  isText(plan.baseUrl, 'baseUrl');
  isTexts(plan.allowHosts, 'allowHosts');
  isText(plan.workload, 'workload');
  workloadNamed(plan.workload);
  if (plan.workloadFile !== undefined) isText(plan.workloadFile, 'workloadFile');
  if (plan.hurried !== undefined) is(plan.hurried === true, 'hurried', plan.hurried, 'true');
  if (plan.serves !== undefined) isTexts(plan.serves, 'serves');
  if (plan.products !== undefined) isWhole(plan.products, 'products', FEWEST_PRODUCTS);
  isAtLeast(plan.gapSeconds, 'gapSeconds', 0);
  isAtLeast(plan.gracefulStopSeconds, 'gracefulStopSeconds', 0);
  isWhole(plan.seed, 'seed', Number.MIN_SAFE_INTEGER);
  isWhole(plan.sampleEvery, 'sampleEvery', 1);
  const { share, thresholdSeconds } = record(plan.slo, 'slo');
  is(isNumber(share) && share > 0 && share <= 1, 'slo.share', share, 'above 0 and at most 1');
  isAbove(thresholdSeconds, 'slo.thresholdSeconds', 0);
  if (plan.sessionsPath !== undefined) isText(plan.sessionsPath, 'sessionsPath');
  if (plan.summaryPath !== undefined) isText(plan.summaryPath, 'summaryPath');
  const { steps } = plan;
  areSteps(steps, scenario);
  if (plan.turns !== undefined) areTurns(plan.turns, scenario);
  if (plan.generators !== undefined) areGenerators(plan, scenario);
  if (plan.userTurns !== undefined) areUserTurns(plan, steps);
}

function areSteps(steps: unknown, scenario: ScenarioLoad): asserts steps is Step[] {
  is(Array.isArray(steps) && steps.length > 0, 'steps', steps, 'a list of at least one step');
  const names = new Set<string>();
  const [only, other] = modelsOf(scenario);
  const model = other === undefined ? (only as Model) : modelOfFirst(steps);
  for (const [index, value] of steps.entries()) {
    const at = `steps[${index}]`;
    const step = record(value, at);
    const fits = typeof step.name === 'string' && /^[a-z][a-z0-9_]*$/.test(step.name);
    is(fits, `${at}.name`, step.name, 'a word of a-z, 0-9 and _ that begins with a letter');
    const name = step.name as string;
    is(!names.has(name), `${at}.name`, name, 'a name that no other step has');
    names.add(name);
    isAtLeast(step.durationSeconds, `${at}.durationSeconds`, SHORTEST_STEP_SECONDS);
    is(typeof step.warmup === 'boolean', `${at}.warmup`, step.warmup, 'true or false');
    isLoad(step.load, `${at}.load`, model, scenario.name);
  }
  if (scenario.name === 'smoke') {
    const [{ load }, ...more] = steps as [Step];
    const one = more.length === 0 && load.model === 'closed' && load.users === 1;
    is(one, 'steps', steps, 'one step with one user: smoke asks for everything once');
  }
}

function areTurns(value: unknown, { name }: ScenarioLoad): void {
  is(name !== 'smoke', 'turns', value, 'none: smoke asks one subject for everything once');
  const { arms, order } = lengthsOfTurns(value, 'turns');
  is(Array.isArray(arms) && arms.length === 2, 'turns.arms', arms, 'a list of two arms');
  for (const [index, each] of arms.entries()) {
    const at = `turns.arms[${index}]`;
    const arm = record(each, at);
    is(arm.name === 'ab'[index], `${at}.name`, arm.name, `"${'ab'[index]}"`);
    isText(arm.app, `${at}.app`);
    isText(arm.baseUrl, `${at}.baseUrl`);
    if (arm.products !== undefined) isWhole(arm.products, `${at}.products`, FEWEST_PRODUCTS);
  }
  const isOrder = typeof order === 'string' && /^[ab]+$/.test(order) && /ab|ba/.test(order);
  is(isOrder, 'turns.order', order, 'letters a and b, both of them, such as "abbabaab"');
}

/** Fewer are none, and more a typing error. */
const MOST_GENERATORS = 1000;

function areGenerators(
  { generators, workload, turns, userTurns }: Record<string, unknown>,
  { name }: ScenarioLoad,
) {
  isWhole(generators, 'generators', 2);
  const isSane = (generators as number) <= MOST_GENERATORS;
  is(isSane, 'generators', generators, `at most ${MOST_GENERATORS}`);
  const isShared = name !== 'smoke' && turns === undefined && userTurns === undefined;
  is(isShared, 'generators', generators, 'none: smoke and turns are made by one k6');
  const isVisited = 'visits' in workloadNamed(workload as string);
  is(!isVisited, 'generators', generators, 'none: customers of the shop belong to one k6');
}

/** Both kinds of turns have these; returns what is left to be checked. */
function lengthsOfTurns(value: unknown, at: string): Record<string, unknown> {
  const turns = record(value, at);
  const { seconds, skipSeconds } = turns;
  isAtLeast(seconds, `${at}.seconds`, SHORTEST_TURN_SECONDS);
  isAtLeast(skipSeconds, `${at}.skipSeconds`, 0);
  const isShorter = (skipSeconds as number) < (seconds as number);
  is(isShorter, `${at}.skipSeconds`, skipSeconds, `less than ${at}.seconds, ${seconds}`);
  return turns;
}

/** Where steps overlap, k6 numbers the users of the second from more than 1. */
function areUserTurns(
  { userTurns, turns, gapSeconds, gracefulStopSeconds }: Record<string, unknown>,
  steps: readonly Step[],
): void {
  is(turns === undefined, 'userTurns', userTurns, 'none beside turns');
  const { order } = lengthsOfTurns(userTurns, 'userTurns');
  const users = steps.map(({ load }) => (load.model === 'closed' ? load.users : 0));
  const most = Math.min(...users);
  const fits = (count: unknown) => isNumber(count) && Number.isInteger(count) && count >= 1;
  const isOrder = Array.isArray(order) && order.length > 0 && order.every(fits);
  is(isOrder, 'userTurns.order', order, 'a list of numbers of users');
  const isHad = (order as number[]).every((count) => count <= most);
  is(isHad, 'userTurns.order', order, `no more than the ${most} users of each step, which wait`);
  const isApart = (gapSeconds as number) >= (gracefulStopSeconds as number);
  is(isApart, 'gapSeconds', gapSeconds, `gracefulStopSeconds, ${gracefulStopSeconds}, or more`);
}

/** A plan has one model: think time and Little's law are the whole trial's. */
function modelOfFirst([first]: unknown[]): Model {
  const { model } = record(record(first, 'steps[0]').load, 'steps[0].load');
  is(model === 'open' || model === 'closed', 'steps[0].load.model', model, 'open or closed');
  return model;
}

function isLoad(value: unknown, at: string, model: Model, scenario: string): void {
  const load = record(value, at);
  is(load.model === model, `${at}.model`, load.model, `${model}, as ${scenario}.ts makes it`);
  if (model === 'open') {
    isWhole(load.rateRps, `${at}.rateRps`, 1);
    isWhole(load.maxVUs, `${at}.maxVUs`, 1);
  } else {
    isWhole(load.users, `${at}.users`, 1);
  }
}

function is(right: boolean, field: string, value: unknown, expected: string): asserts right {
  if (!right) throw new Malformed(field, value, expected);
}

function record(value: unknown, field: string): Record<string, unknown> {
  is(typeof value === 'object' && value !== null, field, value, 'an object');
  return value as Record<string, unknown>;
}

function isText(value: unknown, field: string): asserts value is string {
  is(typeof value === 'string' && value !== '', field, value, 'a text that is not empty');
}

function isTexts(value: unknown, field: string): void {
  const texts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  is(texts, field, value, 'a list of texts');
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isAtLeast(value: unknown, field: string, least: number): void {
  is(isNumber(value) && value >= least, field, value, `a number of at least ${least}`);
}

function isAbove(value: unknown, field: string, bound: number): void {
  is(isNumber(value) && value > bound, field, value, `a number above ${bound}`);
}

function isWhole(value: unknown, field: string, least: number): void {
  const expected =
    least === Number.MIN_SAFE_INTEGER ? 'a whole number' : `a whole number of at least ${least}`;
  is(Number.isSafeInteger(value) && (value as number) >= least, field, value, expected);
}
