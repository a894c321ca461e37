// What `lab capacity` answers: the bounds of each search, and over several searches the capacity
// with its interval.

import type { AppName } from '../../../contract/apps';
import type { GoalResult } from '../../measure/search/goal-result';
import type { HeldLoad } from '../../measure/search/held-load';
import { endingOf, type SearchEnding } from '../../measure/search/search-move';
import {
  type SearchedTrial,
  type SearchSettings,
  searchState,
} from '../../measure/search/search-state';
import {
  changesOf,
  type SearchChange,
  sayPromise,
  sayRps,
  saySearch,
  warningsOf,
} from '../../measure/search/search-words';
import { appTitle } from '../../results/findings';
import type { Answer } from '../../results/reported-run';
import { type Bottleneck, bottleneckOf, type Cores } from '../../results/trial/bottleneck';
import type { DesignedTrial } from '../../results/trial/designed';
import type { StepResult } from '../../results/trial/steps';
import { mean, quantileOfSorted } from '../../statistics/descriptive';
import { CONFIDENCE, type Interval, meanInterval } from '../../statistics/intervals';
import type { CapacityDesign } from './design';

/** One search, from its trials. */
export type SearchResult = {
  app: AppName;
  workload: string;
  slo: { share: number; thresholdSeconds: number };
  goal: GoalResult;
  /** From this duration on a trial counts in full. */
  longTrialSeconds: number;
  /** The highest rate known to hold the SLO, in requests a second; null where none is. */
  holdsRps: number | null;
  /** The highest rate that held at all, and how well that is known; null where none did. */
  highestHeld: HeldLoad | null;
  /** Where the machine became slower or faster during the search, as its repeats showed. */
  changes: SearchChange[];
  /** The trials that the bounds are made of: all, unless the machine changed; null without any. */
  answeredBy: { from: number; to: number } | null;
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
  /** Over the searches with a lower bound on an unchanged machine; the interval needs two of them. */
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
  const { goal, highestHeld } = state;
  const holdsRps = goal.relevantLowerBound ?? goal.effectiveLowerBound?.load ?? null;
  const held = state.trials.filter(({ load, outcome }) => load === holdsRps && outcome === 'held');
  return {
    app: first.app,
    workload: first.workload,
    slo: first.slo,
    goal,
    longTrialSeconds: settings.goal.finalTrialDurationSeconds,
    holdsRps,
    highestHeld,
    changes: changesOf(state),
    answeredBy: state.answeredBy,
    failsRps: goal.relevantUpperBound,
    conditionalThroughput:
      goal.conditionalThroughput ?? goal.effectiveLowerBound?.conditionalThroughput ?? null,
    p99Ms: medianOf(held.flatMap(({ p99Ms }) => p99Ms ?? [])),
    bottleneck: bottleneckOf(busiestStep(trials), cores),
    trials: state.trials,
    spentSeconds: state.spentSeconds,
    ending: endingOf(settings, state),
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

/**
 * A search that found a rate that holds counts with it, however wide its bounds; not one during
 * which the machine changed.
 */
function overSearches(searches: readonly SearchResult[]): CapacityResult['capacityRps'] {
  const values = searches.flatMap(({ holdsRps, ending, changes }) =>
    holdsRps !== null && ending?.ending !== 'generator' && changes.length === 0 ? holdsRps : [],
  );
  if (values.length === 0) return null;
  return {
    mean: mean(values),
    interval: values.length > 1 ? meanInterval(values) : null,
    searches: values.length,
  };
}

function saySpread(searches: readonly SearchResult[], over: CapacityResult['capacityRps']) {
  const [first] = searches;
  if (first === undefined) return [];
  const name = appTitle(first.app);
  if (over === null) {
    const byGenerator = searches.some(({ ending }) => ending?.ending === 'generator');
    const isChanged = searches.some(({ changes }) => changes.length > 0);
    const why = byGenerator
      ? ': the generator was the limit'
      : isChanged
        ? ': the machine changed during the search'
        : '';
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
