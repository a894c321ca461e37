// Figures of scaling: what is kept of the throughput under a crowd, and what each worker adds.

import { appTitle } from '../../results/findings';
import { compare } from '../../statistics/comparison';
import type { ScalePoint, ScaleResult } from '../scale/design';
import { isValid } from '../scale/design';
import type { Figure } from './evidence';
import { centre } from './turn-figures';

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
  points: readonly ScalePoint[],
  of: (round: readonly Measured[]) => number | null,
): number[] {
  const top = Math.max(...points.map(({ level }) => level));
  return [...Map.groupBy(points, ({ repeat }) => repeat).values()].flatMap((round) => {
    const believed = round.filter(isValid).flatMap(({ level, rps }) => (rps ? { level, rps } : []));
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
