// The history as `lab history` shows it, in any form: each series with its trend and its changes.

import type { History } from '../../results/history';
import type { NightChange, NightMetric } from '../../results/night-schema';
import {
  levelOf,
  type NamedHistory,
  type NightHistory,
  nightHistories,
  nightlySpread,
} from '../../results/night-series';
import { median } from '../../statistics/descriptive';
import { metricUnit } from './text';
import { NIGHTS_OF_A_LEVEL } from './verdict';

export type SeriesView = {
  series: string;
  app: string;
  profile: string;
  workload: string;
  metric: NightMetric;
  better: 'higher' | 'lower';
  /** Of the base unit: seconds, bytes, requests a second. */
  shownIn: string;
  state: NightHistory['state'];
  latest: { night: string; value: number } | null;
  /** Median of the nights that tonight is compared with; null if there are none. */
  level: number | null;
  /** Spread from night to night about that level, as a ratio; null with too few nights. */
  noiseFloor: number | null;
  /** Nights that are still needed before the series is judged. */
  nightsMissing: number;
  nights: {
    night: string;
    endedAt: string;
    revision: string | null;
    values: readonly number[];
    leftOut: boolean;
  }[];
  changes: (NightChange & { fate: 'stands' | 'accepted' | 'mended' | 'new baseline' })[];
  /** Where the conditions changed: earlier nights are not compared. */
  splits: NamedHistory['splits'];
};

/** @param only the beginning of a series' name; all by default */
export function historyView({ entries }: History, only = ''): SeriesView[] {
  return [...nightHistories(entries).values()]
    .filter(({ name }) => name.startsWith(only))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(viewOf);
}

function viewOf({ name, current, splits }: NamedHistory): SeriesView {
  const { app, profile, workload, metric, better } = current.identity;
  const level = levelOf(current).map(({ values: [first] }) => first as number);
  const last = current.nights.at(-1);
  return {
    series: name,
    ...{ app, profile, workload, metric, better },
    shownIn: metricUnit(metric),
    state: current.state,
    latest: last ? { night: last.night, value: last.values[0] as number } : null,
    level: level.length === 0 ? null : median(level),
    noiseFloor: nightlySpread(current),
    nightsMissing: Math.max(0, NIGHTS_OF_A_LEVEL - level.length),
    nights: current.nights.map((night) => ({ ...night })),
    changes: current.changes.map((change) => ({ ...change, fate: fateOf(change, current) })),
    splits,
  };
}

function fateOf(
  change: NightChange,
  { open, nights }: NightHistory,
): SeriesView['changes'][number]['fate'] {
  if (open?.night === change.night) return 'stands';
  if (change.direction === 'improvement') return 'new baseline';
  return nights.find(({ night }) => night === change.night)?.leftOut ? 'mended' : 'accepted';
}

/** The history's format says "mended" for a regression that was fixed. */
export function describeFate({ direction, fate }: SeriesView['changes'][number]): string {
  if (direction === 'improvement') return 'improvement, new baseline';
  return `regression, ${{ stands: 'open', mended: 'fixed' }[fate as string] ?? fate}`;
}
