// results/history.jsonl: one line per night or acceptance, checked whenever it is read.
import { z } from 'zod';

/** Version of the history's own format, which outlives the formats of runs. */
export const historyVersion = 1;
const version = z.literal(historyVersion);

const nightMetrics = ['capacity', 'p99', 'cpu', 'memory'] as const;
export type NightMetric = (typeof nightMetrics)[number];

export const nightChangeSchema = z.strictObject({
  /** The first night of the new regime, and the revision that it measured. */
  night: z.string(),
  revision: z.string().nullable(),
  /** The last night before it. */
  nightBefore: z.string(),
  revisionBefore: z.string().nullable(),
  before: z.number(),
  after: z.number(),
  effect: z.number().nullable(),
  p: z.number(),
  direction: z.enum(['regression', 'improvement']),
});
export type NightChange = z.infer<typeof nightChangeSchema>;

const measured = z.strictObject({
  app: z.string(),
  profile: z.string(),
  workload: z.string(),
  metric: z.enum(nightMetrics),
  better: z.enum(['higher', 'lower']),
  /** The night's measurement, then its re-runs if it was suspicious; in the metric's base unit. */
  values: z.array(z.number()).min(1),
  /** Subject, load and SLO in words: nights under another configuration are another series. */
  configuration: z.string(),
  /**
   * The verdict of that night. `short`: too few nights before it; `quiet`; `unconfirmed`: re-runs did
   * not confirm a change; `changed`: a change was found and confirmed that night; `open`: an earlier
   * regression is still open; `mended`: an earlier regression is fixed.
   */
  state: z.enum(['short', 'quiet', 'unconfirmed', 'changed', 'open', 'mended']),
  /** For `changed`, `open` and `mended`. */
  change: nightChangeSchema.nullable(),
  warnings: z.array(z.string()),
});
export type MeasuredSeries = z.infer<typeof measured>;

/** "APP/default/micro/p99"; without a metric, the part that several series have in common. */
export const seriesId = (
  one: Pick<MeasuredSeries, 'app' | 'profile' | 'workload'> & { metric?: string },
): string =>
  [one.app, one.profile, one.workload, ...(one.metric === undefined ? [] : [one.metric])].join('/');

export const nightEntrySchema = z.strictObject({
  schemaVersion: version,
  type: z.literal('night'),
  /** The date it is filed under, such as 2026-11-25. */
  night: z.iso.date(),
  /** Its run's folder. */
  run: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** `void`: too many of its trials were void, so that it is left out. */
  status: z.enum(['valid', 'void']),
  trials: z.strictObject({ valid: z.int(), void: z.int() }),
  revision: z.string().nullable(),
  locks: z.record(z.string(), z.string()),
  machine: z.string(),
  /** Machine, runtime and versions of tools by name, the same for all series of the night. */
  conditions: z.record(z.string(), z.string()),
  series: z.array(measured),
  warnings: z.array(z.string()),
});
export type NightEntry = z.infer<typeof nightEntrySchema>;

/** Somebody has looked at a regression and accepted it as the new baseline. */
const acceptanceSchema = z.strictObject({
  schemaVersion: version,
  type: z.literal('acceptance'),
  series: z.string(),
  /** The first night of the accepted regime. */
  night: z.iso.date(),
  who: z.string().min(1),
  at: z.iso.datetime(),
  why: z.string().min(1),
});
export type Acceptance = z.infer<typeof acceptanceSchema>;

export const historyEntrySchema = z.discriminatedUnion('type', [
  nightEntrySchema,
  acceptanceSchema,
]);
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
