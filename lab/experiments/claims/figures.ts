// Figures of comparisons (the ratio of each measure, and each arm by itself) and of scaling (throughput
// kept under many users, and what each worker adds).

import { HEADROOM_SHARE } from '../../measure/plans';
import { armOf } from '../../measure/turns/interleaved';
import { appTitle } from '../../results/findings';
import { compare } from '../../statistics/comparison';
import { logs } from '../../statistics/descriptive';
import { meanInterval, NO_INTERVAL, type PartialInterval } from '../../statistics/intervals';
import type { ExperimentResult } from '../index';
import type { Figure, Unit } from './design';

type CompareResult = ExperimentResult<'compare'>;
type Compared = CompareResult['compared'][number];
type ScaleResult = ExperimentResult<'scale'>;

/** Of a replica for an hour, in whatever currency: it cancels in a ratio, and makes a sum readable. */
export const PRICE_PER_HOUR = 0.05;
const ORDERS = 1000;

/** What the visitors of the shop did, on both apps together. */
export type Orders = { requests: number; orders: number };

/** @param floorOf of a measure, where one has become known since the comparison */
export function turnFigures(
  { compared, labels }: CompareResult,
  workload: string,
  floorOf: (measure: string) => number | null,
): Figure[] {
  return compared
    .filter((one) => one.workload === workload)
    .flatMap((one) => {
      const what = `${inSentence(one.measure.title)} of ${workload}`;
      const noiseFloor = one.floor?.floor ?? floorOf(one.measure.key);
      const { ratio, interval, n } = one.comparison;
      return [
        {
          key: one.measure.key,
          title: `${what}, ${labels.b} over ${labels.a}`,
          unit: 'times' as const,
          value: ratio,
          interval,
          noiseFloor,
          runs: Math.min(n.a, n.b),
        },
        ...(['a', 'b'] as const).map((arm) => armFigure(one, arm, labels[arm], what)),
      ];
    });
}

/** `CPU` and `p99` keep their letters. */
const inSentence = (title: string): string =>
  /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;

function armFigure(one: Compared, arm: 'a' | 'b', label: string, what: string): Figure {
  const values = armOf(one, arm).map(({ value }) => value);
  return {
    key: `${one.measure.key}-${label.toLowerCase()}`,
    title: `${what}, ${label}`,
    unit: one.measure.unit as Unit,
    ...centre(values),
    noiseFloor: null,
    runs: values.length,
  };
}

/** Geometric mean with Student's interval on the logs, as ratios have it. */
export function centre(values: readonly number[]): { value: number; interval: PartialInterval } {
  const logarithms = logs(values);
  const mean = logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length;
  if (values.length < 2) return { value: Math.exp(mean), interval: NO_INTERVAL };
  const [low, high] = meanInterval(logarithms);
  return { value: Math.exp(mean), interval: [Math.exp(low), Math.exp(high)] };
}

/**
 * What a thousand orders cost at the capacity, headroom kept (`lab plan`'s arithmetic): requests an
 * order as the workload's visitors made them, at the rate that a replica is planned to carry.
 */
export function costFigures(figures: readonly Figure[], { requests, orders }: Orders): Figure[] {
  const ratio = figures.find(({ key }) => key === 'capacity');
  const apps = figures.filter(({ key }) => key.startsWith('capacity-'));
  if (ratio === undefined) return [];
  return [
    {
      ...ratio,
      key: 'cost-ratio',
      title: ratio.title.replace(/^capacity/, 'cost of an order by capacity'),
      value: 1 / ratio.value,
      interval: inverse(ratio.interval),
    },
    ...(orders === 0
      ? []
      : apps.map((capacity): Figure => {
          const costOf = (rps: number): number =>
            (ORDERS * (requests / orders) * PRICE_PER_HOUR) / (HEADROOM_SHARE * rps * 3600);
          const [low, high] = capacity.interval;
          return {
            ...capacity,
            key: capacity.key.replace('capacity', 'cost'),
            title: `cost of ${ORDERS} orders at ${PRICE_PER_HOUR} an hour, ${capacity.title.split(', ').at(-1)}`,
            unit: 'money',
            value: costOf(capacity.value),
            interval: [high && costOf(high), low && costOf(low)],
          };
        })),
  ];
}

const inverse = ([low, high]: PartialInterval): PartialInterval => [
  high && 1 / high,
  low && 1 / low,
];

/** One value a round of each app. */
type Rounds = { app: string; values: number[] };

/** @param results of Express and of Django, by the same thing, in this order */
export function scaleFigures(results: readonly ScaleResult[]): Figure[] {
  const [by] = results.map((result) => result.by);
  const [name, title, of] =
    by === 'users'
      ? (['kept', 'share of the best throughput kept at the most users', kept] as const)
      : ([
          'efficiency',
          'throughput of a worker among the most, over one alone',
          efficiency,
        ] as const);
  const rounds = results.map(({ app, points }): Rounds => ({ app, values: eachRound(points, of) }));
  return [
    ...rounds.filter(({ values }) => values.length > 0).map((one) => ownFigure(one, name, title)),
    ...ratioFigure(rounds, name, title),
  ];
}

function eachRound(
  points: ScaleResult['points'],
  of: (round: readonly Measured[]) => number | null,
): number[] {
  const top = Math.max(...points.map(({ level }) => level));
  return [...Map.groupBy(points, ({ repeat }) => repeat).values()].flatMap((round) => {
    const believed = round
      .filter(({ state }) => state === 'valid')
      .flatMap(({ level, rps }) => (rps ? { level, rps } : []));
    // A round whose top level is void says nothing of it.
    return believed.some(({ level }) => level === top) ? (of(believed) ?? []) : [];
  });
}

type Measured = { level: number; rps: number };

const edges = (round: readonly Measured[]) => {
  const byLevel = [...round].sort((a, b) => a.level - b.level);
  return { least: byLevel[0], most: byLevel.at(-1) };
};

function kept(round: readonly Measured[]): number | null {
  const { most } = edges(round);
  return round.length < 2 || most === undefined
    ? null
    : most.rps / Math.max(...round.map(({ rps }) => rps));
}

function efficiency(round: readonly Measured[]): number | null {
  const { least, most } = edges(round);
  return least === undefined || most === undefined || least === most
    ? null
    : most.rps / most.level / (least.rps / least.level);
}

const ownFigure = ({ app, values }: Rounds, name: string, title: string): Figure => ({
  key: `${name}-${app}`,
  title: `${title}, ${appTitle(app)}`,
  unit: 'share',
  ...centre(values),
  noiseFloor: null,
  runs: values.length,
});

function ratioFigure([a, b]: readonly Rounds[], name: string, title: string): Figure[] {
  if (!a?.values.length || !b?.values.length) return [];
  const runsOf = ({ values }: Rounds) => values.map((value) => ({ value }));
  const { ratio, interval, n } = compare(runsOf(a), runsOf(b));
  return [
    {
      key: `${name}-ratio`,
      title: `${title}, ${appTitle(b.app)} over ${appTitle(a.app)}`,
      unit: 'times',
      value: ratio,
      interval,
      noiseFloor: null,
      runs: Math.min(n.a, n.b),
    },
  ];
}
