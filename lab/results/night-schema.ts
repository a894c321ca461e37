// results/history.jsonl: one line per night or acceptance, checked whenever it is read.
import { z } from 'zod';

/** Version of the history's own format, which outlives the formats of runs; since 2 there are yardsticks. */
export const historyVersion = 2;
const version = z.union([z.literal(1), z.literal(historyVersion)]);

/** Over the yardstick's figure in the same turns. */
export const ratioMetrics = ['cpu-ratio', 'p50-ratio', 'p99-ratio'] as const;
export type RatioMetric = (typeof ratioMetrics)[number];
/** The last four stand in nights of version 1 alone, which had no yardstick. */
export const nightMetrics = [...ratioMetrics, 'capacity', 'p99', 'cpu', 'memory'] as const;
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

/**
 * The verdict of a night. `short`: too few nights before it; `quiet`; `suspicious`: beyond the bounds, and the
 * next night decides; `changed`: so were two nights in a row; `open`: an earlier regression is still open;
 * `mended`: an earlier regression is fixed; `recorded`: a metric that is not judged. Of version 1
 * `unconfirmed`: re-runs in the same night did not confirm a change.
 */
export const nightStateSchema = z.enum([
  ...(['short', 'quiet', 'suspicious', 'unconfirmed'] as const),
  ...(['changed', 'open', 'mended', 'recorded'] as const),
]);

const measured = z.strictObject({
  app: z.string(),
  profile: z.string(),
  workload: z.string(),
  metric: z.enum(nightMetrics),
  better: z.enum(['higher', 'lower']),
  /** The night's measurement; of version 1 its re-runs follow. A ratio, or in the metric's base unit. */
  values: z.array(z.number()).min(1),
  /** What the measurement is over, such as "APP@COMMIT", and the ratio of each block. */
  yardstick: z.string().exactOptional(),
  blocks: z.array(z.number().positive()).exactOptional(),
  /** Of an app in a repository of its own; the night has the clone's. */
  revision: z.string().exactOptional(),
  /** Subject, load and SLO in words: nights under another configuration are another series. */
  configuration: z.string(),
  state: nightStateSchema,
  /** For `changed`, `open` and `mended`. */
  change: nightChangeSchema.nullable(),
  warnings: z.array(z.string()),
});
export type MeasuredSeries = z.infer<typeof measured>;

/** "APP/default/micro/cpu-ratio"; without a metric, the part that several series have in common. */
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
  /** What must be the same for nights to be compared, by name: of all series of the night. */
  conditions: z.record(z.string(), z.string()),
  /** What may differ, for whoever looks for a cause: tools, kernel, memory, load. */
  recorded: z.record(z.string(), z.string()).exactOptional(),
  series: z.array(measured),
  /** Series with an open regression that this night should have measured, and has no value of. */
  stillOpen: z.array(z.string()).exactOptional(),
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
  /** Where the revision of that night is the yardstick from now on, of all series of the same pair. */
  yardstick: z.string().exactOptional(),
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
