// What a run of `lab scale` keeps of its question (run.json, `design`), and the form of its answer.

import { z } from 'zod';
import { searchSettingsSchema } from '../../measure/search/search-settings';
import { answerSchema } from '../../results/reported-run';
import { bottleneckSchema } from '../../results/trial/bottleneck';
import { outcomeSchema } from '../../results/trial/result';
import { intervalSchema } from '../../statistics/intervals';
import { uslAnalysisSchema } from '../../statistics/usl/usl';

export const scaleByNames = ['workers', 'replicas', 'cpus', 'users'] as const;
export type ScaleBy = (typeof scaleByNames)[number];

export const scaleDesign = z.strictObject({
  kind: z.literal('scale'),
  by: z.enum(scaleByNames),
  workload: z.string(),
  levels: z.array(z.number().positive()),
  /** How often every level is measured. */
  repeats: z.int().positive(),
  /** Users that keep one worker busy, where it is not users that are added. */
  usersPerWorker: z.int().positive(),
  /** `laterWarmup` is of earlier runs by users, whose levels had a step each; it is written still. */
  seconds: z.strictObject({ warmup: z.number(), laterWarmup: z.number(), step: z.number() }),
  /**
   * Of users: all levels in one step of each repeat, in so many rounds of turns. Absent: a step for each
   * level, as earlier runs have it.
   */
  turns: z
    .strictObject({
      seconds: z.number().positive(),
      skipSeconds: z.number().nonnegative(),
      rounds: z.int().positive(),
    })
    .exactOptional(),
  /** Of a capacity at each level; null where throughput is measured. */
  search: searchSettingsSchema.nullable(),
  /** Of each replica, where replicas are added. */
  cpusPerReplica: z.number().positive(),
});
export type ScaleDesign = z.infer<typeof scaleDesign>;

/** One measurement of one level. */
const scalePointSchema = z.strictObject({
  level: z.number(),
  repeat: z.number(),
  /** In the order of measuring, from 1. */
  order: z.number(),
  /** Correct responses per second, or the rate that holds the SLO; shown where void, and not fitted. */
  rps: z.number().nullable(),
  users: z.number().nullable(),
  p99Ms: z.number().nullable(),
  subjectCores: z.number().nullable(),
  databaseCores: z.number().nullable(),
  state: z.enum(['valid', 'void']),
  /** Whether the SLO held there; a capacity is a rate at which it does. */
  outcome: outcomeSchema,
  reasons: z.array(z.string()),
});
export type ScalePoint = z.infer<typeof scalePointSchema>;

export const scaleResultSchema = answerSchema.extend({
  kind: z.literal('scale'),
  app: z.string(),
  workload: z.string(),
  by: z.enum(['users', 'replicas', 'cpus', 'workers']),
  measure: z.enum(['throughput', 'capacity']),
  points: z.array(scalePointSchema),
  /** Null where too few levels are valid. */
  fit: uslAnalysisSchema.nullable(),
  whyNoFit: z.string().nullable(),
  /** Of users: the share that the largest level keeps of the best of the others; null for one repeat. */
  kept: z
    .strictObject({
      level: z.number(),
      best: z.number(),
      share: z.number(),
      interval: intervalSchema,
      repeats: z.int(),
      /** Of each repeat. */
      shares: z.array(z.number().positive()),
    })
    .nullable()
    .exactOptional(),
  /** Where the level with the most throughput ran into something, by CPU. */
  bottleneck: bottleneckSchema,
});
export type ScaleResult = z.infer<typeof scaleResultSchema>;

export const isValid = ({ state }: ScalePoint): boolean => state === 'valid';
