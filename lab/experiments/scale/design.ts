// What a run of `lab scale` keeps of its question (run.json, `design`), and the form of its answer.

import { z } from 'zod';
import { searchSettingsSchema } from '../../measure/search/search-settings';
import type { Answer } from '../../results/reported-run';
import type { Bottleneck } from '../../results/trial/bottleneck';
import type { Outcome } from '../../results/trial/result';
import type { UslAnalysis } from '../../statistics/usl/usl';

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
  seconds: z.strictObject({ warmup: z.number(), laterWarmup: z.number(), step: z.number() }),
  /** Of a capacity at each level; null where throughput is measured. */
  search: searchSettingsSchema.nullable(),
  /** Of each replica, where replicas are added. */
  cpusPerReplica: z.number().positive(),
});
export type ScaleDesign = z.infer<typeof scaleDesign>;

/** One measurement of one level. */
export type ScalePoint = {
  level: number;
  repeat: number;
  /** In the order of measuring, from 1. */
  order: number;
  /** Correct responses per second, or the rate that holds the SLO; shown where void, and not fitted. */
  rps: number | null;
  users: number | null;
  p99Ms: number | null;
  subjectCores: number | null;
  databaseCores: number | null;
  state: 'valid' | 'void';
  /** Whether the SLO held there; a capacity is a rate at which it does. */
  outcome: Outcome;
  reasons: string[];
};

export const isValid = ({ state }: ScalePoint): boolean => state === 'valid';

export type ScaleResult = Answer & {
  kind: 'scale';
  app: string;
  workload: string;
  by: ScaleBy;
  measure: 'throughput' | 'capacity';
  points: ScalePoint[];
  /** Null where too few levels are valid. */
  fit: UslAnalysis | null;
  whyNoFit: string | null;
  /** Where the level with the most throughput ran into something, by CPU. */
  bottleneck: Bottleneck;
};
