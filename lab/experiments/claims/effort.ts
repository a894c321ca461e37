// results/effort.json: what each app needed beyond its framework. `npm run bench -- effort` writes it
// whole; whoever quotes it reads it here.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../results/atomic';
import { readJson } from '../../results/json';
import { runSchema } from '../../results/schemas';

/** Of this file alone. */
export const effortVersion = 1;

const count = z.int().nonnegative();
const why = z.string().min(1);

const appEffortSchema = z.strictObject({
  /** Neither blank nor comment; tests and what is generated are no source. By feature, in its order. */
  lines: z.array(z.strictObject({ feature: z.string(), files: count, lines: count })).min(1),
  /** Packages of production: those that the app names, and all that these bring along. */
  dependencies: z.strictObject({ direct: count, total: count }),
  /** Lengths of the files of exactly those packages, as they are installed on this machine. */
  installBytes: count,
  /** As the engine tells it, all layers; null says why there is none. */
  image: z.union([
    z.strictObject({ bytes: count, standInBase: z.boolean(), reference: z.string() }),
    z.strictObject({ bytes: z.null(), why }),
  ]),
  /** From the start of the process to the first answer that says ready; a value a start, in order. */
  start: z.strictObject({ seconds: z.array(z.number().positive()).min(5), median: z.number() }),
  /** Of the whole process tree, in profile `default`, ready and asked for nothing: medians of the starts. */
  idleMemory: z.strictObject({
    processes: z.int().positive(),
    /** Counts what processes share once for each of them. */
    rssBytes: count,
    /** Counts it once in all; null where the kernel does not tell. */
    pssBytes: count.nullable(),
  }),
});
export type AppEffort = z.infer<typeof appEffortSchema>;

export const effortSchema = z.strictObject({
  schemaVersion: z.literal(effortVersion),
  measuredAt: z.iso.datetime(),
  revision: runSchema.shape.revision,
  host: runSchema.shape.host,
  profile: z.literal('default'),
  /** What limits the figures on this machine, in words. */
  caveats: z.array(z.string()),
  apps: z.strictObject({ express: appEffortSchema, django: appEffortSchema }),
});
export type Effort = z.infer<typeof effortSchema>;

export const effortFile = (resultsDir: string): string => join(resultsDir, 'effort.json');

/** @returns undefined where nobody has measured it yet */
export function readEffort(resultsDir: string): Effort | undefined {
  const path = effortFile(resultsDir);
  return existsSync(path) ? readJson(path, effortSchema) : undefined;
}

export function writeEffort(resultsDir: string, effort: Effort): void {
  mkdirSync(resultsDir, { recursive: true });
  const checked = effortSchema.parse(effort);
  writeFileAtomic(effortFile(resultsDir), `${JSON.stringify(checked, null, 2)}\n`);
}
