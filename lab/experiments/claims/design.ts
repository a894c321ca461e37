// What `lab claims` and the two kinds of run that it adds keep (run.json, `design`), and claims.json, of
// which the repository keeps a copy (docs/claims.json). Claims keep figures with the runs they came from;
// verdicts are made from these again.

import { z } from 'zod';
import { appNames } from '../../../contract/apps';
import { readJson } from '../../results/json';
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

/** Of claims.json alone. */
export const claimsVersion = 1;

const gathered = {
  /** Ids of the claims that were asked. */
  asked: z.array(z.string()),
  evidence: z.array(evidenceSchema),
  missing: z.array(missingSchema),
};

/** All that verdicts are made of: kept with the run, so that they can be made again. */
export const claimsDesign = z.strictObject({ kind: z.literal('claims'), ...gathered });
export type ClaimsDesign = z.infer<typeof claimsDesign>;

const attackOutcome = z.strictObject({
  app: z.enum(appNames),
  /** Kind and attempt, "CSRF: a token in the address is none". */
  name: z.string(),
  /** Null: repelled; otherwise what was seen. */
  broken: z.string().nullable(),
});
export type AttackOutcome = z.infer<typeof attackOutcome>;

export const attacksDesign = z.strictObject({
  kind: z.literal('probes'),
  outcomes: z.array(attackOutcome),
});
export type AttacksDesign = z.infer<typeof attacksDesign>;

const order = z.strictObject({
  app: z.enum(appNames),
  block: z.int().nonnegative(),
  /** From the command to start until it is ready. */
  startSeconds: z.number().positive(),
  /** From then until the page of the order. */
  orderSeconds: z.number().positive(),
});
export type FirstOrder = z.infer<typeof order>;

export const firstOrderDesign = z.strictObject({
  kind: z.literal('first-order'),
  runs: z.int().positive(),
  orders: z.array(order),
});
export type FirstOrderDesign = z.infer<typeof firstOrderDesign>;

/** claims.json: the same with where and when, so that it stands alone. */
export const claimsFileSchema = z.strictObject({
  schemaVersion: z.literal(claimsVersion),
  run: z.string(),
  startedAt: z.iso.datetime(),
  /** As a person types it after `npm run lab --`. */
  arguments: z.array(z.string()),
  commit: z.string().nullable(),
  host: z.strictObject({
    cpuModel: z.string(),
    cores: z.int(),
    memoryBytes: z.number(),
    kernel: z.string(),
    fingerprint: z.string(),
  }),
  postgres: z.string(),
  /** What limits the figures on that machine, in words. */
  caveats: z.array(z.string()),
  ...gathered,
  /** For readers of the file alone; the lab makes them again from the rest. */
  verdicts: z.record(z.string(), z.string()),
});
export type ClaimsFile = z.infer<typeof claimsFileSchema>;

export const readClaims = (path: string): ClaimsFile => readJson(path, claimsFileSchema);
