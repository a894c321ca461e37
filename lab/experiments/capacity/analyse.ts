// What `lab capacity` answers: the bounds of each search, over several searches of an app its capacity
// with an interval, and of two apps how much more one carries.

import { z } from 'zod';
import { appNameSchema, notationOf } from '../../../contract/apps';
import {
  describeSearch,
  type SearchResult,
  searchResult,
  searchResultSchema,
  warningsOf,
} from '../../measure/search/search-result';
import { searchSettingsSchema } from '../../measure/search/search-settings';
import { typed } from '../../results/command-line';
import { appTitle } from '../../results/findings';
import { formatPromise, formatRps } from '../../results/findings-text';
import { foundCapacity } from '../../results/found-capacity';
import { answerSchema } from '../../results/reported-run';
import type { Cores } from '../../results/trial/bottleneck';
import type { DesignedTrial } from '../../results/trial/result';
import { RUNS_FOR_A_VERDICT } from '../../statistics/comparison';
import { geometricMean, logs } from '../../statistics/descriptive';
import {
  CONFIDENCE,
  type Interval,
  intervalSchema,
  meanInterval,
} from '../../statistics/intervals';

/** What run.json keeps of the question. */
export const capacityDesign = z.strictObject({
  kind: z.literal('capacity'),
  workload: z.string(),
  /** Whole searches, each on a fresh process and a reset database. */
  runs: z.int().positive(),
  search: searchSettingsSchema,
});
export type CapacityDesign = z.infer<typeof capacityDesign>;

/** Over the searches with a lower bound on an unchanged machine; the interval needs two of them. */
const capacityRpsSchema = z.strictObject({
  /** Geometric: one that is twice as high and one that is half as high cancel. */
  mean: z.number(),
  /** Student's of the logarithms, and so above 0. */
  interval: intervalSchema.nullable(),
  searches: z.number(),
});
type CapacityRps = z.infer<typeof capacityRpsSchema>;

export const capacityResultSchema = answerSchema.extend({
  kind: z.literal('capacity'),
  searches: z.array(searchResultSchema),
  /** Of the one app; null where there are two, or none. */
  capacityRps: capacityRpsSchema.nullable(),
  /** Where the trials of two apps alternated: of each that has one. */
  byApp: z.array(capacityRpsSchema.extend({ app: appNameSchema })).exactOptional(),
});
export type CapacityResult = z.infer<typeof capacityResultSchema>;

/**
 * @param trials of the whole run
 * @param coresOf a subject, by its index in the run
 */
export function analyseCapacity(
  design: CapacityDesign,
  trials: readonly DesignedTrial[],
  coresOf: (subject: number) => Cores,
): CapacityResult {
  const searches = [...Map.groupBy(trials, ({ search = 0 }) => search).values()].map((own) =>
    searchResult(design.search, own, coresOf(own[0]?.subject ?? 0)),
  );
  const apps = [...Map.groupBy(searches, ({ app }) => app)];
  const over = apps.map(([app, own]) => ({ app, own, capacityRps: overSearches(own) }));
  const numberOf = (search: SearchResult, own: readonly SearchResult[]): number =>
    own.length > 1 ? own.indexOf(search) + 1 : 0;
  return {
    kind: 'capacity',
    searches,
    capacityRps: over.length === 1 ? (over[0]?.capacityRps ?? null) : null,
    ...(over.length > 1 && {
      byApp: over.flatMap(({ app, capacityRps }) => (capacityRps ? { app, ...capacityRps } : [])),
    }),
    sentences: [
      ...describeRatio(over.map(({ own }) => own)),
      ...over.flatMap(({ own, capacityRps }) => [
        ...(own.length > 1 ? describeSpread(own, capacityRps) : []),
        ...own.map((search) => describeSearch(search, numberOf(search, own))),
      ]),
      ...describeNext(searches, design),
    ],
    warnings: over.flatMap(({ app, own }) =>
      own.flatMap((search) =>
        warningsOf(search).map((warning) => {
          const number = numberOf(search, own);
          const named = over.length > 1 ? [appTitle(app)] : [];
          const which = [...named, ...(number > 0 ? [`Search ${number}`] : [])].join(', ');
          return which === '' ? warning : `${which}: ${warning}`;
        }),
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
  const budget = `${2 * search.budgetSeconds}s`;
  const words = ['capacity', '--app', notationOf(app), '--workload', workload, '--budget', budget];
  return [`${typed(words)} searches for twice as long.`];
}

/**
 * Of two apps, one search each: by what factor one carries more, from the bounds of both. Their trials
 * alternated, so that a slow machine was slow for both.
 */
function describeRatio(byApp: readonly (readonly SearchResult[])[]): string[] {
  const [a, b] = byApp.map(([search]) => search);
  if (a === undefined || b === undefined || byApp.some(({ length }) => length > 1)) return [];
  // Bounds from both sides of a change of the machine give no ratio.
  if (a.changes.length > 0 || b.changes.length > 0) return [];
  if (!a.holdsRps || !a.failsRps || !b.holdsRps || !b.failsRps) return [];
  const [more, less] = a.holdsRps >= b.holdsRps ? [a, b] : [b, a];
  const least = (more.holdsRps as number) / (less.failsRps as number);
  const most = (more.failsRps as number) / (less.holdsRps as number);
  const factor =
    least > 1
      ? `${least.toFixed(2)} to ${most.toFixed(2)} times what ${appTitle(less.app)} carries`
      : `up to ${most.toFixed(2)} times what ${appTitle(less.app)} carries, and perhaps no more`;
  return [`${appTitle(more.app)} carries ${factor} (indicative: one search each, in alternation).`];
}

function overSearches(searches: readonly SearchResult[]): CapacityRps | null {
  const values = searches.filter(foundCapacity).flatMap(({ holdsRps }) => holdsRps ?? []);
  if (values.length === 0) return null;
  return {
    mean: geometricMean(values),
    interval: values.length > 1 ? ratioInterval(values) : null,
    searches: values.length,
  };
}

function ratioInterval(values: readonly number[]): Interval {
  const [low, high] = meanInterval(logs(values));
  return [Math.exp(low), Math.exp(high)];
}

function describeSpread(searches: readonly SearchResult[], over: CapacityRps | null) {
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
    `${name} holds ${formatPromise(first)} at ${formatRps(over.mean)}, the geometric mean of ${over.searches} of ${searches.length} searches${interval}${indicative}.`,
  ];
}
