// What a run of `lab capacity` keeps of its question (run.json, `design`).
import { z } from 'zod';
import { searchSettingsSchema } from '../../measure/search/search-settings';

export const capacityDesign = z.strictObject({
  kind: z.literal('capacity'),
  workload: z.string(),
  /** Whole searches, each on a fresh process and a reset database. */
  runs: z.int().positive(),
  search: searchSettingsSchema,
});
export type CapacityDesign = z.infer<typeof capacityDesign>;
