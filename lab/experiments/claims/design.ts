// What a run of `lab claims` keeps (run.json, `design`), and claims.json, of which the repository keeps a
// copy (docs/claims.json). Both keep figures with the runs they came from; verdicts are calculated from
// these again.

import { z } from 'zod';
import { readJson } from '../../results/read-checked';
import { runSchema } from '../../results/schemas';

/** The claims are about these two. */
export const claimedApps = ['express', 'django'] as const;
export type ClaimedApp = (typeof claimedApps)[number];

export const figure = z.strictObject({
  /** Unique within its experiment. */
  key: z.string(),
  /** In a sentence: "mean latency of json, Django over Express". */
  title: z.string(),
  /** What it is counted in. */
  unit: z.preprocess(
    // Runs of earlier versions have it so.
    (unit) => (unit === 'requests a second' ? 'requests per second' : unit),
    z.enum(['times', 'share', 'ms', 'seconds', 'requests per second', 'money', 'probes']),
  ),
  value: z.number(),
  /** 95 %; both ends are the value itself where it was counted and not measured; an end may not be known. */
  interval: z.tuple([z.number().nullable(), z.number().nullable()]).readonly(),
  /** Of A against A, as a ratio above 0, in evidence of earlier versions: shown, and decides nothing. */
  noiseFloor: z.number().nonnegative().nullable(),
  /** Of arms that took turns, so that more blocks can be asked for. */
  inTurns: z.literal(true).exactOptional(),
  /** Of repeats of `lab scale`, of which more can be asked for too. */
  ofRepeats: z.literal(true).exactOptional(),
  /** Of Student's factor in the interval: how it narrows with more runs hangs on it. */
  degreesOfFreedom: z.number().positive().exactOptional(),
  /** Requests per second that both arms were offered. */
  rateRps: z.number().positive().exactOptional(),
  /** Of a search for a capacity: the interval is from what holds to what fails, and no 95 %. */
  isBounds: z.literal(true).exactOptional(),
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
  /** It was on disk already, and not made for this. */
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
const missingSchema = z.strictObject({
  experiment: z.string(),
  why: z.string(),
  /** This machine can never answer it, however long it measures. */
  impossible: z.boolean(),
});
export type Missing = z.infer<typeof missingSchema>;

const gathered = {
  /** Ids of the claims that were asked for; all, where there is none. */
  asked: z.array(z.string()),
  evidence: z.array(evidenceSchema),
  missing: z.array(missingSchema),
};

/** All that verdicts are made of: kept with the run, so that they can be calculated again. */
export const claimsDesign = z.strictObject({ kind: z.literal('claims'), ...gathered });
export type ClaimsDesign = z.infer<typeof claimsDesign>;

/** claims.json: the same with where and when, so that it stands alone. */
export const claimsFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  run: z.string(),
  startedAt: z.iso.datetime(),
  /** As a person types it after `npm run lab --`. */
  arguments: z.array(z.string()),
  commit: z.string().nullable(),
  host: runSchema.shape.host,
  postgres: z.string(),
  /** What limits the figures on that machine, in words. */
  caveats: z.array(z.string()),
  ...gathered,
  /** For readers of the file alone; the lab calculates them again from the rest. */
  verdicts: z.record(z.string(), z.string()),
});
export type ClaimsFile = z.infer<typeof claimsFileSchema>;

export const readClaims = (path: string): ClaimsFile => readJson(path, claimsFileSchema);
