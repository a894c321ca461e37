// A search for a capacity: the bounds closing in, and what limits the app there.

import { boundColour } from '../../../grafana/src/colours';
import type { SearchResult } from '../../measure/search/search-result';
import { describeChange } from '../../measure/search/search-result';
import type { SearchedTrial } from '../../measure/search/search-state';
import { plural, sayRate } from '../../render/format';
import { appColour } from '../../render/page/figure';
import { type Message, messageSlides } from '../../render/slides/message-slides';
import type { Notes, Slide } from '../../render/slides/model';
import { appTitle } from '../../results/findings';
import type { ReportedRun } from '../../results/reported-run';
import type { CapacityResult } from './analyse';
import { describeEnding } from './text';

export function capacitySlides({ run }: ReportedRun, result: CapacityResult): Slide[] {
  const [search] = result.searches;
  if (search === undefined) return [];
  if (search.trials.length === 0) return [];
  return messageSlides(
    [boundsMessage(result, search), trialsMessage(search)],
    notesOf(search),
    run.id,
  );
}

function boundsMessage(result: CapacityResult, search: SearchResult): Message {
  const { app, trials } = search;
  const name = appTitle(app);
  const bound = (which: 'lower' | 'upper') =>
    trials.map(({ bounds, leaning }) => bounds[which] ?? leaning[which]);
  // Categories start where both lines have a value: a chart of nothing is no zero.
  const [lower, upper] = [bound('lower'), bound('upper')];
  const from = lower.findIndex((value, index) => value !== null && upper[index] !== null);
  const shown = from < 0 ? trials : trials.slice(from);
  const series =
    from < 0
      ? [{ name: 'offered', colour: appColour(app), values: trials.map(({ load }) => load) }]
      : [
          { name: 'seems to fail', colour: boundColour, values: values(upper, from) },
          { name: 'seems to hold', colour: appColour(app), values: values(lower, from) },
        ];
  return {
    title: titleOf(search, result),
    charts: [
      {
        kind: 'line',
        summary: `The bounds of the search for ${name}’s capacity, trial by trial: ${result.sentences[0] ?? ''}`,
        categories: shown.map(({ number }) => String(number)),
        series,
        x: 'trial',
        y: 'requests a second',
      },
    ],
    figures: [
      heldFigure(search),
      {
        value: search.failsRps === null ? 'none known' : `${sayRate(search.failsRps)}/s`,
        label: 'is too many',
      },
      intervalFigure(result),
    ],
    reading: [
      from < 0
        ? 'Every rate that could be offered held; the line is what was offered, trial by trial.'
        : 'The two lines close in on the capacity: above the upper one trials failed, below the lower one they held.',
      ...search.changes.map(describeChange),
      describeEnding(search),
    ],
  };
}

const values = (all: readonly (number | null)[], from: number): number[] =>
  all.slice(from).map((value) => value ?? 0);

/** What holds, or how far that is known. */
function heldFigure({ app, holdsRps, highestHeld }: SearchResult) {
  const colour = appColour(app);
  if (holdsRps !== null) return { value: `${sayRate(holdsRps)}/s`, label: 'holds the SLO', colour };
  if (highestHeld === null) return { value: 'none', label: 'No load held', colour };
  const { load, held, trials, known } = highestHeld;
  return {
    value: `${sayRate(load)}/s`,
    label: `held in ${held} of ${trials} ${known} trials: not settled`,
    colour,
  };
}

function intervalFigure({ capacityRps, searches }: CapacityResult) {
  return capacityRps?.interval
    ? {
        value: capacityRps.interval.map((end) => Math.round(end)).join(' – '),
        label: `95 % interval over ${plural(capacityRps.searches, 'search', 'searches')}`,
      }
    : {
        value: 'no interval',
        label: `${plural(searches.length, 'search', 'searches')}: indicative`,
      };
}

function titleOf(
  { app, holdsRps, failsRps, workload }: SearchResult,
  result: CapacityResult,
): string {
  const name = appTitle(app);
  const { capacityRps } = result;
  if (capacityRps && capacityRps.searches > 1) {
    return `${name} holds ${sayRate(capacityRps.mean)} ${workload} requests a second on average over ${capacityRps.searches} searches`;
  }
  if (holdsRps === null) {
    return failsRps === null
      ? `The capacity of ${name} is not settled`
      : `The capacity of ${name} is not settled: below ${sayRate(failsRps)} ${workload} requests a second`;
  }
  return failsRps === null
    ? `${name} holds ${sayRate(holdsRps)} ${workload} requests a second at least`
    : `${name} holds ${sayRate(holdsRps)} ${workload} requests a second, and not ${sayRate(failsRps)}`;
}

/** The share that was late or failed, at each rate that was tried. */
function trialsMessage(search: SearchResult): Message {
  const { app, trials, slo, bottleneck, ending } = search;
  const byGenerator = ending?.ending === 'generator';
  const counted = trials
    .filter(({ outcome, lossRatio }) => outcome !== 'void' && lossRatio !== null)
    .sort((a, b) => a.load - b.load || a.number - b.number);
  const voids = trials.length - counted.length;
  return {
    title: titleOfLosses(search, counted),
    charts: [
      {
        kind: 'bar',
        summary: 'Share of requests too slow, failed or dropped in each trial, by offered rate.',
        categories: counted.map(({ load }) => String(load)),
        series: [
          {
            name: 'late or failed',
            colour: appColour(app),
            values: counted.map(({ lossRatio }) => 100 * (lossRatio ?? 0)),
          },
        ],
        lines: [
          {
            name: 'allowed',
            colour: boundColour,
            values: counted.map(() => 100 * (1 - slo.share)),
            dashed: true,
          },
        ],
        x: 'offered requests a second, a bar a trial',
        y: 'late or failed, %',
      },
    ],
    figures: [
      { value: byGenerator ? 'the generator' : bottleneck.factor, label: 'limits it' },
      {
        value: `${slo.share * 100} %`,
        label: `within ${slo.thresholdSeconds * 1000} ms is the promise`,
      },
    ],
    reading: [
      byGenerator
        ? 'The generator could not make more load: what limits the app itself was not reached.'
        : bottleneck.words,
      ...(voids > 0
        ? [`${plural(voids, 'trial')} void: not drawn, counted for nothing and repeated.`]
        : []),
    ],
  };
}

const notesOf = (search: SearchResult): Notes => ({
  measured: `MLRsearch (RFC 9971), goal ${search.goal.name}: ${plural(search.trials.length, 'trial')} in the open model, ${Math.round(search.spentSeconds)} s of load and warm-up. A rate holds when, of the time spent at it in full-length trials, half would hold even if all that is missing failed.`,
  read: 'Capacity is the highest sustained rate that keeps the promise, not the peak of throughput.',
  notConcluded:
    'A capacity holds for this mix, this data and minutes at a time, on this machine. A leak, a growing table or a nightly job is not in it.',
});

/** The lowest rate at which a trial failed, and how many of its trials did. */
function titleOfLosses({ app, slo }: SearchResult, counted: readonly SearchedTrial[]): string {
  const failed = counted.find(({ outcome }) => outcome === 'failed');
  const allowed = `${Number((100 * (1 - slo.share)).toFixed(2))} % is allowed`;
  if (failed === undefined) {
    return `No rate that could be tried broke the promise of ${appTitle(app)}; ${allowed}`;
  }
  const at = counted.filter(({ load }) => load === failed.load);
  const worst = Math.max(...at.map(({ lossRatio }) => lossRatio ?? 0));
  const broke = at.filter(({ outcome }) => outcome === 'failed').length;
  const most = broke > 1 ? 'up to ' : '';
  return `${appTitle(app)}: ${broke} of ${plural(at.length, 'trial')} at ${failed.load}/s had ${most}${(100 * worst).toFixed(1)} % late or failed; ${allowed}`;
}
