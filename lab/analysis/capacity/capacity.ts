// What `lab capacity` answers: the bounds of each search, and over several searches the capacity
// with its interval.

import type { Answer } from '../answer';
import { appTitle } from '../findings';
import { mean, quantileOfSorted } from '../statistics/descriptive';
import { CONFIDENCE, type Interval, meanInterval } from '../statistics/intervals';
import { type Bottleneck, bottleneckOf, type Cores } from '../trial/bottleneck';
import type { DesignedTrial } from '../trial/designed';
import type { StepResult } from '../trial/steps';
import type { GoalResult } from './goal-result';
import { nextMove, type SearchEnding } from './search-move';
import type { SearchedTrial } from './search-state';
import { type SearchSettings, searchState } from './search-state';

export type CapacityDesign = {
  kind: 'capacity';
  workload: string;
  /** Whole searches, each on a fresh process and a reset database. */
  runs: number;
  search: SearchSettings;
};

/** One search, from its trials. */
export type SearchResult = {
  app: string;
  workload: string;
  slo: { share: number; thresholdSeconds: number };
  goal: GoalResult;
  /** The highest rate known to hold the SLO, in requests a second; null where none is. */
  holdsRps: number | null;
  /** The lowest rate known to break it; null where there is none to be named. */
  failsRps: number | null;
  /** Right and timely answers a second at `holdsRps` (RFC 9971, Conditional Throughput). */
  conditionalThroughput: number | null;
  /** Median over the trials at `holdsRps` that held. */
  p99Ms: number | null;
  bottleneck: Bottleneck;
  trials: SearchedTrial[];
  /** Load and warm-ups, what was void included. */
  spentSeconds: number;
  /** Null while it has not ended. */
  ending: SearchEnding | null;
};

export type CapacityResult = Answer & {
  kind: 'capacity';
  searches: SearchResult[];
  /** Over the searches that have a lower bound; the interval needs two of them. */
  capacityRps: { mean: number; interval: Interval | null; searches: number } | null;
};

/** Fewer runs than this and an interval says little (blueprint: indicative). */
const FEWEST_RUNS = 10;

/** @param trials of the whole run */
export function analyseCapacity(
  design: CapacityDesign,
  trials: readonly DesignedTrial[],
  cores: Cores,
): CapacityResult {
  const searches = [...Map.groupBy(trials, ({ search = 0 }) => search).values()].map((own) =>
    searchResult(design.search, own, cores),
  );
  const capacityRps = overSearches(searches);
  return {
    kind: 'capacity',
    searches,
    capacityRps,
    sentences: [
      ...(searches.length > 1 ? saySpread(searches, capacityRps) : []),
      ...searches.map((search, index) => saySearch(search, searches.length > 1 ? index + 1 : 0)),
    ],
    warnings: searches.flatMap((search, index) =>
      warningsOf(search).map((warning) =>
        searches.length > 1 ? `Search ${index + 1}: ${warning}` : warning,
      ),
    ),
  };
}

/** @param trials of one search, its probe first; at least one */
export function searchResult(
  settings: SearchSettings,
  trials: readonly DesignedTrial[],
  cores: Cores,
): SearchResult {
  const [first] = trials;
  if (first === undefined) throw new RangeError('a search needs a trial');
  const state = searchState(settings, trials);
  const move = nextMove(settings, state);
  const { goal } = state;
  const holdsRps = goal.relevantLowerBound ?? goal.effectiveLowerBound?.load ?? null;
  const held = state.trials.filter(({ load, outcome }) => load === holdsRps && outcome === 'held');
  return {
    app: first.app,
    workload: first.workload,
    slo: first.slo,
    goal,
    holdsRps,
    failsRps: goal.relevantUpperBound,
    conditionalThroughput:
      goal.conditionalThroughput ?? goal.effectiveLowerBound?.conditionalThroughput ?? null,
    p99Ms: medianOf(held.flatMap(({ p99Ms }) => p99Ms ?? [])),
    bottleneck: bottleneckOf(busiestStep(trials), cores),
    trials: state.trials,
    spentSeconds: state.spentSeconds,
    ending: move.kind === 'done' ? move : null,
  };
}

/**
 * The believable step with the most CPU, of the probe mostly: at the capacity itself requests wait
 * too long while a fifth of the CPU is still idle (Kleinrock, Queueing Systems 1, 1975, 3.2), so
 * that what is full shows only when the subject is driven as hard as it goes.
 */
function busiestStep(trials: readonly DesignedTrial[]): StepResult[] {
  const believed = trials
    .flatMap(({ steps }) => steps)
    .filter(({ warmup, validity }) => !warmup && validity.state !== 'void');
  const coresOf = (step: StepResult): number =>
    (step.subjectCores ?? 0) + (step.databaseCores ?? 0);
  return believed.sort((a, b) => coresOf(b) - coresOf(a)).slice(0, 1);
}

function medianOf(values: readonly number[]): number | null {
  return values.length === 0
    ? null
    : quantileOfSorted(
        [...values].sort((a, b) => a - b),
        0.5,
      );
}

/** A search that found a rate that holds counts with it, however wide its bounds. */
function overSearches(searches: readonly SearchResult[]): CapacityResult['capacityRps'] {
  const values = searches.flatMap(({ holdsRps, ending }) =>
    holdsRps !== null && ending?.ending !== 'generator' ? holdsRps : [],
  );
  if (values.length === 0) return null;
  return {
    mean: mean(values),
    interval: values.length > 1 ? meanInterval(values) : null,
    searches: values.length,
  };
}

const sayRps = (rate: number): string =>
  `${Math.round(rate).toLocaleString('en')} requests a second`;

function saySpread(searches: readonly SearchResult[], over: CapacityResult['capacityRps']) {
  const [first] = searches;
  if (first === undefined) return [];
  const name = appTitle(first.app);
  if (over === null) {
    const byGenerator = searches.some(({ ending }) => ending?.ending === 'generator');
    const why = byGenerator ? ': the generator was the limit' : '';
    return [`${name}: none of ${searches.length} searches found its capacity${why}.`];
  }
  const indicative = over.searches < FEWEST_RUNS ? ` (indicative: ${over.searches} searches)` : '';
  const interval =
    over.interval === null
      ? ', one search, so without an interval'
      : `, ${CONFIDENCE * 100} % interval ${over.interval.map((end) => Math.round(end).toLocaleString('en')).join(' to ')}`;
  return [
    `${name} holds ${sayPromise(first)} at ${sayRps(over.mean)} on average over ${over.searches} of ${searches.length} searches${interval}${indicative}.`,
  ];
}

const sayPromise = ({ slo, workload }: SearchResult): string =>
  `${slo.share * 100} % of ${workload} within ${slo.thresholdSeconds * 1000} ms`;

/** @param index which of several searches, counted from 1; 0 for the only one */
function saySearch(search: SearchResult, index: number): string {
  const { holdsRps, failsRps, p99Ms, ending } = search;
  const name = index === 0 ? appTitle(search.app) : `Search ${index}: ${appTitle(search.app)}`;
  const alone = index === 0 ? ' (indicative: one search)' : '';
  const p99 =
    p99Ms === null ? '' : ` (p99 ${p99Ms < 10 ? p99Ms.toFixed(1) : Math.round(p99Ms)} ms)`;
  if (ending === null && holdsRps === null) {
    return `${name}: the search was cut off before it found a rate that holds.`;
  }
  if (holdsRps === null) {
    const not = failsRps === null ? '' : `; ${sayRps(failsRps)} are too many`;
    return `${name}: no rate is known to hold ${sayPromise(search)}${not}.`;
  }
  if (failsRps === null) {
    const why =
      ending?.ending === 'generator'
        ? 'the generator was the limit above that, so there is no upper bound'
        : 'no higher rate was shown to fail';
    return `${name} holds ${sayPromise(search)} at ${sayRps(holdsRps)} at least${p99}; ${why}${alone}.`;
  }
  return `${name} holds ${sayPromise(search)} at ${sayRps(holdsRps)}${p99}, and no longer at ${sayRps(failsRps)}${alone}. ${search.bottleneck.words}`;
}

/** Void trials are counted for every run (lab/analysis/findings.ts). */
function warningsOf({ goal, ending }: SearchResult): string[] {
  return [
    ...(ending === null ? ['The search has not ended: these are the bounds so far.'] : []),
    ...(ending !== null && ending.ending !== 'regular'
      ? [`Irregular: the search ended because ${ending.reason}.`]
      : []),
    ...goal.warnings,
  ];
}
