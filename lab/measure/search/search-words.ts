// What one search says, in sentences: its bounds, or what is known while they are not settled, and
// whether the machine changed.

import type { SearchResult } from '../../experiments/capacity/analyse';
import { appTitle } from '../../results/findings';
import type { MachineChange } from './machine-change';
import type { SearchState } from './search-state';

/** A change of the machine; its trials by their numbers in the search. */
export type SearchChange = {
  direction: MachineChange['direction'];
  first: { trial: number; load: number };
  repeats: { trial: number; load: number }[];
};

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

export const sayRps = (rate: number): string =>
  `${Math.round(rate).toLocaleString('en')} requests a second`;

export const sayPromise = ({ slo, workload }: SearchResult): string =>
  `${slo.share * 100} % of ${workload} within ${slo.thresholdSeconds * 1000} ms`;

/** @param index which of several searches, counted from 1; 0 for the only one */
export function saySearch(search: SearchResult, index: number): string {
  const name = index === 0 ? appTitle(search.app) : `Search ${index}: ${appTitle(search.app)}`;
  const answer =
    search.holdsRps === null ? sayUnsettled(search, name) : sayBounds(search, name, index);
  return [answer, ...search.changes.map(sayChange), ...sayAnswered(search)].join(' ');
}

function sayBounds(search: SearchResult, name: string, index: number): string {
  const { holdsRps, failsRps, p99Ms, ending, bottleneck } = search;
  const alone = index === 0 ? ' (indicative: one search)' : '';
  const p99 =
    p99Ms === null ? '' : ` (p99 ${p99Ms < 10 ? p99Ms.toFixed(1) : Math.round(p99Ms)} ms)`;
  const holds = `${name} holds ${sayPromise(search)} at ${sayRps(holdsRps ?? 0)}`;
  if (failsRps === null) {
    const why =
      ending?.ending === 'generator'
        ? 'the generator was the limit above that, so there is no upper bound'
        : 'no higher rate was shown to fail';
    return `${holds} at least${p99}; ${why}${alone}.`;
  }
  return `${holds}${p99}, and no longer at ${sayRps(failsRps)}${alone}. ${bottleneck.words}`;
}

/** No lower bound by the goal's rule: what is known all the same. */
function sayUnsettled(search: SearchResult, name: string): string {
  const { ending, failsRps, spentSeconds } = search;
  const counted = search.trials.filter(({ outcome }) => outcome !== 'void');
  const why =
    ending === null
      ? 'not settled when the search was cut off'
      : ending.ending === 'budget'
        ? `not settled in ${sayTime(spentSeconds)}`
        : `not settled (${ending.reason})`;
  if (failsRps === null) return `${name}: ${why}. ${sayHighestHeld(search)}`;
  const at = counted.filter(({ load, number }) => load === failsRps && isAnswering(search, number));
  const full = at.filter(({ durationSeconds }) => durationSeconds >= search.longTrialSeconds);
  const [kind, judged] = full.length > 0 ? ['long trials', full] : ['trials', at];
  const failed = judged.filter(({ outcome }) => outcome === 'failed').length;
  return `${name}: ${why}: below ${sayRps(failsRps)} (too many in ${failed} of ${judged.length} ${kind}). ${sayHighestHeld(search)}`;
}

const isAnswering = ({ answeredBy }: SearchResult, number: number): boolean =>
  answeredBy !== null && number >= answeredBy.from && number <= answeredBy.to;

/** The highest load that held, and how well that is known. */
export function sayHighestHeld({ highestHeld, trials }: SearchResult): string {
  if (highestHeld === null) {
    const tried = trials.filter(({ outcome }) => outcome !== 'void').map(({ load }) => load);
    return tried.length === 0
      ? 'No trial counts, so nothing is known to hold.'
      : `No load held, not even ${Math.min(...tried)}/s.`;
  }
  const { load, known, held, trials: of, seconds, longFailed } = highestHeld;
  const [one, many] = known === 'short' ? ['short', 'Short'] : ['long', 'Long'];
  const share = `${held} of ${of} ${one} ${of === 1 ? 'trial' : 'trials'} there`;
  const but =
    longFailed > 0
      ? `; ${longFailed === 1 ? 'a long trial' : `${longFailed} long trials`} failed there or below`
      : '';
  return `${many} trials (${seconds} s) held up to ${load}/s (${share}${but}).`;
}

/** The repeats of a load that disagree with the first trial of it, or of one that says more. */
export function sayChange({ direction, first, repeats }: SearchChange): string {
  const [before, after, clearer] =
    direction === 'slower' ? ['held', 'failed', 'more'] : ['failed', 'held', 'less'];
  const numbers = repeats.map(({ trial }) => trial).join(' and ');
  const loads = [...new Set(repeats.map(({ load }) => load))];
  const repeated = loads.every((load) => load === first.load)
    ? `${after} when it was repeated, in trials ${numbers}`
    : `trials ${numbers} ${after} at ${loads.join('/s and ')}/s, which is no ${clearer}`;
  return `The machine became ${direction} during the search: ${first.load}/s ${before} in trial ${first.trial} and ${repeated}.`;
}

/** Which trials the figures are of, where the machine changed. */
function sayAnswered({ changes, answeredBy, trials }: SearchResult): string[] {
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

const sayTime = (seconds: number): string => {
  const minutes = Math.round(seconds / 60);
  if (seconds < 100) return `${Math.round(seconds)} seconds`;
  return `${minutes} minutes`;
};
