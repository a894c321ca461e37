// The loads that a search may try: its range, rounding, and the grid anchored at its start.

import { requireGoal, type SearchGoal } from './load-classification';
import type { Offer } from './machine-change';

export interface CapacitySearch {
  /** One goal or more; the search finishes one after another, every trial counting for all. */
  readonly goals: readonly SearchGoal[];
  readonly minLoad: number;
  readonly maxLoad: number;
  /** Where to begin, and the anchor of the loads that are tried. */
  readonly startLoad: number;
  /** A trial lasts long enough for this many requests; default {@link REQUESTS_A_TRIAL}. */
  readonly requestsPerTrial?: number;
  /** Trial time after which the search ends with the bounds it has; unlimited by default. */
  readonly budgetSeconds?: number;
  /** Only whole numbers can be offered: a load is rounded, and neighbours end the search. */
  readonly wholeLoads?: boolean;
  /** Whether to ask if the machine is still the same; default true. */
  readonly repeats?: boolean;
}

/** Loads lie this part of a goal's width apart, so that a bound can come closer than it must. */
const STEP_OF_WIDTH = 0.45;
/** Loads are rounded to this many digits: 791.1482370119 is hard to read. */
const LOAD_DIGITS = 6;

/** Whole loads are rounded away from the capacity, so that a repeat stays as clear as it is meant. */
export const offerOf =
  (search: CapacitySearch): Offer =>
  (wanted, direction) => {
    const round = direction === 'slower' ? Math.floor : Math.ceil;
    const load = search.wholeLoads ? round(wanted) : roundedFor(search, wanted);
    return load < search.minLoad || load > search.maxLoad ? null : load;
  };

export function requireSearch({ goals, minLoad, maxLoad, startLoad }: CapacitySearch): void {
  if (goals.length === 0) throw new RangeError('a search needs a goal');
  for (const goal of goals) {
    requireGoal(goal);
    if (goal.initialTrialDurationSeconds > goal.finalTrialDurationSeconds) {
      throw new RangeError(`goal "${goal.name}": its first trials would outlast its final ones`);
    }
    if (goal.relativeWidth >= 1) {
      throw new RangeError(`goal "${goal.name}": a width of 1 or more is no bound at all`);
    }
  }
  if (!(minLoad > 0 && minLoad < maxLoad && startLoad >= minLoad && startLoad <= maxLoad)) {
    throw new RangeError(
      `a search needs 0 < minLoad <= startLoad <= maxLoad, got ${minLoad}, ${startLoad}, ${maxLoad}`,
    );
  }
}

export const roundedFor = (search: CapacitySearch, load: number): number =>
  search.wholeLoads ? Math.round(load) : Number(load.toPrecision(LOAD_DIGITS));

/** The grid of loads that are tried: geometric, anchored at the start, ended by the range. */
export function gridOf(search: CapacitySearch, goal: SearchGoal) {
  const { minLoad, maxLoad, startLoad } = search;
  const step = -Math.log1p(-STEP_OF_WIDTH * goal.relativeWidth);
  const at = (index: number): number =>
    Math.min(Math.max(roundedFor(search, startLoad * Math.exp(index * step)), minLoad), maxLoad);
  const indexBelow = (load: number): number => Math.floor(Math.log(load / startLoad) / step);
  /** The largest grid load not above `load`; rounding may have moved it by more than a place. */
  const notAbove = (load: number): number => {
    let index = indexBelow(load) + 1;
    while (at(index) > load && at(index) > minLoad) index -= 1;
    return at(index);
  };
  /** The smallest grid load above `load`. */
  const above = (load: number): number => {
    let index = indexBelow(load);
    while (at(index) <= load && at(index) < maxLoad) index += 1;
    return at(index);
  };
  return { notAbove, above };
}
