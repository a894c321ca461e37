// What every scenario does before and after its load: reads its plan, guards it, sums it up.
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import type { Plan } from '../../contract/plan.ts';
import { defaultPlan } from './default-plan.ts';
import { awaitOthers, generatorIn } from './generators.ts';
import { assertAllowed } from './guard.ts';
import {
  assertEnds,
  assertEnvironment,
  assertEnvironmentIsSeen,
  assertUntouched,
  configFileOf,
} from './k6-settings.ts';
import { optionsFor } from './options.ts';
import { severalRequestsIn, tellFault } from './own-workload.ts';
import { parsePlan, type ScenarioLoad } from './plan.ts';
import { assertProducts } from './products.ts';
import { keptSessions, type SetupResult, sessionsBeforehand } from './sessions.ts';
import { type EndOfTest, summaryOf } from './summary.ts';
import { plansOfArms } from './turns.ts';

export type Scenario = {
  plan: Plan;
  /** No plan was given: a person runs the script and reads k6's own summary. */
  byHand: boolean;
  options: Options;
  /** For k6 to call before the first step. */
  setup: () => SetupResult;
  handleSummary: (data: EndOfTest) => Record<string, string> | undefined;
};

/**
 * The load is pushed as the file declares it where no plan is given.
 * Throws, before any request, when the plan is malformed or not allowed, or k6 would change it.
 */
export function scenarioOf(load: ScenarioLoad): Scenario {
  const { HEADROOM_PLAN, HEADROOM_ALLOW_FILE, HEADROOM_IN_NETWORK } = __ENV;
  const byHand = !HEADROOM_PLAN;
  const plan = byHand ? planByHand(load) : parsePlan(textOf('HEADROOM_PLAN', HEADROOM_PLAN), load);
  assertAllowed(
    plan,
    HEADROOM_ALLOW_FILE ? textOf('HEADROOM_ALLOW_FILE', HEADROOM_ALLOW_FILE) : undefined,
    HEADROOM_IN_NETWORK === '1',
  );
  for (const own of plansOfArms(plan)) assertRunsAsPlanned(own);
  const generator = generatorIn(plan, __ENV);
  const { sessionsPath } = generator === undefined ? plan : {};
  const kept = keptSessions(sessionsPath);
  return {
    plan,
    byHand,
    options: optionsFor(plan, byHand, generator),
    setup: () => {
      // Made again: k6 writes what it consolidated into the object that a script exports.
      const isTestRun = __ENV.HEADROOM_TESTRUN === '1';
      assertUntouched(optionsFor(plan, byHand, generator), exec.test.options, isTestRun);
      for (const own of plansOfArms(plan)) assertProducts(own);
      const sessions = load.name === 'smoke' ? null : sessionsBeforehand(plan, kept);
      if (generator !== undefined) awaitOthers(__ENV, generator);
      return { sessions };
    },
    handleSummary: (data) => {
      // k6 prints its own summary when it gets none.
      if (plan.summaryPath === undefined) return undefined;
      const path = plan.summaryPath + (generator === undefined ? '' : `.${generator}`);
      const { sessions } = data.setup_data ?? {};
      const summary = summaryOf(plan, data);
      const fault = severalRequestsIn(plan, summary);
      if (fault !== undefined) tellFault(fault);
      return {
        [path]: JSON.stringify(summary, null, 2),
        ...(sessionsPath && sessions && { [sessionsPath]: JSON.stringify(sessions) }),
      };
    },
  };
}

function planByHand(load: ScenarioLoad): Plan {
  // Of the first script that k6 reads, and so the same for each VU; two k6 at once are two runs.
  const [run = ''] = new SharedArray('run', () => [runLabel()]);
  // k6 resolves to a URL, and opens a path.
  const url = import.meta.resolve('../../contract/slo.json');
  const slo = open(decodeURIComponent(url.replace('file://', '')));
  return defaultPlan(load, __ENV, { run, slo });
}

/** Such as `by-hand-20260101T000000Z-3f9a`. */
function runLabel(): string {
  const start = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const salt = Math.floor(Math.random() * 0x10000).toString(16);
  return `by-hand-${start}-${salt.padStart(4, '0')}`;
}

function assertRunsAsPlanned({ baseUrl }: Plan): void {
  assertEnvironment(__ENV, baseUrl);
  // To inspect or archive a script k6 reads it once, and shows it no environment.
  if (__VU > 0) {
    assertEnvironmentIsSeen(__ENV);
    return;
  }
  const file = configFileOf(__ENV);
  if (!file) return;
  // k6 would open a relative path beside this script, and takes its own from where the person stands.
  if (!file.startsWith('/')) {
    throw new Error(`k6's configuration file is ${file}: give an absolute path in K6_CONFIG.`);
  }
  let text = '';
  try {
    text = open(file);
  } catch {
    return; // k6 takes no settings from a file that is not there.
  }
  assertEnds(file, text);
}

function textOf(variable: string, path: string): string {
  // k6 would look for a relative path beside this file, not where the person stands.
  if (!path.startsWith('/')) {
    throw new Error(`${variable} is ${JSON.stringify(path)}: expected an absolute path.`);
  }
  try {
    return open(path);
  } catch {
    throw new Error(
      `${variable} is ${JSON.stringify(path)}: that file cannot be read. Name one that is there, or unset it.`,
    );
  }
}
