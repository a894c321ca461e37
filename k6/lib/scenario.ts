// What every scenario does before and after its load: reads its plan, guards it, sums it up.
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import type { Plan } from '../../contract/plan.ts';
import { defaultPlan } from './default-plan.ts';
import { assertAllowed, assertUntouched } from './guard.ts';
import { optionsFor } from './options.ts';
import { parsePlan, type ScenarioName } from './plan.ts';
import { sessionsBeforehand } from './sessions.ts';
import type { Session } from './shop/visit.ts';
import { type EndOfTest, summaryOf } from './summary.ts';

export type Scenario = {
  plan: Plan;
  /** No plan was given: a person runs the script and reads k6's own summary. */
  byHand: boolean;
  options: Options;
  /** For k6 to call before the first step; what it gives back goes to each iteration. */
  setup: () => Session[] | null;
  handleSummary: (data: EndOfTest) => Record<string, string> | undefined;
};

/** Throws, before any request, when the plan is malformed or not allowed. */
export function scenarioOf(name: ScenarioName): Scenario {
  const { PLAN, HEADROOM_ALLOW_FILE } = __ENV;
  const byHand = PLAN === undefined;
  const plan = byHand
    ? defaultPlan(name, { ...__ENV, slo: open(import.meta.resolve('../../contract/slo.json')) })
    : parsePlan(textOf('PLAN', PLAN), name);
  assertAllowed(
    plan,
    HEADROOM_ALLOW_FILE === undefined
      ? undefined
      : textOf('HEADROOM_ALLOW_FILE', HEADROOM_ALLOW_FILE),
  );
  return {
    plan,
    byHand,
    options: optionsFor(plan, byHand),
    setup: () => {
      // Made anew: k6 writes what it consolidated into the object that a script exports.
      assertUntouched(optionsFor(plan, byHand), exec.test.options);
      return name === 'smoke' ? null : sessionsBeforehand(plan);
    },
    handleSummary: (data) => {
      // k6 prints its own summary when it gets none.
      if (plan.summaryPath === undefined) return undefined;
      return { [plan.summaryPath]: JSON.stringify(summaryOf(plan, data), null, 2) };
    },
  };
}

function textOf(variable: string, path: string): string {
  // k6 would look for a relative path beside this file, not where the person stands.
  if (!path.startsWith('/')) {
    throw new Error(`${variable} is ${JSON.stringify(path)}: expected an absolute path.`);
  }
  return open(path);
}
