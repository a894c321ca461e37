// Tonight's series: what was measured of each, and its verdict given its history.

import {
  type MeasuredSeries,
  type NightChange,
  ratioMetrics,
  seriesId,
} from '../../results/night-schema';
import {
  comparableTo,
  conditionsOf,
  differences,
  isLevelKnown,
  levelOf,
  levelValues,
  measuredOf,
  type NamedHistory,
  type NightHistory,
  type NightMeasurement,
  nightlySpread,
  type SeriesNight,
} from '../../results/night-series';
import type { NightlyPair, NightlyResult } from './analyse';
import { judgeNight, NIGHTS_OF_A_LEVEL, type SeriesSoFar, type Verdict } from './verdict';

interface Tonight {
  readonly night: string;
  readonly revision: string | null;
  readonly conditions: Readonly<Record<string, string>>;
  readonly series: readonly NightMeasurement[];
}

/** Hangs on a few stalls, which turns cannot cancel: kept, and not judged. */
const recordedOnly = 'p99-ratio';

/** Those that have a figure. */
export const seriesOf = ({ pairs, values }: NightlyResult): NightMeasurement[] =>
  values.flatMap(({ pair, metric, ratio, blocks }): NightMeasurement[] => {
    const { app, profile, workload, ...own } = pairs[pair] as NightlyPair;
    if (ratio === null) return [];
    const { configuration, yardstick, revision } = own;
    return [
      {
        ...{ app, profile, workload, metric, configuration, yardstick },
        better: 'lower',
        values: [ratio],
        blocks: [...blocks],
        ...(revision !== undefined && { revision }),
      },
    ];
  });

/** A series with an open regression is only checked for whether it is fixed. */
export function judgeTonight(
  histories: ReadonlyMap<string, NamedHistory>,
  tonight: Tonight,
  minEffect: number,
): MeasuredSeries[] {
  return tonight.series.map((measured): MeasuredSeries => {
    const named = histories.get(seriesId(measured));
    const conditions = conditionsOf(tonight.conditions, measured);
    const past = comparableTo(named, conditions) ?? newSeries(measured, conditions);
    const warnings = splitWarnings(named, past, conditions);
    if (measured.metric === recordedOnly) {
      return { ...measured, state: 'recorded', change: null, warnings };
    }
    if (past.open !== null) {
      const state = isFixed(measured, past, past.open) ? 'mended' : 'open';
      return { ...measured, state, change: past.open, warnings };
    }
    const verdict = judgeNight(measured.blocks ?? [], soFar(past), minEffect);
    const change = verdict.change ? recordedChange(verdict.change, past, measured) : null;
    const doubts = verdict.state === 'short' ? [shortage(past)] : [];
    return { ...measured, state: verdict.state, change, warnings: [...warnings, ...doubts] };
  });
}

/** Names of the series that should have been measured tonight, were not, and have an open regression. */
export function openWithoutValue(
  histories: ReadonlyMap<string, NamedHistory>,
  { conditions, series }: Pick<Tonight, 'conditions' | 'series'>,
  pairs: readonly NightlyPair[],
): string[] {
  const measured = new Set(series.map(seriesId));
  return pairs.flatMap((pair) =>
    ratioMetrics
      .map((metric) => seriesId({ ...pair, metric }))
      .filter((name) => {
        const past = comparableTo(histories.get(name), conditionsOf(conditions, pair));
        return !measured.has(name) && past !== undefined && past.open !== null;
      }),
  );
}

const newSeries = (
  identity: NightMeasurement,
  conditions: Readonly<Record<string, string>>,
): NightHistory => ({
  name: seriesId(identity),
  identity,
  conditions,
  nights: [],
  baselineFrom: 0,
  open: null,
  changes: [],
  state: 'short',
});

/** The night before, unless it was measured against another yardstick. */
const nightBefore = ({ nights }: NightHistory): SeriesNight | undefined => {
  const last = nights.at(-1);
  return last?.rebased ? undefined : last;
};

export function soFar(past: NightHistory): SeriesSoFar {
  const isLong = levelValues(past).length >= NIGHTS_OF_A_LEVEL;
  const last = nightBefore(past);
  return {
    level: isLong || isLevelKnown(past) ? levelOf(past) : null,
    spread: isLong ? nightlySpread(past) : null,
    suspicion: last?.state === 'suspicious' ? last.blocks : undefined,
  };
}

/** Two nights in a row lie nearer to the earlier level: as many as it took to find it. */
function isFixed(
  measured: NightMeasurement,
  past: NightHistory,
  { before, after }: NightChange,
): boolean {
  const isBack = (value: number): boolean => (value - before) / (after - before) < 0.5;
  const last = nightBefore(past);
  return isBack(measuredOf(measured)) && last !== undefined && isBack(measuredOf(last));
}

/** It began with the night before, which was suspicious. */
function recordedChange(
  change: NonNullable<Verdict['change']>,
  { nights }: NightHistory,
  { yardstick, better }: NightMeasurement,
): NightChange {
  const [before, first] = [nights.at(-2), nights.at(-1)];
  if (first === undefined) throw new RangeError('a change takes two nights');
  const isWorse = change.effect > 0 === (better === 'lower');
  return {
    ...{ night: first.night, revision: first.revision },
    nightBefore: before?.night ?? first.night,
    revisionBefore: before ? before.revision : (yardstick?.split('@')[1] ?? null),
    ...change,
    direction: isWorse ? 'regression' : 'improvement',
  };
}

const shortage = (past: NightHistory): string =>
  `${levelValues(past).length} nights before tonight at this level: it has to be measured, which takes ${NIGHTS_OF_A_LEVEL}.`;

function splitWarnings(
  named: NamedHistory | undefined,
  past: NightHistory,
  conditions: Readonly<Record<string, string>>,
): string[] {
  if (named === undefined || past === named.current) return [];
  const what = differences(named.current.conditions, conditions).join('; ');
  const open = named.current.open;
  const last = past.nights.at(-1);
  return [
    `${last ? `It goes on from ${last.night}` : 'It starts again'}: ${what}. Earlier nights are not compared.`,
    ...(open ? [`Its regression of ${open.night} cannot be followed under these conditions.`] : []),
  ];
}
