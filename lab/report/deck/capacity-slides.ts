// A search for a capacity: the bounds closing in, and what limits the app there.

import { boundColour } from '../../../grafana/src/colours';
import type { CapacityResult, SearchResult } from '../../analysis/capacity/capacity';
import type { SearchedTrial } from '../../analysis/capacity/search-state';
import { appTitle } from '../../analysis/findings';
import { sayEnding } from '../capacity';
import { plural, sayRate } from '../format';
import { appColour } from '../html/figure';
import type { ReportedRun } from '../html/reported-run';
import { chartSlide } from './chart-slide';
import type { Notes, Slide } from './model';

export function capacitySlides({ run }: ReportedRun, result: CapacityResult): Slide[] {
  const [search] = result.searches;
  if (search === undefined) return [];
  const about = { result, search, source: run.id };
  return search.trials.length > 0 ? [boundsSlide(about), trialsSlide(about)] : [];
}

type About = { result: CapacityResult; search: SearchResult; source: string };

function boundsSlide({ result, search, source }: About): Slide {
  const { app, trials, goal } = search;
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
  return chartSlide({
    title: titleOf(search, result),
    chart: {
      kind: 'line',
      summary: `The bounds of the search for ${name}’s capacity, trial by trial: ${result.sentences[0] ?? ''}`,
      categories: shown.map(({ number }) => String(number)),
      series,
      x: 'trial',
      y: 'requests a second',
    },
    figures: [
      { value: `${sayRate(search.holdsRps)}/s`, label: 'holds the SLO', colour: appColour(app) },
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
      sayEnding(search),
    ],
    notes: notesOf(search, goal.name),
    source,
  });
}

const values = (all: readonly (number | null)[], from: number): number[] =>
  all.slice(from).map((value) => value ?? 0);

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
  if (holdsRps === null) return `No rate is known to hold the SLO of ${name}`;
  return failsRps === null
    ? `${name} holds ${sayRate(holdsRps)} ${workload} requests a second at least`
    : `${name} holds ${sayRate(holdsRps)} ${workload} requests a second, and not ${sayRate(failsRps)}`;
}

/** The share that was lost, at each rate that was tried. */
function trialsSlide({ search, source }: About): Slide {
  const { app, trials, slo, bottleneck, goal, ending } = search;
  const byGenerator = ending?.ending === 'generator';
  const counted = trials
    .filter(({ outcome, lossRatio }) => outcome !== 'void' && lossRatio !== null)
    .sort((a, b) => a.load - b.load || a.number - b.number);
  const voids = trials.length - counted.length;
  return chartSlide({
    title: titleOfLosses(search, counted),
    chart: {
      kind: 'bar',
      summary: 'Share of requests too slow, failed or dropped in each trial, by offered rate.',
      categories: counted.map(({ load }) => String(load)),
      series: [
        {
          name: 'lost',
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
      y: 'lost, %',
    },
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
    notes: notesOf(search, goal.name),
    source,
  });
}

const notesOf = (search: SearchResult, goal: string): Notes => ({
  measured: `MLRsearch (RFC 9971), goal ${goal}: ${plural(search.trials.length, 'trial')} in the open model, ${Math.round(search.spentSeconds)} s of load and warm-up. A rate holds when, of the time spent at it in full-length trials, half would hold even if all that is missing failed.`,
  read: 'Capacity is the highest sustained rate that keeps the promise, not the peak of throughput.',
  notConcluded:
    'A capacity holds for this mix, this data and minutes at a time, on this machine. A leak, a growing table or a nightly job is not in it.',
});

/** The lowest rate at which a trial failed. */
function titleOfLosses({ app, slo }: SearchResult, counted: readonly SearchedTrial[]): string {
  const failed = counted.find(({ outcome }) => outcome === 'failed');
  const allowed = `${Number((100 * (1 - slo.share)).toFixed(2))} % may be lost`;
  return failed
    ? `At ${failed.load}/s ${appTitle(app)} loses ${(100 * (failed.lossRatio ?? 0)).toFixed(1)} % of requests; ${allowed}`
    : `No rate that could be tried broke the promise of ${appTitle(app)}; ${allowed}`;
}
