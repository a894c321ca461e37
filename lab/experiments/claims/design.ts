// What `lab claims` keeps: figures with the runs they came from, from which verdicts are made again.
// In a run's folder (run.json and claims.json), and in docs/claims.json, which the repository keeps.
import { z } from 'zod';
import { readJson } from '../../results/json';
import type { ClaimsDesign } from './analyse';
import type { Evidence, Missing } from './evidence';

/** Of claims.json alone. */
export const claimsVersion = 1;

const end = z.number().nullable();

const evidence = z.strictObject({
  experiment: z.string(),
  sources: z.array(
    z.strictObject({
      run: z.string(),
      startedAt: z.iso.datetime(),
      commit: z.string().nullable(),
      reused: z.boolean(),
    }),
  ),
  figures: z.array(
    z.strictObject({
      key: z.string(),
      title: z.string(),
      unit: z.enum(['times', 'share', 'ms', 'seconds', 'requests a second', 'money', 'probes']),
      value: z.number(),
      interval: z.tuple([end, end]).readonly(),
      noiseFloor: z.number().nonnegative().nullable(),
      runs: z.int().positive().nullable(),
    }),
  ),
  absent: z.array(z.strictObject({ figure: z.string(), why: z.string() })),
  warnings: z.array(z.string()),
}) satisfies z.ZodType<Evidence, unknown>;

const missing = z.strictObject({
  experiment: z.string(),
  why: z.string(),
  impossible: z.boolean(),
}) satisfies z.ZodType<Missing, unknown>;

const found = {
  /** Ids of claims. */
  asked: z.array(z.string()),
  evidence: z.array(evidence),
  missing: z.array(missing),
};

/** As run.json has it. */
export const claims = z.strictObject({
  kind: z.literal('claims'),
  ...found,
}) satisfies z.ZodType<ClaimsDesign, unknown>;

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
  ...found,
  /** For readers of the file alone; the lab makes them again from the rest. */
  verdicts: z.record(z.string(), z.string()),
});
export type ClaimsFile = z.infer<typeof claimsFileSchema>;

export const readClaims = (path: string): ClaimsFile => readJson(path, claimsFileSchema);
