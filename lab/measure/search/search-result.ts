// The result of one search, and what it says in sentences: its bounds, or what is known while they are
// not settled, and whether the machine changed.

import { z } from 'zod';
import { appNameSchema } from '../../../contract/apps';
import { appTitle } from '../../results/findings';
import { formatPromise, formatRps, inThousands } from '../../results/findings-text';
import { sloSchema } from '../../results/schemas';
import { bottleneckOf, bottleneckSchema, type Cores } from '../../results/trial/bottleneck';
import { type DesignedTrial, validSteps } from '../../results/trial/result';
import type { StepResult } from '../../results/trial/steps';
import { median } from '../../statistics/descriptive';
import { knowledgeSchema } from './capacity-evidence';
import { goalResultSchema, holdsOf } from './load-classification';
import { endingOf, searchEndingSchema } from './search-move';
import type { SearchSettings } from './search-settings';
import { type SearchState, searchedTrialSchema, searchState } from './search-state';

/** A change of the machine; its trials by their numbers in the search. */
const searchChangeSchema = z.strictObject({
  direction: z.enum(['slower', 'faster']),
  first: z.strictObject({
    trial: z.number(),
    load: z.number(),
  }),
  repeats: z.array(
    z.strictObject({
      trial: z.number(),
      load: z.number(),
    }),
  ),
});
type SearchChange = z.infer<typeof searchChangeSchema>;

/** One search, from its trials. */
export const searchResultSchema = z.strictObject({
  app: appNameSchema,
  workload: z.string(),
  slo: sloSchema,
  goal: goalResultSchema,
  /** From this duration on a trial counts in full. */
  longTrialSeconds: z.number(),
  /** The highest rate known to hold the SLO, in requests per second; null where none is. */
  holdsRps: z.number().nullable(),
  /** The highest rate that held at all, and how well that is known; null where none did. */
  highestHeld: z
    .strictObject({
      load: z.number(),
      known: knowledgeSchema,
      /** Trials of that length at the load: those that held, of all. */
      held: z.number(),
      trials: z.number(),
      /** The shortest of them. */
      seconds: z.number(),
      /** Full-length trials that failed at the load or below it: 0 unless `short`. */
      longFailed: z.number(),
    })
    .nullable(),
  /** Where the machine became slower or faster during the search, as its repeats showed. */
  changes: z.array(searchChangeSchema),
  /** The trials that the bounds are made of: all, unless the machine changed; null without any. */
  answeredBy: z
    .strictObject({
      from: z.number(),
      to: z.number(),
    })
    .nullable(),
  /** The lowest rate known to break it; null where there is none to be named. */
  failsRps: z.number().nullable(),
  /** Right and timely answers per second at `holdsRps` (RFC 9971, Conditional Throughput). */
  conditionalThroughput: z.number().nullable(),
  /** Median over the trials at `holdsRps` that held, of those that the bounds are made of. */
  p99Ms: z.number().nullable(),
  bottleneck: bottleneckSchema,
  trials: z.array(searchedTrialSchema),
  /** By the clock, what was void included. */
  spentSeconds: z.number(),
  /** Null while it has not ended. */
  ending: searchEndingSchema.nullable(),
});
export type SearchResult = z.infer<typeof searchResultSchema>;

export const changesOf = ({ stretches }: Pick<SearchState, 'stretches'>): SearchChange[] =>
  stretches.flatMap(({ change }) =>
    change === null
      ? []
      : [
          {
            direction: change.direction,
            first: { trial: change.first.number, load: change.first.load },
            repeats: change.repeats.map(({ number, load }) => ({ trial: number, load })),
          },
        ],
  );

/** @param trials of one search, its calibration first; at least one */
export function searchResult(
  settings: SearchSettings,
  trials: readonly DesignedTrial[],
  cores: Cores,
): SearchResult {
  const [first] = trials;
  if (first === undefined) throw new RangeError('a search needs a trial');
  const state = searchState(settings, trials);
  const { goal, highestHeld } = state;
  const holdsRps = holdsOf(goal);
  const held = state.trials.filter(
    ({ load, outcome, number }) =>
      load === holdsRps && outcome === 'held' && isAnswering(state, number),
  );
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
 * The step with the most CPU among those that are not void, mostly the calibration's: at the capacity itself requests wait
 * too long while a fifth of the CPU is still idle (Kleinrock, Queueing Systems 1, 1975, 3.2), so
 * that what is full shows only when the subject is driven as hard as it goes.
 */
function busiestStep(trials: readonly DesignedTrial[]): StepResult[] {
  const coresOf = (step: StepResult): number =>
    (step.subjectCores ?? 0) + (step.databaseCores ?? 0);
  return validSteps(trials)
    .sort((a, b) => coresOf(b) - coresOf(a))
    .slice(0, 1);
}

const medianOf = (values: readonly number[]): number | null =>
  values.length === 0 ? null : median(values);

/** @param index which of several searches, counted from 1; 0 for the only one */
export function describeSearch(search: SearchResult, index: number): string {
  const name = index === 0 ? appTitle(search.app) : `Search ${index}: ${appTitle(search.app)}`;
  const answer =
    search.holdsRps === null
      ? describeUnsettled(search, name)
      : describeBounds(search, name, index);
  return [answer, ...search.changes.map(describeChange), ...describeAnswered(search)].join(' ');
}

function describeBounds(search: SearchResult, name: string, index: number): string {
  const { holdsRps, failsRps, p99Ms, ending, bottleneck } = search;
  const alone = index === 0 ? ' (indicative: one search)' : '';
  const p99 =
    p99Ms === null ? '' : ` (p99 ${p99Ms < 10 ? p99Ms.toFixed(1) : Math.round(p99Ms)} ms)`;
  const holds = `${name} holds ${formatPromise(search)} at ${formatRps(holdsRps ?? 0)}`;
  if (failsRps === null) {
    const why =
      ending?.ending === 'generator'
        ? 'the generator was the limit above that, so there is no upper bound'
        : 'no higher rate was shown to fail';
    return `${holds} at least${p99}; ${why}${alone}.`;
  }
  return `${holds}${p99}, and no longer at ${formatRps(failsRps)}${alone}. ${bottleneck.words}`;
}

/** No lower bound by the goal's rule: what is known all the same. */
function describeUnsettled(search: SearchResult, name: string): string {
  const { ending, failsRps, spentSeconds } = search;
  const counted = search.trials.filter(({ outcome }) => outcome !== 'void');
  const why =
    ending === null
      ? 'not settled when the search was cut off'
      : ending.ending === 'budget'
        ? `not settled in ${formatTime(spentSeconds)}`
        : `not settled (${ending.reason})`;
  if (failsRps === null) return `${name}: ${why}. ${describeHighestHeld(search)}`;
  const at = counted.filter(({ load, number }) => load === failsRps && isAnswering(search, number));
  const full = at.filter(({ durationSeconds }) => durationSeconds >= search.longTrialSeconds);
  const [kind, judged] = full.length > 0 ? ['long trials', full] : ['trials', at];
  const failed = judged.filter(({ outcome }) => outcome === 'failed').length;
  return `${name}: ${why}: below ${formatRps(failsRps)} (the SLO was broken in ${failed} of ${judged.length} ${kind}). ${describeHighestHeld(search)}`;
}

const isAnswering = ({ answeredBy }: Pick<SearchResult, 'answeredBy'>, number: number): boolean =>
  answeredBy !== null && number >= answeredBy.from && number <= answeredBy.to;

/** The highest load that held, and how well that is known. */
export function describeHighestHeld({ highestHeld, trials }: SearchResult): string {
  if (highestHeld === null) {
    const tried = trials.filter(({ outcome }) => outcome !== 'void').map(({ load }) => load);
    return tried.length === 0
      ? 'No trial counts, so nothing is known to hold.'
      : `No load held, not even ${inThousands(Math.min(...tried))}/s.`;
  }
  const { load, known, held, trials: of, seconds, longFailed } = highestHeld;
  const [one, many] = known === 'short' ? ['short', 'Short'] : ['long', 'Long'];
  const share = `${held} of ${of} ${one} ${of === 1 ? 'trial' : 'trials'} there`;
  const but =
    longFailed > 0
      ? `; ${longFailed === 1 ? 'a long trial' : `${longFailed} long trials`} failed there or below`
      : '';
  return `${many} trials (${seconds} s) held up to ${inThousands(load)}/s (${share}${but}).`;
}

/** The repeats of a load that disagree with the first trial of it, or of one that says more. */
export function describeChange({ direction, first, repeats }: SearchChange): string {
  const [before, after, clearer] =
    direction === 'slower' ? ['held', 'failed', 'higher'] : ['failed', 'held', 'lower'];
  const numbers = repeats.map(({ trial }) => trial).join(' and ');
  const loads = [...new Set(repeats.map(({ load }) => load))];
  const repeated = loads.every((load) => load === first.load)
    ? `${after} when it was repeated, in trials ${numbers}`
    : `trials ${numbers} ${after} at ${loads.join('/s and ')}/s, which is not a ${clearer} load`;
  return `The machine became ${direction} during the search: ${first.load}/s ${before} in trial ${first.trial} and ${repeated}.`;
}

/** Which trials the figures are of, where the machine changed. */
function describeAnswered({ changes, answeredBy, trials }: SearchResult): string[] {
  if (changes.length === 0 || answeredBy === null) return [];
  const counted = trials.filter(({ outcome }) => outcome !== 'void');
  const when = answeredBy.to === counted.at(-1)?.number ? 'since then' : 'before that';
  return [`The figures are of trials ${answeredBy.from} to ${answeredBy.to}, ${when}.`];
}

/** Void trials are counted for every run (lab/results/findings.ts). */
export function warningsOf({ goal, ending, changes }: SearchResult): string[] {
  const isBracketed = goal.relevantLowerBound !== null && goal.relevantUpperBound !== null;
  return [
    ...(ending === null ? ['The search has not ended: these are the bounds so far.'] : []),
    ...(ending !== null && ending.ending !== 'regular'
      ? [`The bounds did not come close enough: the search ended because ${ending.reason}.`]
      : []),
    ...(isBracketed ? goal.warnings : []),
    ...(changes.length > 0
      ? [
          'A machine that changed looks like an app that changed (a leak, a growing table): search again, and if it happens again, it is the app.',
        ]
      : []),
  ];
}

const formatTime = (seconds: number): string =>
  seconds < 100 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`;
