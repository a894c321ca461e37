// results/effort.json: what each app needed beyond its framework. `npm run bench -- effort` writes it;
// claims read it here and take figures from it.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../results/atomic';
import { readJson } from '../../results/json';
import { runSchema } from '../../results/schemas';
import { compare } from '../../statistics/comparison';
import { median } from '../../statistics/descriptive';
import type { Evidence, Figure } from './design';

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

/** As bench/effort/features.ts calls them. */
const MICRO = 'micro routes';

export function effortFigures({
  express,
  django,
}: Effort['apps']): Pick<Evidence, 'figures' | 'absent'> {
  const all = (app: AppEffort) => app.lines.reduce((sum, { lines }) => sum + lines, 0);
  const micro = (app: AppEffort): number => {
    const found = app.lines.find(({ feature }) => feature === MICRO);
    if (found === undefined) throw new RangeError(`effort.json has no feature "${MICRO}"`);
    return found.lines;
  };
  // What processes share counts once, where the kernel tells for both.
  const memory =
    express.idleMemory.pssBytes !== null && django.idleMemory.pssBytes !== null
      ? ([express.idleMemory.pssBytes, django.idleMemory.pssBytes] as const)
      : ([express.idleMemory.rssBytes, django.idleMemory.rssBytes] as const);
  const figures = [
    counted('install-ratio', 'size as installed', express.installBytes, django.installBytes),
    counted('memory-ratio', 'idle memory, median of the starts', ...memory),
    startFigure(express, django),
    countedDown('lines-ratio', 'lines of the whole app', all(express), all(django)),
    counted('lines-ratio-django', 'lines of the whole app', all(express), all(django)),
    countedDown('micro-lines-ratio', 'lines of the micro routes', micro(express), micro(django)),
    countedDown(
      'dependencies-ratio',
      'direct dependencies',
      express.dependencies.direct,
      django.dependencies.direct,
    ),
  ];
  const images = [express.image, django.image];
  const [inExpress, inDjango] = images.map(({ bytes }) => bytes);
  if (inExpress && inDjango) {
    return {
      figures: [...figures, counted('image-ratio', 'image size', inExpress, inDjango)],
      absent: [],
    };
  }
  const whys = new Set(images.flatMap((image) => ('why' in image ? image.why : [])));
  return {
    figures,
    absent: [{ figure: 'image-ratio', why: `image size: ${[...whys].join('; ')}` }],
  };
}

/** Django over Express. */
const counted = (key: string, what: string, express: number, django: number): Figure =>
  exact(key, `${what}, Django over Express`, django / express);

/** Express over Django. */
const countedDown = (key: string, what: string, express: number, django: number): Figure =>
  exact(key, `${what}, Express over Django`, express / django);

const exact = (key: string, title: string, value: number): Figure => ({
  key,
  title,
  unit: 'times',
  value,
  interval: [value, value],
  noiseFloor: null,
  runs: null,
});

function startFigure(express: AppEffort, django: AppEffort): Figure {
  const runsOf = ({ start }: AppEffort) => start.seconds.map((value) => ({ value }));
  const { ratio, interval, n } = compare(runsOf(express), runsOf(django));
  return {
    key: 'start-ratio',
    title: `time to start (medians ${formatMedian(express)} and ${formatMedian(django)} s), Django over Express`,
    unit: 'times',
    value: ratio,
    interval,
    noiseFloor: null,
    runs: Math.min(n.a, n.b),
  };
}

const formatMedian = ({ start }: AppEffort): number => Number(median(start.seconds).toPrecision(2));
