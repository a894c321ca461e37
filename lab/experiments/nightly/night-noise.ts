// How the nights of a machine scatter about their levels: what they carry over from one to the next,
// and how much of a night's own noise its re-runs have in common.

import {
  assumedCarryOver,
  carryOver,
  type Pooled,
} from '../../statistics/change-points/change-test';
import { mean, median } from '../../statistics/descriptive';

/** Each night its measurement and, where it was suspicious, its re-runs after it; oldest first. */
export type Nights = readonly (readonly number[])[];

/** What all series of a machine say together; most of them have not changed. */
export interface MachineNoise {
  readonly carryOver: Pooled;
  /**
   * Of the variance that a night adds to what it carries over: the part that its re-runs share, from
   * 0 (each measurement errs by itself, and three are worth three) to 1 (re-runs say nothing new).
   */
  readonly shared: number;
}

/** Neighbours on the machine say as much about a series' carry-over as this many own nights. */
const POOLED_WEIGHT = 300;
/**
 * Until a machine's own re-runs say otherwise, half of a night's noise is taken to be common to all
 * of its measurements, with the weight of this many nights that were run again.
 */
const ASSUMED_SHARED = 0.5;
const ASSUMED_WEIGHT = 10;

export const firstsOf = (nights: Nights): number[] => nights.map(([first]) => first as number);

/** @param series of one machine; those with fewer than `fewest` nights know no noise yet */
export function machineNoise(series: readonly Nights[], fewest: number): MachineNoise {
  const long = series.filter((nights) => nights.length >= fewest);
  if (long.length === 0) return { carryOver: { rho: 0, weight: 0 }, shared: ASSUMED_SHARED };
  const rho = median(long.map((nights) => carryOver([firstsOf(nights)])));
  const others = mean(long.map(({ length }) => length)) * (long.length - 1);
  return {
    carryOver: { rho, weight: Math.min(POOLED_WEIGHT, others) },
    shared: 1 - apartOf(long, Math.max(0, rho)),
  };
}

/** The carry-over to reckon with in a series whose level is known to change at these nights. */
export function seriesCarryOver(nights: Nights, changesAt: readonly number[], pooled: Pooled) {
  const firsts = firstsOf(nights);
  const ends = [0, ...changesAt, firsts.length];
  const sides = ends.slice(1).map((end, i) => firsts.slice(ends[i], end));
  return assumedCarryOver(carryOver(sides), firsts.length, pooled);
}

/**
 * The part of a night's own variance in which its measurements differ. From re-runs alone: the first
 * value was extreme, or there were none.
 */
function apartOf(series: readonly Nights[], rho: number): number {
  let squares = ASSUMED_WEIGHT * (1 - ASSUMED_SHARED);
  let freedoms = ASSUMED_WEIGHT;
  for (const nights of series) {
    const own = ownVariance(firstsOf(nights), rho);
    if (own === 0) continue;
    for (const [, ...reruns] of nights) {
      if (reruns.length < 2) continue;
      const centre = mean(reruns);
      for (const value of reruns) squares += (value - centre) ** 2 / own;
      freedoms += reruns.length - 1;
    }
  }
  return Math.min(1, squares / freedoms);
}

/**
 * What each night adds to what it carries over: by successive differences, which a change of level
 * touches once: E[d^2] = 2 (1 - rho) var.
 */
export function ownVariance(values: readonly number[], rho: number): number {
  const squares = values.slice(1).map((value, i) => (value - (values[i] as number)) ** 2);
  return (mean(squares) / 2) * (1 + rho);
}
