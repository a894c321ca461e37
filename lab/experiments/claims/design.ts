// What `lab claims` and the two kinds of run that it adds keep of their questions (run.json, `design`),
// and claims.json, which the repository keeps a copy of (docs/claims.json).
// Claims keep figures with the runs they came from, from which verdicts are made again.
import { z } from 'zod';
import { appNames } from '../../../contract/apps';
import { readJson } from '../../results/json';
import { evidenceSchema, missingSchema } from './evidence';

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
export type ProbeOutcome = z.infer<typeof attackOutcome>;

export const probesDesign = z.strictObject({
  kind: z.literal('probes'),
  outcomes: z.array(attackOutcome),
});
export type ProbesDesign = z.infer<typeof probesDesign>;

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
