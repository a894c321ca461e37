// A plan as it is kept: what was asked of which evidence, and the answer for each app.
import type { Answer } from '../../results/reported-run';
import { type AppPlan, planApp } from './capacity-plan';
import type { PlanDesign, Validated } from './design';

export type PlanResult = Answer & {
  kind: 'plan';
  /** Growth included. */
  rateRps: number;
  plans: AppPlan[];
  missing: string[];
  validations: Validated[];
};

export function analysePlan({ question, evidence, missing, validations }: PlanDesign): PlanResult {
  const plans = evidence.map((one) =>
    planApp(one, {
      ...question,
      databaseCores: question.databaseCores ?? one.unit.cores.database,
    }),
  );
  return {
    kind: 'plan',
    rateRps: question.rateRps,
    plans,
    missing,
    validations,
    sentences: plans.flatMap(({ sentences }) => sentences),
    warnings: [...new Set([...plans.flatMap(({ warnings }) => warnings), ...missing])],
  };
}
