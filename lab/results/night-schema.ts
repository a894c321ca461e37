// What the nights leave in results/history.jsonl, a line each; checked whenever it is read.
import { z } from 'zod';

/** Of the history alone: it outlives the formats of runs. */
export const historyVersion = 1;
const version = z.literal(historyVersion);

export const nightMetrics = ['capacity', 'p99', 'cpu', 'memory'] as const;
export type NightMetric = (typeof nightMetrics)[number];

const change = z.strictObject({
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
export type NightChange = z.infer<typeof change>;

const measured = z.strictObject({
  app: z.string(),
  profile: z.string(),
  workload: z.string(),
  metric: z.enum(nightMetrics),
  better: z.enum(['higher', 'lower']),
  /** The night's measurement, then its re-runs where it was suspicious; in the metric's base unit. */
  values: z.array(z.number()).min(1),
  /** Subject, load and SLO in words: nights under another are another series. */
  configuration: z.string(),
  /**
   * What that night was said of it. `short`: too few nights before; `quiet`; `unconfirmed`: the
   * re-runs did not bear it out; `changed`: a change was found and confirmed that night; `open`: a
   * regression that was found before still stands; `mended`: it stands no longer.
   */
  state: z.enum(['short', 'quiet', 'unconfirmed', 'changed', 'open', 'mended']),
  /** For `changed`, `open` and `mended`. */
  change: change.nullable(),
  warnings: z.array(z.string()),
});
export type MeasuredSeries = z.infer<typeof measured>;

export const nightEntrySchema = z.strictObject({
  schemaVersion: version,
  type: z.literal('night'),
  /** The date it is filed under, such as 2026-11-25. */
  night: z.iso.date(),
  /** Its run's folder. */
  run: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** `void`: too many of its trials were; it counts for nothing. */
  status: z.enum(['valid', 'void']),
  trials: z.strictObject({ valid: z.int(), void: z.int() }),
  revision: z.string().nullable(),
  locks: z.record(z.string(), z.string()),
  machine: z.string(),
  /** Machine, runtime and versions of tools, by name: the same for all series of the night. */
  conditions: z.record(z.string(), z.string()),
  series: z.array(measured),
  warnings: z.array(z.string()),
});
export type NightEntry = z.infer<typeof nightEntrySchema>;

/** Somebody has looked at a regression and takes it for the new normal. */
export const acceptanceSchema = z.strictObject({
  schemaVersion: version,
  type: z.literal('acceptance'),
  series: z.string(),
  /** The first night of the regime that is accepted. */
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
