// Figures that claims are judged by: how a figure is made, and those of comparisons and of scaling.

import { HEADROOM_SHARE } from '../../measure/plans';
import { armOf } from '../../measure/turns/interleaved';
import { appTitle } from '../../results/findings';
import { foundCapacity } from '../../results/found-capacity';
import { contrast, type Sample } from '../../statistics/contrast';
import { geometricMean, logs } from '../../statistics/descriptive';
import { meanInterval, NO_INTERVAL, type PartialInterval } from '../../statistics/intervals';
import type { ExperimentResult } from '../index';
import { type ClaimedApp, claimedApps, type Figure, type Unit } from './design';

type CapacityResult = ExperimentResult<'capacity'>;
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
    value: geometricMean(values),
    interval: [low ?? null, high ?? null],
    noiseFloor: null,
    runs: values.length,
    ...(values.length > 1 && { degreesOfFreedom: values.length - 1 }),
  };
}

/** @param runs in the order of the title: what stands above the line comes first */
export function ratioFigure(
  key: string,
  title: string,
  [above, below]: readonly [readonly Sample[], readonly Sample[]],
): Figure {
  const { logRatio, test } = contrast(below, above);
  return {
    key,
    title,
    unit: 'times',
    value: Math.exp(logRatio),
    interval: test ? [Math.exp(test.interval[0]), Math.exp(test.interval[1])] : NO_INTERVAL,
    noiseFloor: null,
    runs: Math.min(above.length, below.length),
    ...(test && { degreesOfFreedom: test.degreesOfFreedom }),
  };
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

/** Share of the runs that may have broken the SLO, or not been followed: beyond it they compare queues. */
const MOST_BROKEN = 0.1;

type Compared = ExperimentResult<'compare'>['compared'][number];

const isBelowTheKnee = ({ runs }: Compared): boolean =>
  runs.filter(({ outcome }) => outcome !== 'held').length <= MOST_BROKEN * runs.length;

/** None where the rate was too much for an arm. */
export function turnFigures(
  { compared, labels }: ExperimentResult<'compare'>,
  workload: string,
): Figure[] {
  return compared
    .filter((one) => one.workload === workload && isBelowTheKnee(one))
    .flatMap((one): Figure[] => {
      const { key, unit } = one.measure;
      const atRate = 'rateRps' in one.load ? { rateRps: one.load.rateRps } : {};
      const title = `${inSentence(one.measure.title)} of ${workload}`;
      const { ratio, interval, n } = one.comparison;
      return [
        {
          key,
          title: `${title}, ${labels.b} over ${labels.a}`,
          unit: 'times',
          value: ratio,
          interval,
          noiseFloor: null,
          inTurns: true,
          ...atRate,
          runs: Math.min(n.a, n.b),
        },
        ...(['a', 'b'] as const).map((arm) => {
          const values = armOf(one, arm).map(({ value }) => value);
          const label = labels[arm];
          const own = `${key}-${label.toLowerCase()}`;
          return { ...meanFigure(own, `${title}, ${label}`, unit as Unit, values), ...atRate };
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
 * The bounds of each app's search, how much more one carries, and what a thousand orders cost at that
 * capacity, headroom kept (`lab plan`'s arithmetic): requests per order as the workload's visitors made
 * them, at the rate that a replica is planned to carry.
 */
export function capacityFigures(
  { searches }: Pick<CapacityResult, 'searches'>,
  { requests, orders }: Orders,
): Figure[] {
  const known = claimedApps.flatMap((app) => {
    const bounds = boundsOf(searches.filter((search) => search.app === app));
    return bounds ? { app, bounds } : [];
  });
  const costOf = (rps: number): number =>
    (ORDERS * (requests / orders) * PRICE_PER_HOUR) / (HEADROOM_SHARE * rps * 3600);
  const workload = searches[0]?.workload ?? '';
  const [express, django] = claimedApps.map((one) => known.find(({ app }) => app === one)?.bounds);
  return [
    ...known.flatMap(({ app, bounds }): Figure[] => [
      {
        ...bounds,
        key: `capacity-${app}`,
        title: `capacity of ${workload}, ${appTitle(app)}`,
        unit: 'requests per second',
      },
      ...(orders === 0
        ? []
        : [
            {
              ...converted(bounds, costOf),
              key: `cost-${app}`,
              title: `cost of ${ORDERS} orders at ${PRICE_PER_HOUR} an hour, ${appTitle(app)}`,
              unit: 'money' as const,
            },
          ]),
    ]),
    ...(express && django
      ? [
          {
            ...ratioOfBounds(express, django),
            key: 'cost-ratio',
            title: `cost of an order by capacity of ${workload}, Django over Express`,
            unit: 'times' as const,
          },
        ]
      : []),
  ];
}

type Bounds = Pick<Figure, 'value' | 'interval' | 'runs' | 'isBounds' | 'noiseFloor'>;

/** From the least that holds to the most that fails; without a search on an unchanged machine, none. */
function boundsOf(searches: CapacityResult['searches']): Bounds | undefined {
  const found = searches.filter(foundCapacity);
  if (found.length === 0) return undefined;
  const held = found.flatMap(({ holdsRps }) => holdsRps ?? []);
  const failed = found.flatMap(({ failsRps }) => failsRps ?? []);
  const high = failed.length < found.length ? null : Math.max(...failed);
  return {
    value: geometricMean(held),
    interval: [Math.min(...held), high],
    isBounds: true,
    noiseFloor: null,
    runs: found.length,
  };
}

/** A replica that carries half as much costs twice as much: the first over the second. */
function ratioOfBounds(first: Bounds, second: Bounds): Bounds {
  const [low, high] = first.interval;
  const [otherLow, otherHigh] = second.interval;
  const over = (one: number | null, other: number | null) => one && other && one / other;
  return {
    ...first,
    value: first.value / second.value,
    interval: [over(low, otherHigh), over(high, otherLow)],
    runs: Math.min(first.runs ?? 0, second.runs ?? 0),
  };
}

/** @param convert falls as its argument grows, so that the ends of the interval change places */
function converted(bounds: Bounds, convert: (value: number) => number): Bounds {
  const [low, high] = bounds.interval;
  const interval: PartialInterval = [high && convert(high), low && convert(low)];
  return { ...bounds, value: convert(bounds.value), interval };
}

/** @param results of each app, by the same thing */
export function scaleFigures(results: readonly ScaleResult[]): Figure[] {
  const isByUsers = results[0]?.by === 'users';
  const runsOf = (app: ClaimedApp): Sample[] =>
    results
      .filter((result) => result.app === app)
      .flatMap((result) => (isByUsers ? (result.kept?.shares ?? []) : efficiencies(result)))
      .map((value) => ({ value }));
  const about = isByUsers
    ? { name: 'kept', title: 'share of the best throughput kept at the most users' }
    : { name: 'efficiency', title: 'throughput of a worker among the most, over one alone' };
  const runs = { express: runsOf('express'), django: runsOf('django') };
  const figures = appFigures({ ...about, unit: 'share', above: 'django' }, runs);
  return figures.map((figure) => ({ ...figure, ofRepeats: true }));
}

/** Of each round, what a worker of the most gives, over one alone; a void level says nothing of its round. */
function efficiencies({ points }: ScaleResult): number[] {
  const most = Math.max(...points.map(({ level }) => level));
  return [...Map.groupBy(points, ({ repeat }) => repeat).values()].flatMap((round) => {
    const at = (wanted: number) =>
      round.find(({ level, state }) => level === wanted && state === 'valid')?.rps;
    const [alone, together] = [at(1), at(most)];
    return alone && together ? together / most / alone : [];
  });
}
