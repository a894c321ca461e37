// What a plan was asked (run.json, `design`) and its answer, in figures and in sentences.

import { z } from 'zod';
import { HEADROOM_SHARE } from '../../measure/plans';
import { formatMs, formatShare, plural } from '../../render/format';
import { appTitle } from '../../results/findings';
import { formatRps } from '../../results/findings-text';
import { answerSchema } from '../../results/reported-run';
import { type Evidence, evidenceSchema } from './evidence';
import {
  connectionsOf,
  databaseCap,
  type Limit,
  limitSchema,
  limitsOf,
  type PlanQuestion,
  type PlanRow,
  planQuestion,
  planRow,
  planRowSchema,
} from './replicas';
import { assumptionsOf, describeWorkers, doubtsOf } from './trust';
import { validated } from './validation';

export const planDesign = z.strictObject({
  kind: z.literal('plan'),
  workload: z.string(),
  question: planQuestion.extend({
    /** Null: those that were measured. */
    databaseCores: planQuestion.shape.databaseCores.nullable(),
  }),
  /** In the order of the run's subjects. */
  evidence: z.array(evidenceSchema),
  /** Of apps without any: what to measure. */
  missing: z.array(z.string()),
  validations: z.array(validated),
});
export type PlanDesign = z.infer<typeof planDesign>;

const appPlanSchema = z.strictObject({
  app: z.string(),
  evidence: evidenceSchema,
  question: planQuestion,
  /** At the rate that is planned for. */
  row: planRowSchema,
  /** What one replica is planned to carry, headroom kept. */
  plannedRpsAReplica: z.number(),
  /** Of all replicas, spares included. */
  connections: z
    .strictObject({
      used: z.number(),
      available: z.number(),
    })
    .nullable(),
  databaseCapRps: z.number().nullable(),
  /** The lowest rate first. */
  limits: z.array(limitSchema),
  table: z.array(planRowSchema),
  sentences: z.array(z.string()),
  assumptions: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type AppPlan = z.infer<typeof appPlanSchema>;

export const planResultSchema = answerSchema.extend({
  kind: z.literal('plan'),
  /** Growth included. */
  rateRps: z.number(),
  plans: z.array(appPlanSchema),
  missing: z.array(z.string()),
  validations: z.array(validated),
});
export type PlanResult = z.infer<typeof planResultSchema>;

/** Rates of the table, as shares of the one that is planned for. */
const TABLE_SHARES = [0.25, 0.5, 0.75, 1, 1.5, 2, 4] as const;

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

export function planApp(evidence: Evidence, question: PlanQuestion): AppPlan {
  const at = (rateRps: number): PlanRow => planRow(evidence, question, rateRps);
  const row = at(question.rateRps);
  const limits = limitsOf(evidence, question, row.replicas);
  return {
    app: evidence.app,
    evidence,
    question,
    row,
    plannedRpsAReplica: HEADROOM_SHARE * evidence.capacity.rps,
    connections:
      row.replicas === null || evidence.unit.pool === 0
        ? null
        : connectionsOf(evidence, question, row.replicas),
    databaseCapRps: databaseCap(evidence, question),
    limits,
    table: TABLE_SHARES.map((share) => at(share * question.rateRps)),
    sentences: describePlan(evidence, question, row, limits),
    assumptions: assumptionsOf(evidence, question),
    warnings: doubtsOf(evidence, row),
  };
}

function describePlan(
  { app, unit }: Evidence,
  { rateRps, spare }: PlanQuestion,
  row: PlanRow,
  [first]: readonly Limit[],
): string[] {
  const name = appTitle(app);
  const { replicas, refusal, meanSeconds, p99Seconds, utilization } = row;
  if (replicas === null) return [`${name}: no plan for ${formatRps(rateRps)}: ${refusal}.`];
  const spares = spare > 0 ? ` and ${spare} to spare` : '';
  const each = [
    ...describeWorkers(unit),
    ...(unit.pool > 0 ? [`${unit.workers * unit.pool} connections each`] : []),
  ];
  const sentences = [
    `${name} needs ${plural(replicas, 'replica')}${spares} for ${formatRps(rateRps)}${each.length > 0 ? ` (${each.join(', ')})` : ''}.`,
  ];
  if (meanSeconds !== null && p99Seconds !== null) {
    sentences.push(
      `${name} with the spares lost: mean ${formatMs(1000 * meanSeconds)} ms, p99 ${formatMs(1000 * p99Seconds)} ms, utilization ${formatShare(utilization ?? 0)} are expected.`,
    );
  }
  if (row.costPerHour !== null && row.costPerMillion !== null) {
    sentences.push(
      `${name} costs ${formatMoney(row.costPerHour)} per hour, ${formatMoney(row.costPerMillion)} per million requests at this rate, without the database.`,
    );
  }
  if (first) {
    sentences.push(
      `${name} first reaches its limit at ${formatRps(first.rateRps)}: ${first.what}.`,
    );
  }
  return sentences;
}

/** Three digits, however small: a million requests cost cents. */
export const formatMoney = (amount: number): string => String(Number(amount.toPrecision(3)));
