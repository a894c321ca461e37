// What a plan and its validation keep of their questions (run.json, `design`). A plan keeps its
// evidence with the question: the answer stays the same when newer runs are known.
import { z } from 'zod';
import { appNames } from '../../../contract/apps';

const appName = z.enum(appNames);

/** A run, as far as a reader must know it to find and to judge it. */
const runReference = z.strictObject({
  id: z.string(),
  startedAt: z.string(),
  /** Null where there was no git. */
  commit: z.string().nullable(),
  runtime: z.string(),
});
export type RunReference = z.infer<typeof runReference>;

/** The configuration of one replica, as measured. */
const unit = z.strictObject({
  profile: z.string(),
  workers: z.int().positive(),
  threads: z.int().positive(),
  /** Database connections per worker. */
  pool: z.int().positive(),
  /** Cores that it and, where they share them, its database had. */
  cores: z.strictObject({
    subject: z.number(),
    database: z.number(),
    shared: z.number().nullable(),
  }),
});
export type Unit = z.infer<typeof unit>;

/** CPU seconds of one request. */
const demand = z.strictObject({
  appSeconds: z.number(),
  databaseSeconds: z.number(),
  /** Steps that it is the median of. */
  steps: z.int(),
});
export type Demand = z.infer<typeof demand>;

const replicaScaling = z.strictObject({
  run: runReference,
  fit: z.strictObject({ alpha: z.number(), beta: z.number(), gamma: z.number() }),
  testedTo: z.number().positive(),
});
export type ReplicaScaling = z.infer<typeof replicaScaling>;

const waitLine = z.strictObject({ baseSeconds: z.number(), factor: z.number() });
const rates = z.tuple([z.number(), z.number()]).readonly();

/** All that is known of one app. */
const evidence = z.strictObject({
  app: appName,
  workload: z.string(),
  slo: z.strictObject({ share: z.number(), thresholdSeconds: z.number() }),
  run: runReference,
  unit,
  capacity: z.strictObject({
    /** What is planned with: the interval's lower end where there is one. */
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
  demand: demand.nullable(),
  servers: z
    .strictObject({ serviceTimeSeconds: z.number().positive(), servers: z.int().positive() })
    .nullable(),
  latency: z
    .strictObject({ mean: waitLine, p99: waitLine, ratesRps: rates, points: z.int() })
    .nullable(),
  /** Stairs of rates on the same subject that the fit was made of, too. */
  stairs: runReference.nullable(),
  /** Rates of the trials that the fit and the demand were made of. */
  ratesRps: z.array(z.number()),
  /** Null where no run by replicas has a fit. */
  scaling: replicaScaling.nullable(),
  warnings: z.array(z.string()),
});
export type Evidence = z.infer<typeof evidence>;

const validationRow = z.strictObject({
  app: appName,
  rateRps: z.number(),
  quantity: z.enum(['achievedRps', 'appCores', 'databaseCores', 'meanMs', 'p99Ms']),
  predicted: z.number().nullable(),
  /** Median of the valid trials; null where there is none. */
  measured: z.number().nullable(),
  /** Largest over smallest of them, less 1; null with fewer than two. */
  spread: z.number().nullable(),
  trials: z.int(),
  /** Measured over predicted, less 1. */
  error: z.number().nullable(),
  within: z.boolean().nullable(),
  /** Why it is not within, or not known to be. */
  reason: z.string().nullable(),
});
export type ValidationRow = z.infer<typeof validationRow>;
export type Quantity = ValidationRow['quantity'];

/** What the latest validation of a plan from the same capacity run found. */
const validated = z.strictObject({ app: appName, run: z.string(), rows: z.array(validationRow) });
export type Validated = z.infer<typeof validated>;

export const planDesign = z.strictObject({
  kind: z.literal('plan'),
  workload: z.string(),
  question: z.strictObject({
    /** Growth included. */
    rateRps: z.number().positive(),
    pricePerHour: z.number().nonnegative().nullable(),
    spare: z.int().nonnegative(),
    maxConnections: z.int().positive(),
    /** Null: those that were measured. */
    databaseCores: z.number().positive().nullable(),
  }),
  /** In the order of the run's subjects. */
  evidence: z.array(evidence),
  /** Of apps without any: what to measure. */
  missing: z.array(z.string()),
  validations: z.array(validated),
});
export type PlanDesign = z.infer<typeof planDesign>;

const predicted = z.number().nullable();

/** Made before anything is measured. */
const predictedLoad = z.strictObject({
  rateRps: z.number().positive(),
  appCores: predicted,
  databaseCores: predicted,
  meanMs: predicted,
  p99Ms: predicted,
});
export type PredictedLoad = z.infer<typeof predictedLoad>;

const prediction = z.strictObject({
  app: appName,
  /** The capacity run that it was made from. */
  run: z.string(),
  /** Rates that the latency was fitted to; null where it was not. */
  fittedRps: z.tuple([z.number(), z.number()]).nullable(),
  loads: z.array(predictedLoad),
});
export type Prediction = z.infer<typeof prediction>;

export const validationDesign = z.strictObject({
  kind: z.literal('validation'),
  workload: z.string(),
  repeats: z.int().positive(),
  seconds: z.strictObject({ warmup: z.number(), step: z.number().positive() }),
  /** In the order of the run's subjects. */
  predictions: z.array(prediction),
});
export type ValidationDesign = z.infer<typeof validationDesign>;
