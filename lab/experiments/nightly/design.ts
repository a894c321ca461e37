// What a night keeps of its question (run.json, `design`).
import { z } from 'zod';
import { appNames } from '../../../contract/apps';
import { searchSettingsSchema } from '../../measure/search/search-settings';

const nightlyPair = z.strictObject({
  app: z.enum(appNames),
  profile: z.string(),
  workload: z.string(),
  /** Index in the run's subjects. */
  subject: z.int().nonnegative(),
  rateRps: z.number().positive(),
  /** How its capacity is searched; null where it is not. */
  search: searchSettingsSchema.nullable(),
  /** Subject, load and SLO in words: nights under another are another series. */
  configuration: z.string(),
});
export type NightlyPair = z.infer<typeof nightlyPair>;

export const nightlyDesign = z.strictObject({
  kind: z.literal('nightly'),
  /** The date that it is filed under. */
  night: z.iso.date(),
  pairs: z.array(nightlyPair),
  /** Valid trials that a median needs. */
  trials: z.int().positive(),
  mostVoidShare: z.number(),
});
export type NightlyDesign = z.infer<typeof nightlyDesign>;
