// A plan as it is kept: what was asked of which evidence, and the answer for each app.
import type { Answer } from '../../results/answer';
import { type AppPlan, planApp } from './capacity-plan';
import type { Evidence } from './plan-evidence';
import type { PlanQuestion } from './plan-question';
import type { ValidationRow } from './validation';

/** What the latest validation of a plan from the same capacity run found. */
export type Validated = { app: string; run: string; rows: ValidationRow[] };

/** The evidence is kept with the question: the answer stays the same when newer runs are known. */
export type PlanDesign = {
  kind: 'plan';
  workload: string;
  question: Omit<PlanQuestion, 'databaseCores'> & {
    /** Null: those that were measured. */
    databaseCores: number | null;
  };
  /** In the order of the run's subjects. */
  evidence: Evidence[];
  /** Of apps without any: what to measure. */
  missing: string[];
  validations: Validated[];
};

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
