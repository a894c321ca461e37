// Figures that claims are judged by: how a figure is made, and those of comparisons and of scaling.

import { HEADROOM_SHARE } from '../../measure/plans';
import { armOf } from '../../measure/turns/interleaved';
import { appTitle } from '../../results/findings';
import { compare } from '../../statistics/comparison';
import type { Sample } from '../../statistics/contrast';
import { logs, mean } from '../../statistics/descriptive';
import { meanInterval, NO_INTERVAL, type PartialInterval } from '../../statistics/intervals';
import type { ExperimentResult } from '../index';
import { type ClaimedApp, claimedApps, type Figure, type Unit } from './design';

type CompareResult = ExperimentResult<'compare'>;
type ScaleResult = ExperimentResult<'scale'>;

/** Exact: it is its own interval. */
export const countedFigure = (
  key: string,
  title: string,
  value: number,
  unit: Unit = 'times',
): Figure => ({ key, title, unit, value, interval: [value, value], noiseFloor: null, runs: null });

/** Geometric mean with Student's interval on the logs, as ratios have it. */
function meanFigure(key: string, title: string, unit: Unit, values: readonly number[]): Figure {
  const logarithms = logs(values);
  const [low, high] = values.length < 2 ? NO_INTERVAL : meanInterval(logarithms).map(Math.exp);
  return {
    key,
    title,
    unit,
    value: Math.exp(mean(logarithms)),
    interval: [low ?? null, high ?? null],
    noiseFloor: null,
    runs: values.length,
  };
}

/** @param runs in the order of the title: what stands above the line comes first */
export function ratioFigure(
  key: string,
  title: string,
  [above, below]: readonly [readonly Sample[], readonly Sample[]],
): Figure {
  const { ratio, interval, n } = compare(below, above);
  const runs = Math.min(n.a, n.b);
  return { key, title, unit: 'times', value: ratio, interval, noiseFloor: null, runs };
}

/** The mean of each app that has runs, and the ratio where both have. */
export function appFigures(
  { name, title, unit, above }: { name: string; title: string; unit: Unit; above: ClaimedApp },
  runs: Readonly<Record<ClaimedApp, readonly Sample[]>>,
): Figure[] {
  const measured = claimedApps.filter((app) => runs[app].length > 0);
  const means = measured.map((app) => {
    const values = runs[app].map(({ value }) => value);
    return meanFigure(`${name}-${app}`, `${title}, ${appTitle(app)}`, unit, values);
  });
  const below = claimedApps.find((app) => app !== above);
  if (measured.length < claimedApps.length || below === undefined) return means;
  const over = `${title}, ${appTitle(above)} over ${appTitle(below)}`;
  return [...means, ratioFigure(`${name}-ratio`, over, [runs[above], runs[below]])];
}

/** @param floorOf of a measure, where one has become known since the comparison */
export function turnFigures(
  { compared, labels }: CompareResult,
  workload: string,
  floorOf: (measure: string) => number | null,
): Figure[] {
  return compared
    .filter((one) => one.workload === workload)
    .flatMap((one): Figure[] => {
      const { key, unit } = one.measure;
      const title = `${inSentence(one.measure.title)} of ${workload}`;
      const { ratio, interval, n } = one.comparison;
      return [
        {
          key,
          title: `${title}, ${labels.b} over ${labels.a}`,
          unit: 'times',
          value: ratio,
          interval,
          noiseFloor: one.checks ? null : (one.floor?.floor ?? floorOf(key)),
          ...(one.checks && { inTurns: true as const }),
          runs: Math.min(n.a, n.b),
        },
        ...(['a', 'b'] as const).map((arm) => {
          const values = armOf(one, arm).map(({ value }) => value);
          const label = labels[arm];
          const own = `${key}-${label.toLowerCase()}`;
          return meanFigure(own, `${title}, ${label}`, unit as Unit, values);
        }),
      ];
    });
}

/** `CPU` and `p99` keep their letters. */
const inSentence = (title: string): string =>
  /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;

/** Of a replica for an hour, in whatever currency: it cancels in a ratio, and makes a sum readable. */
const PRICE_PER_HOUR = 0.05;
const ORDERS = 1000;

/** What the visitors of the shop did, on both apps together. */
export type Orders = { requests: number; orders: number };

/**
 * What a thousand orders cost at the capacity, headroom kept (`lab plan`'s arithmetic): requests per
 * order as the workload's visitors made them, at the rate that a replica is planned to carry.
 */
export function costFigures(figures: readonly Figure[], { requests, orders }: Orders): Figure[] {
  const ratio = figures.find(({ key }) => key === 'capacity');
  if (ratio === undefined) return [];
  const inverse = converted(ratio, (value) => 1 / value);
  const title = ratio.title.replace(/^capacity/, 'cost of an order by capacity');
  const costRatio = { ...inverse, key: 'cost-ratio', title };
  if (orders === 0) return [costRatio];
  const costOf = (rps: number): number =>
    (ORDERS * (requests / orders) * PRICE_PER_HOUR) / (HEADROOM_SHARE * rps * 3600);
  const apps = figures.filter(({ key }) => key.startsWith('capacity-'));
  return [
    costRatio,
    ...apps.map((capacity) => ({
      ...converted(capacity, costOf),
      key: capacity.key.replace('capacity', 'cost'),
      title: `cost of ${ORDERS} orders at ${PRICE_PER_HOUR} an hour, ${capacity.title.split(', ').at(-1)}`,
      unit: 'money' as const,
    })),
  ];
}

/** @param convert falls as its argument grows, so that the ends of the interval change places */
function converted(figure: Figure, convert: (value: number) => number): Figure {
  const [low, high] = figure.interval;
  const interval: PartialInterval = [high && convert(high), low && convert(low)];
  return { ...figure, value: convert(figure.value), interval };
}

/** A level of one round, with its throughput. */
type Level = { level: number; rps: number };

/** What one round says of a curve: its levels from the least to the most, two at least. */
const curves = {
  users: {
    name: 'kept',
    title: 'share of the best throughput kept at the most users',
    of: (_: Level, most: Level, all: readonly Level[]) =>
      most.rps / Math.max(...all.map(({ rps }) => rps)),
  },
  workers: {
    name: 'efficiency',
    title: 'throughput of a worker among the most, over one alone',
    of: (least: Level, most: Level) => most.rps / most.level / (least.rps / least.level),
  },
} as const;

/** @param results of each app, by the same thing */
export function scaleFigures(results: readonly ScaleResult[]): Figure[] {
  const { name, title, of } = curves[results[0]?.by === 'users' ? 'users' : 'workers'];
  const runsOf = (app: ClaimedApp) =>
    results.filter((result) => result.app === app).flatMap(({ points }) => eachRound(points, of));
  const runs = { express: runsOf('express'), django: runsOf('django') };
  return appFigures({ name, title, unit: 'share', above: 'django' }, runs);
}

/** A round whose top level is void says nothing of it. */
function eachRound(
  points: ScaleResult['points'],
  of: (least: Level, most: Level, all: readonly Level[]) => number,
): Sample[] {
  const top = Math.max(...points.map(({ level }) => level));
  return [...Map.groupBy(points, ({ repeat }) => repeat).values()].flatMap((round) => {
    const levels = round
      .flatMap(({ level, rps, state }) => (state === 'valid' && rps ? { level, rps } : []))
      .sort((a, b) => a.level - b.level);
    const [least, most] = [levels[0], levels.at(-1)];
    if (!least || most?.level !== top || levels.length < 2) return [];
    return { value: of(least, most, levels) };
  });
}
