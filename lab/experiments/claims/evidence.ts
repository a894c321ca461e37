// What a claim is judged by: figures with their intervals, and the runs that they came from.
import { z } from 'zod';
import { RUNS_FOR_A_VERDICT } from '../../statistics/comparison';

const figure = z.strictObject({
  /** Unique within its experiment. */
  key: z.string(),
  /** In a sentence: "mean latency of json, Django over Express". */
  title: z.string(),
  /** What it is counted in. */
  unit: z.enum(['times', 'share', 'ms', 'seconds', 'requests a second', 'money', 'probes']),
  value: z.number(),
  /** 95 %; both ends are the value itself where it was counted and not measured. */
  interval: z.tuple([z.number().nullable(), z.number().nullable()]).readonly(),
  /** Of A against A, as a ratio above 0; null where none is known, or none applies. */
  noiseFloor: z.number().nonnegative().nullable(),
  /** Runs per arm; null where it was counted. */
  runs: z.int().positive().nullable(),
});
export type Figure = z.infer<typeof figure>;
export type Unit = Figure['unit'];

/** A run that figures rest on. */
const source = z.strictObject({
  /** Its id, or the file that was read. */
  run: z.string(),
  startedAt: z.iso.datetime(),
  /** Null where there was no git. */
  commit: z.string().nullable(),
  /** It lay on disk already, and was not made for this. */
  reused: z.boolean(),
});
export type Source = z.infer<typeof source>;

/** What one experiment of the catalogue found. */
export const evidenceSchema = z.strictObject({
  experiment: z.string(),
  sources: z.array(source),
  figures: z.array(figure),
  /** Figures that this machine cannot give, with the reason. */
  absent: z.array(z.strictObject({ figure: z.string(), why: z.string() })),
  warnings: z.array(z.string()),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** An experiment without an outcome. */
export const missingSchema = z.strictObject({
  experiment: z.string(),
  why: z.string(),
  /** This machine can never answer it, however long it measures. */
  impossible: z.boolean(),
});
export type Missing = z.infer<typeof missingSchema>;

export const isIndicative = ({ runs }: Figure): boolean =>
  runs !== null && runs < RUNS_FOR_A_VERDICT;

export const isCounted = ({ runs }: Figure): boolean => runs === null;
