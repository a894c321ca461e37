// What the change points of a series are: steps; drifts and slow cycles, which are none; or nothing that
// so few values could tell.

import { z } from 'zod';
import { mean } from '../descriptive';
import {
  type ChangePoint,
  type ChangePointOptions,
  changePoints,
  FEWEST_VALUES,
  type FoundChange,
  shortened,
} from './change-points';
import { followsTrend, smooth } from './gradual';

/** A stretch in which the level moves without a step. */
export const trendSchema = z.strictObject({
  /** A drift goes one way; a cycle turns back. */
  shape: z.enum(['drift', 'cycle']),
  /** 0-based, the first value of the stretch, and the one after its last. */
  from: z.number(),
  to: z.number(),
  /** A smooth curve through the stretch: its ends, its lowest and its highest point. */
  start: z.number(),
  end: z.number(),
  low: z.number(),
  high: z.number(),
});
export type Trend = z.infer<typeof trendSchema>;

export interface SeriesDescription {
  readonly steps: readonly ChangePoint[];
  readonly trends: readonly Trend[];
  readonly warnings: readonly string[];
}

/** A trend without steps is sought at this share of the level, so that all tests keep to it. */
const TREND_SHARE = 0.1;

/** {@link changePoints}, and what they are. */
export function describeChanges(
  series: readonly (readonly number[])[],
  options: ChangePointOptions,
): SeriesDescription[] {
  const found = changePoints(series, options);
  const level = (TREND_SHARE * options.maxPValue) / Math.max(1, series.length);
  return series.map((values, i) => {
    const points = found[i] ?? [];
    if (values.length < FEWEST_VALUES) {
      const few = `Too few values to look for changes: ${values.length}, and ${FEWEST_VALUES} are needed.`;
      return { steps: [], trends: [], warnings: [few] };
    }
    return {
      steps: points.flatMap(({ gradual, ...step }) => (gradual ? [] : [step])),
      trends: points.length > 0 ? trendsOf(values, points) : wholeTrend(values, level, options),
      warnings: [],
    };
  });
}

function wholeTrend(
  values: readonly number[],
  level: number,
  { minEffect, random }: ChangePointOptions,
): Trend[] {
  if (!followsTrend(shortened(values).means, level, random)) return [];
  const trend = trendOf(values, [], [0, values.length]);
  return trend.high - trend.low >= minEffect * Math.abs(mean(values)) ? [trend] : [];
}

/** Of each run of gradual changes. */
function trendsOf(values: readonly number[], points: readonly FoundChange[]): Trend[] {
  const ends = [0, ...points.map(({ index }) => index), values.length];
  const trends: Trend[] = [];
  for (let first = 0; first < points.length; ) {
    let last = first;
    while (last < points.length && points[last]?.gradual) last += 1;
    if (last > first) trends.push(trendOf(values, points.slice(first, last), ends.slice(first)));
    first = Math.max(last, first + 1);
  }
  return trends;
}

/** @param ends where the regimes of the run begin, and where the last of them ends */
function trendOf(
  values: readonly number[],
  run: readonly ChangePoint[],
  ends: readonly number[],
): Trend {
  const [from, to] = [ends[0] as number, ends[run.length + 1] as number];
  const whole = smooth(values.slice(from, to));
  const [start, end] = [whole[0] as number, whole.at(-1) as number];
  // Of each change by itself, too: one curve cannot follow several turns.
  const curves = [whole, ...run.map((_, i) => smooth(values.slice(ends[i], ends[i + 2])))];
  let [low, high] = [start, start];
  for (const curve of curves) {
    for (const value of curve) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const sameWay = run.every(({ before, after }) => after > before === end > start);
  const isDrift = sameWay && Math.abs(end - start) >= (high - low) / 2;
  return { shape: isDrift ? 'drift' : 'cycle', from, to, start, end, low, high };
}
