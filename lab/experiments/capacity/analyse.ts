// What `lab capacity` answers: the bounds of each search, and over several searches the capacity
// with its interval.

import { z } from 'zod';
import {
  describeSearch,
  formatPromise,
  formatRps,
  type SearchResult,
  searchResult,
  searchResultSchema,
  warningsOf,
} from '../../measure/search/search-result';
import { searchSettingsSchema } from '../../measure/search/search-settings';
import { appTitle } from '../../results/findings';
import { answerSchema } from '../../results/reported-run';
import type { Cores } from '../../results/trial/bottleneck';
import type { DesignedTrial } from '../../results/trial/result';
import { RUNS_FOR_A_VERDICT } from '../../statistics/comparison';
import { mean } from '../../statistics/descriptive';
import { CONFIDENCE, intervalSchema, meanInterval } from '../../statistics/intervals';

/** What run.json keeps of the question. */
export const capacityDesign = z.strictObject({
  kind: z.literal('capacity'),
  workload: z.string(),
  /** Whole searches, each on a fresh process and a reset database. */
  runs: z.int().positive(),
  search: searchSettingsSchema,
});
export type CapacityDesign = z.infer<typeof capacityDesign>;

export const capacityResultSchema = answerSchema.extend({
  kind: z.literal('capacity'),
  searches: z.array(searchResultSchema),
  /** Over the searches with a lower bound on an unchanged machine; the interval needs two of them. */
  capacityRps: z
    .strictObject({
      mean: z.number(),
      interval: intervalSchema.nullable(),
      searches: z.number(),
    })
    .nullable(),
});
export type CapacityResult = z.infer<typeof capacityResultSchema>;

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
      ...(searches.length > 1 ? describeSpread(searches, capacityRps) : []),
      ...searches.map((search, index) =>
        describeSearch(search, searches.length > 1 ? index + 1 : 0),
      ),
      ...describeNext(searches, design),
    ],
    warnings: searches.flatMap((search, index) =>
      warningsOf(search).map((warning) =>
        searches.length > 1 ? `Search ${index + 1}: ${warning}` : warning,
      ),
    ),
  };
}

/** Twice the time of a search that had too little. */
function describeNext(searches: readonly SearchResult[], { search }: CapacityDesign): string[] {
  const short = searches.find(
    ({ holdsRps, ending }) => holdsRps === null && ending?.ending === 'budget',
  );
  if (short === undefined) return [];
  const { app, workload } = short;
  const seconds = 2 * search.budgetSeconds;
  return [
    `\`npm run lab -- capacity --app ${app} --workload ${workload} --budget ${seconds}s\` searches for twice as long.`,
  ];
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

function describeSpread(searches: readonly SearchResult[], over: CapacityResult['capacityRps']) {
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
  const indicative =
    over.searches < RUNS_FOR_A_VERDICT ? ` (indicative: ${over.searches} searches)` : '';
  const interval =
    over.interval === null
      ? ', one search, so without an interval'
      : `, ${CONFIDENCE * 100} % interval ${over.interval.map((end) => Math.round(end).toLocaleString('en')).join(' to ')}`;
  return [
    `${name} holds ${formatPromise(first)} at ${formatRps(over.mean)} on average over ${over.searches} of ${searches.length} searches${interval}${indicative}.`,
  ];
}
