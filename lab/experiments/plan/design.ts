// What a plan keeps of its question: the evidence, as it was when the plan was made.
import { z } from 'zod';
import type { Evidence } from './plan-evidence';
import type { PlanDesign } from './plan-result';
import type { ValidationRow } from './validation';

const runReference = z.strictObject({
  id: z.string(),
  startedAt: z.string(),
  commit: z.string().nullable(),
  runtime: z.string(),
});

const waitLine = z.strictObject({ baseSeconds: z.number(), factor: z.number() });
const rates = z.tuple([z.number(), z.number()]).readonly();

const evidence = z.strictObject({
  app: z.string(),
  workload: z.string(),
  slo: z.strictObject({ share: z.number(), thresholdSeconds: z.number() }),
  run: runReference,
  unit: z.strictObject({
    profile: z.string(),
    workers: z.int().positive(),
    threads: z.int().positive(),
    pool: z.int().positive(),
    cores: z.strictObject({
      subject: z.number(),
      database: z.number(),
      shared: z.number().nullable(),
    }),
  }),
  capacity: z.strictObject({
    rps: z.number().positive(),
    holdsRps: z.number().positive(),
    failsRps: z.number().nullable(),
    interval: rates.nullable(),
    searches: z.int().positive(),
    bottleneck: z.strictObject({
      factor: z.enum(['app CPU', 'database CPU', 'connections', 'waiting', 'unknown']),
      words: z.string(),
    }),
  }),
  demand: z
    .strictObject({ appSeconds: z.number(), databaseSeconds: z.number(), steps: z.int() })
    .nullable(),
  servers: z
    .strictObject({ serviceTimeSeconds: z.number().positive(), servers: z.int().positive() })
    .nullable(),
  latency: z
    .strictObject({ mean: waitLine, p99: waitLine, ratesRps: rates, points: z.int() })
    .nullable(),
  stairs: runReference.nullable(),
  ratesRps: z.array(z.number()),
  scaling: z
    .strictObject({
      run: runReference,
      fit: z.strictObject({ alpha: z.number(), beta: z.number(), gamma: z.number() }),
      testedTo: z.number().positive(),
    })
    .nullable(),
  warnings: z.array(z.string()),
}) satisfies z.ZodType<Evidence, unknown>;

const validationRow = z.strictObject({
  app: z.string(),
  rateRps: z.number(),
  quantity: z.enum(['achievedRps', 'appCores', 'databaseCores', 'meanMs', 'p99Ms']),
  predicted: z.number().nullable(),
  measured: z.number().nullable(),
  spread: z.number().nullable(),
  trials: z.int(),
  error: z.number().nullable(),
  within: z.boolean().nullable(),
  reason: z.string().nullable(),
}) satisfies z.ZodType<ValidationRow, unknown>;

export const plan = z.strictObject({
  kind: z.literal('plan'),
  workload: z.string(),
  question: z.strictObject({
    rateRps: z.number().positive(),
    pricePerHour: z.number().nonnegative().nullable(),
    spare: z.int().nonnegative(),
    maxConnections: z.int().positive(),
    databaseCores: z.number().positive().nullable(),
  }),
  evidence: z.array(evidence),
  missing: z.array(z.string()),
  validations: z.array(
    z.strictObject({ app: z.string(), run: z.string(), rows: z.array(validationRow) }),
  ),
}) satisfies z.ZodType<PlanDesign, unknown>;
