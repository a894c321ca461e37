// results/effort.json: what each app needed beyond its framework. `npm run bench -- effort` writes it;
// claims read it here and take figures from it.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../../results/read-checked';
import { writeJson } from '../../results/run-folder';
import { runSchema } from '../../results/schemas';
import { median } from '../../statistics/descriptive';
import { makeFolder } from '../../system-errors';
import type { Evidence, Figure } from './design';
import { countedFigure, ratioFigure } from './figures';

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
  /** From the start of the process to the first answer that says ready; a value per start, in order. */
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
  schemaVersion: z.literal(1),
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

/** @returns undefined where it was never measured */
export function readEffort(resultsDir: string): Effort | undefined {
  const path = effortFile(resultsDir);
  return existsSync(path) ? readJson(path, effortSchema) : undefined;
}

export function writeEffort(resultsDir: string, effort: Effort): void {
  makeFolder(resultsDir);
  writeJson(effortFile(resultsDir), effortSchema.parse(effort));
}

export function effortFigures({
  express,
  django,
}: Effort['apps']): Pick<Evidence, 'figures' | 'absent'> {
  const djangoOver = (key: string, what: string, of: (app: AppEffort) => number): Figure =>
    countedFigure(key, `${what}, Django over Express`, of(django) / of(express));
  const expressOver = (key: string, what: string, of: (app: AppEffort) => number): Figure =>
    countedFigure(key, `${what}, Express over Django`, of(express) / of(django));
  const hasPss = express.idleMemory.pssBytes !== null && django.idleMemory.pssBytes !== null;
  const secondsOf = ({ start }: AppEffort) => start.seconds.map((value) => ({ value }));
  const figures = [
    djangoOver('install-ratio', 'size as installed', ({ installBytes }) => installBytes),
    djangoOver('memory-ratio', 'idle memory, median of the starts', ({ idleMemory }) =>
      // What processes share counts once, where the kernel tells for both.
      hasPss ? Number(idleMemory.pssBytes) : idleMemory.rssBytes,
    ),
    ratioFigure(
      'start-ratio',
      `time to start (medians ${formatMedian(express)} and ${formatMedian(django)} s), Django over Express`,
      [secondsOf(django), secondsOf(express)],
    ),
    expressOver('lines-ratio', 'lines of the whole app', linesOf),
    djangoOver('lines-ratio-django', 'lines of the whole app', linesOf),
    expressOver('micro-lines-ratio', 'lines of the micro routes', microLinesOf),
    expressOver('dependencies-ratio', 'direct dependencies', (app) => app.dependencies.direct),
  ];
  const why = [express, django].flatMap(({ image }) => {
    if (image.bytes === null) return image.why;
    return image.standInBase ? 'a stand-in for the base image says nothing of its size' : [];
  });
  if (why.length > 0) {
    return { figures, absent: [{ figure: 'image-ratio', why: [...new Set(why)].join('; ') }] };
  }
  const image = djangoOver('image-ratio', 'image size', (app) => Number(app.image.bytes));
  return { figures: [...figures, image], absent: [] };
}

const formatMedian = ({ start }: AppEffort): number => Number(median(start.seconds).toPrecision(2));

const linesOf = ({ lines }: AppEffort): number =>
  lines.reduce((total, feature) => total + feature.lines, 0);

/** As bench/effort/features.ts calls them. */
const MICRO = 'micro routes';

function microLinesOf({ lines }: AppEffort): number {
  const micro = lines.find(({ feature }) => feature === MICRO);
  if (micro === undefined) throw new RangeError(`effort.json has no feature "${MICRO}"`);
  return micro.lines;
}
