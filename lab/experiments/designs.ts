// What each kind of experiment keeps of what it was asked (run.json, `design`).
import { z } from 'zod';
import { metricNames } from '../results/trial/measures';
import type { CapacityDesign } from './capacity/analyse';
import { claims } from './claims/design';
import type { FirstOrderDesign } from './claims/first-order';
import type { ProbesDesign } from './claims/probes';
import type { CompareDesign } from './compare/analyse';
import type { NightlyDesign } from './nightly/analyse';
import type { NoiseDesign } from './noise/analyse';
import { plan } from './plan/design';
import type { ValidationDesign } from './plan/validation';
import type { ScaleDesign } from './scale/scale-result';
import type { Design } from './types';

const goal = z.strictObject({
  name: z.string(),
  initialTrialDurationSeconds: z.number().positive(),
  finalTrialDurationSeconds: z.number().positive(),
  durationSumSeconds: z.number().positive(),
  lossRatio: z.number().nonnegative(),
  exceedRatio: z.number().nonnegative(),
  relativeWidth: z.number().positive(),
});

/** How one search for a capacity goes about it. */
const search = {
  goal,
  requestsPerTrial: z.int().positive(),
  budgetSeconds: z.number().positive(),
  warmupSeconds: z.strictObject({ first: z.number(), later: z.number() }),
};

const capacity = z.strictObject({
  kind: z.literal('capacity'),
  workload: z.string(),
  runs: z.int().positive(),
  search: z.strictObject(search),
}) satisfies z.ZodType<CapacityDesign, unknown>;

const scale = z.strictObject({
  kind: z.literal('scale'),
  by: z.enum(['workers', 'replicas', 'cpus', 'users']),
  workload: z.string(),
  levels: z.array(z.number().positive()),
  repeats: z.int().positive(),
  /** Users kept busy by each worker, where it is not users that are added. */
  usersPerWorker: z.int().positive(),
  seconds: z.strictObject({ warmup: z.number(), laterWarmup: z.number(), step: z.number() }),
  /** Of a capacity at each level; null where throughput is measured. */
  search: z.strictObject(search).nullable(),
  cpusPerReplica: z.number().positive(),
}) satisfies z.ZodType<ScaleDesign, unknown>;

const inTurns = {
  metrics: z.array(z.enum(metricNames)),
  loads: z.array(
    z.strictObject({
      workload: z.string(),
      rateRps: z.number().positive().nullable(),
      users: z.int().positive().nullable(),
      search: z.strictObject(search).nullable(),
    }),
  ),
  runs: z.int().positive(),
  warmupSeconds: z.number().nonnegative(),
  seconds: z.number().positive(),
};

const arm = z.strictObject({ subject: z.int().nonnegative(), label: z.string() });

const compare = z.strictObject({
  kind: z.literal('compare'),
  ...inTurns,
  arms: z.strictObject({ a: arm, b: arm }),
  margin: z.number().nonnegative(),
  floors: z.array(
    z.strictObject({
      arm: z.enum(['a', 'b']),
      workload: z.string(),
      measure: z.string(),
      floor: z.number().nonnegative(),
      run: z.string(),
      runs: z.int().positive(),
      load: z.union([
        z.strictObject({ rateRps: z.number() }),
        z.strictObject({ users: z.number() }),
        z.strictObject({ searched: z.literal(true) }),
      ]),
    }),
  ),
}) satisfies z.ZodType<CompareDesign, unknown>;

const noise = z.strictObject({
  kind: z.literal('noise'),
  ...inTurns,
  label: z.string(),
}) satisfies z.ZodType<NoiseDesign, unknown>;

const nightly = z.strictObject({
  kind: z.literal('nightly'),
  night: z.iso.date(),
  pairs: z.array(
    z.strictObject({
      app: z.string(),
      profile: z.string(),
      workload: z.string(),
      subject: z.int().nonnegative(),
      rateRps: z.number().positive(),
      search: z.strictObject(search).nullable(),
      configuration: z.string(),
    }),
  ),
  trials: z.int().positive(),
  mostVoidShare: z.number(),
}) satisfies z.ZodType<NightlyDesign, unknown>;

const foretold = z.number().nullable();

const validation = z.strictObject({
  kind: z.literal('validation'),
  workload: z.string(),
  repeats: z.int().positive(),
  seconds: z.strictObject({ warmup: z.number(), step: z.number().positive() }),
  predictions: z.array(
    z.strictObject({
      app: z.string(),
      run: z.string(),
      fittedRps: z.tuple([z.number(), z.number()]).nullable(),
      loads: z.array(
        z.strictObject({
          rateRps: z.number().positive(),
          appCores: foretold,
          databaseCores: foretold,
          meanMs: foretold,
          p99Ms: foretold,
        }),
      ),
    }),
  ),
}) satisfies z.ZodType<ValidationDesign, unknown>;

const probes = z.strictObject({
  kind: z.literal('probes'),
  outcomes: z.array(
    z.strictObject({ app: z.string(), name: z.string(), broken: z.string().nullable() }),
  ),
}) satisfies z.ZodType<ProbesDesign, unknown>;

const firstOrder = z.strictObject({
  kind: z.literal('first-order'),
  runs: z.int().positive(),
  orders: z.array(
    z.strictObject({
      app: z.string(),
      block: z.int().nonnegative(),
      startSeconds: z.number().positive(),
      orderSeconds: z.number().positive(),
    }),
  ),
}) satisfies z.ZodType<FirstOrderDesign, unknown>;

/** One entry a kind of experiment; its analysis stands in lab/analysis. */
export const designSchema = z.discriminatedUnion('kind', [
  capacity,
  scale,
  compare,
  noise,
  nightly,
  validation,
  plan,
  claims,
  probes,
  firstOrder,
]) satisfies z.ZodType<Design, unknown>;
