// Figures of effort: what each app needed beyond its framework, one over the other.
import { compare } from '../../statistics/comparison';
import { median } from '../../statistics/descriptive';
import type { Evidence, Figure } from './evidence';

/** What results/effort.json tells of an app, as far as claims ask for it. */
export type AppEffort = {
  lines: readonly { feature: string; lines: number }[];
  dependencies: { direct: number; total: number };
  installBytes: number;
  image: { bytes: number } | { bytes: null; why: string };
  start: { seconds: readonly number[] };
  idleMemory: { rssBytes: number; pssBytes: number | null };
};

export type Effort = Record<'express' | 'django', AppEffort>;

/** As bench/effort/features.ts calls them. */
const MICRO = 'micro routes';

export function effortFigures({ express, django }: Effort): Pick<Evidence, 'figures' | 'absent'> {
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
    title: `time to start (medians ${sayMedian(express)} and ${sayMedian(django)} s), Django over Express`,
    unit: 'times',
    value: ratio,
    interval,
    noiseFloor: null,
    runs: Math.min(n.a, n.b),
  };
}

const sayMedian = ({ start }: AppEffort): number => Number(median(start.seconds).toPrecision(2));
