// What a run of `lab scale` keeps of its question (run.json, `design`).
import { z } from 'zod';
import { searchSettingsSchema } from '../../measure/search/search-state';

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
