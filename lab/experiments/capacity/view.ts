// What `lab capacity` shows: the bounds of each search closing in, its trials, and what limits the app.

import { boundColour } from '../../../grafana/src/colours';
import {
  describeChange,
  describeHighestHeld,
  type SearchResult,
} from '../../measure/search/search-result';
import type { SearchedTrial } from '../../measure/search/search-state';
import { formatCount, formatMs, formatPerSecond, plural, withoutReason } from '../../render/format';
import { appColour, type Mark } from '../../render/looks';
import {
  type Block,
  type Chart,
  type Column,
  type Facts,
  type LegendEntry,
  markLegend,
  type Notes,
  type SlideMessage,
  table,
  type View,
  type XySeries,
} from '../../render/view';
import { appTitle } from '../../results/findings';
import { formatSloBound, formatSloShare, inThousands } from '../../results/findings-text';
import type { CapacityResult } from './analyse';

export const capacityView = (result: CapacityResult): View[] => [
  {
    id: 'search',
    title: result.searches.length > 1 ? 'Searches' : 'Search',
    blocks: result.searches.flatMap((search, index) => blocksOf(result, search, index)),
  },
];

function blocksOf(result: CapacityResult, search: SearchResult, index: number): Block[] {
  const { app, trials } = search;
  const own = result.searches.filter((one) => one.app === app);
  // As its sentences and warnings count: of each app by itself.
  const number = own.indexOf(search) + 1;
  const isOneApp = own.length === result.searches.length;
  const title = `${appTitle(app)}: ${own.length > 1 ? `search ${number}` : 'the bounds closing in'}`;
  const hasSlides = number === 1 && trials.length > 0;
  return [
    {
      kind: 'charts',
      legend: number === 1 ? legendOf(app) : [],
      charts: [searchChart(search, `search-${index + 1}`, title)],
      slide: hasSlides ? boundsSlide(result, search) : undefined,
    },
    factsOf(search),
    table({
      caption: `${isOneApp ? '' : `${appTitle(app)}: `}${own.length > 1 ? `Search ${number} of ${own.length}` : 'Search'}: ${formatExtent(search)}`,
      aside: describeEnding(search),
      columns,
      rows: trials,
      state: ({ outcome }) => outcome,
      mark: ({ outcome }) => marks[outcome],
      looks: 'levels',
      remark: ({ reasons }) => reasons.map(withoutReason).join('; '),
      slide: hasSlides ? lossesSlide(search) : undefined,
    }),
  ];
}

const formatExtent = ({ trials, spentSeconds }: SearchResult): string =>
  `${plural(trials.length, 'trial')}, ${spentSeconds < 100 ? `${Math.round(spentSeconds)} s` : `${(spentSeconds / 60).toFixed(1)} min`}`;

function describeEnding({ ending, conditionalThroughput }: SearchResult): string {
  const throughput =
    conditionalThroughput === null
      ? ''
      : `Answered at that rate: ${formatPerSecond(conditionalThroughput)}. `;
  return `${throughput}${ending === null ? 'Not ended.' : `Ended: ${ending.reason}.`}`;
}

/** `holds` and `fails` are the bounds after each trial, in brackets until known. */
const columns: readonly Column<SearchedTrial>[] = [
  { title: 'trial', cell: ({ number }) => String(number) },
  { title: 'offered/s', cell: ({ load }) => String(load) },
  { title: 'step', cell: ({ durationSeconds }) => `${durationSeconds} s`, drop: 1 },
  {
    title: 'late or failed',
    cell: ({ lossRatio }) =>
      lossRatio === null ? '-' : `${(100 * lossRatio).toFixed(lossRatio < 0.1 ? 2 : 0)} %`,
  },
  { title: 'p99 ms', cell: ({ p99Ms }) => formatMs(p99Ms), drop: 2 },
  { title: 'holds', cell: (trial) => formatBound(trial, 'lower') },
  { title: 'fails', cell: (trial) => formatBound(trial, 'upper') },
  { title: 'verdict', is: 'state', cell: () => '' },
];

function formatBound({ bounds, leaning }: SearchedTrial, bound: 'lower' | 'upper'): string {
  const [known, leans] = [bounds[bound], leaning[bound]];
  return known !== null || leans === null ? formatCount(known) : `(${leans})`;
}

function factsOf(search: SearchResult): Facts {
  const { holdsRps, failsRps, conditionalThroughput, p99Ms } = search;
  /** A fact that is not known is left out. */
  const known = (name: string, value: number | null, format: (value: number) => string) =>
    value === null ? [] : [{ name, value: format(value) }];
  return {
    kind: 'facts',
    on: ['page'],
    facts: [
      holdsRps === null
        ? { name: 'Highest load that held', value: describeHighestHeld(search) }
        : { name: 'Holds', value: formatPerSecond(holdsRps) },
      ...known('Fails', failsRps, formatPerSecond),
      ...known('Answered at that rate', conditionalThroughput, formatPerSecond),
      ...known('p99 where it holds', p99Ms, (ms) => `${formatMs(ms)} ms`),
      ...search.changes.map((change) => ({ name: 'The machine', value: describeChange(change) })),
      { name: 'Trials and time', value: formatExtent(search) },
      { name: 'What limits it', value: search.bottleneck.words },
    ],
  };
}

// ---- the bounds closing in

const marks: Record<SearchedTrial['outcome'], Mark> = {
  held: 'held',
  failed: 'broken',
  void: 'void',
};
const failsDash = [6, 4];

const legendOf = (app: string): LegendEntry[] => [
  ...markLegend(['held', 'broken', 'void'], { app }),
  { line: { colour: appColour(app) }, text: 'highest rate that holds' },
  { line: { colour: appColour(app), dash: failsDash }, text: 'lowest rate that fails' },
];

/** Every trial in order, at its load. */
function searchChart(search: SearchResult, name: string, title: string): Chart {
  const { app, trials, holdsRps, failsRps } = search;
  const bound = (of: 'bounds' | 'leaning', which: 'lower' | 'upper'): XySeries => {
    const points = trials.map((trial) => ({ x: trial.number, y: trial[of][which] }));
    return {
      name: `${which} ${of}`,
      look: { app },
      line: {
        step: true,
        width: of === 'bounds' ? 3 : 1,
        dash: which === 'upper' ? failsDash : undefined,
      },
      // The last bound reaches the edge: it is the answer.
      points: [...points, { x: trials.length + 1, y: points.at(-1)?.y ?? null }],
    };
  };
  return {
    kind: 'xy',
    name,
    title,
    whole: true,
    reading:
      'Each mark is a trial. The capacity lies between the thick lines; thin ones are where the trials lean so far.',
    summary: `${appTitle(app)}: ${trials.map(({ number, load, outcome }) => `trial ${number} ${load}/s ${outcome}`).join(', ')}. ${holdsRps === null ? describeHighestHeld(search) : `${holdsRps}/s holds.`} ${failsRps === null ? 'No load is known to fail.' : `${failsRps}/s fails.`}`,
    x: { title: 'trial', min: 0, max: trials.length + 1, whole: true },
    y: { title: 'requests per second', min: 'data' },
    series: [
      bound('leaning', 'lower'),
      bound('leaning', 'upper'),
      bound('bounds', 'lower'),
      bound('bounds', 'upper'),
      {
        name: 'trials',
        look: { app },
        points: trials.map(({ number, load, outcome }) => ({
          x: number,
          y: load,
          mark: marks[outcome],
        })),
      },
    ],
  };
}

/** Over the searches of an app; of two apps each has its own. */
const overSearches = ({ byApp, capacityRps }: CapacityResult, app: string) =>
  byApp ? byApp.find((one) => one.app === app) : capacityRps;

function boundsSlide(result: CapacityResult, search: SearchResult): SlideMessage {
  const { app, trials, failsRps, changes } = search;
  const bound = (which: 'lower' | 'upper') =>
    trials.map(({ bounds, leaning }) => bounds[which] ?? leaning[which]);
  const [lower, upper] = [bound('lower'), bound('upper')];
  const isBracketed = lower.some((value, index) => value !== null && upper[index] !== null);
  const loads = trials.map(({ load }) => load);
  return {
    title: titleOf(search, result),
    notes: notesOf(search),
    charts: [
      {
        kind: 'lines',
        summary: `The bounds of the search for ${appTitle(app)}’s capacity, trial by trial. ${titleOf(search, result)}.`,
        categories: trials.map(({ number }) => String(number)),
        series: isBracketed
          ? [
              { name: 'seems to fail', colour: boundColour, values: upper },
              { name: 'seems to hold', colour: appColour(app), values: lower },
            ]
          : [{ name: 'offered', colour: appColour(app), values: loads }],
        x: 'trial',
        y: { title: 'requests per second', min: 'data' },
      },
    ],
    figures: [
      heldFigure(search),
      { value: failsRps === null ? 'none known' : formatPerSecond(failsRps), label: 'is too many' },
      intervalFigure(result, app),
    ],
    reading: [
      readingOf(isBracketed, search),
      ...changes.map(describeChange),
      describeEnding(search),
    ],
  };
}

/** What the lines say, by which bound is not known. */
function readingOf(isBracketed: boolean, search: SearchResult): string {
  if (isBracketed) {
    return 'The two lines close in on the capacity: above the upper one trials failed, below the lower one they held.';
  }
  const isHeld =
    search.highestHeld !== null && search.trials.every(({ outcome }) => outcome !== 'failed');
  const held = isHeld ? 'Every rate that could be offered held.' : describeHighestHeld(search);
  return `${held} The line is what was offered, trial by trial.`;
}

/** What holds, or how far that is known. */
function heldFigure({ app, holdsRps, highestHeld }: SearchResult) {
  const colour = appColour(app);
  if (holdsRps !== null)
    return { value: formatPerSecond(holdsRps), label: 'holds the SLO', colour };
  if (highestHeld === null) return { value: 'none', label: 'No load held', colour };
  const { load, held, trials, known } = highestHeld;
  return {
    value: formatPerSecond(load),
    label: `held in ${held} of ${trials} ${known} trials: not settled`,
    colour,
  };
}

function intervalFigure(result: CapacityResult, app: string) {
  const over = overSearches(result, app);
  const own = result.searches.filter((search) => search.app === app).length;
  return over?.interval
    ? {
        value: over.interval.map((end) => Math.round(end)).join(' – '),
        label: `95 % interval over ${plural(over.searches, 'search', 'searches')}`,
      }
    : { value: 'no interval', label: `${plural(own, 'search', 'searches')}: indicative` };
}

function titleOf(search: SearchResult, result: CapacityResult): string {
  const { holdsRps, failsRps, workload } = search;
  const name = appTitle(search.app);
  const over = overSearches(result, search.app);
  if (over && over.searches > 1) {
    return `${name} holds ${inThousands(over.mean)} ${workload} requests per second, the geometric mean of ${over.searches} searches`;
  }
  if (holdsRps === null) {
    return failsRps === null
      ? `The capacity of ${name} is not settled`
      : `The capacity of ${name} is not settled: below ${inThousands(failsRps)} ${workload} requests per second`;
  }
  return failsRps === null
    ? `${name} holds ${inThousands(holdsRps)} ${workload} requests per second at least`
    : `${name} holds ${inThousands(holdsRps)} ${workload} requests per second, and not ${inThousands(failsRps)}`;
}

/** The share that was late or failed, at each rate that was tried. */
function lossesSlide(search: SearchResult): SlideMessage {
  const { app, trials, slo, bottleneck, ending } = search;
  const byGenerator = ending?.ending === 'generator';
  const counted = trials
    .filter(({ outcome, lossRatio }) => outcome !== 'void' && lossRatio !== null)
    .sort((a, b) => a.load - b.load || a.number - b.number);
  const voids = trials.length - counted.length;
  return {
    title: titleOfLosses(search, counted),
    notes: notesOf(search),
    charts: [
      {
        kind: 'bars',
        summary: `Share of ${appTitle(app)}’s requests too slow, failed or dropped in each trial, by offered rate.`,
        categories: counted.map(({ load }) => String(load)),
        series: [
          {
            name: 'late or failed',
            colour: appColour(app),
            values: counted.map(({ lossRatio }) => 100 * (lossRatio ?? 0)),
          },
        ],
        over: [
          {
            name: 'allowed',
            colour: boundColour,
            values: counted.map(() => 100 * (1 - slo.share)),
            dashed: true,
          },
        ],
        x: 'offered requests per second, one bar per trial',
        y: { title: 'late or failed, %' },
      },
    ],
    figures: [
      { value: byGenerator ? 'the generator' : bottleneck.factor, label: 'limits it' },
      {
        value: formatSloShare(slo),
        label: `${formatSloBound(slo)} is the SLO`,
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

/** The lowest rate at which a trial failed, and how many of its trials did. */
function titleOfLosses({ app, slo }: SearchResult, counted: readonly SearchedTrial[]): string {
  const failed = counted.find(({ outcome }) => outcome === 'failed');
  const allowed = `${Number((100 * (1 - slo.share)).toFixed(2))} % is allowed`;
  if (failed === undefined) {
    return `No rate that could be tried broke the SLO of ${appTitle(app)}; ${allowed}`;
  }
  const at = counted.filter(({ load }) => load === failed.load);
  const worst = Math.max(...at.map(({ lossRatio }) => lossRatio ?? 0));
  const broke = at.filter(({ outcome }) => outcome === 'failed').length;
  const most = broke > 1 ? 'up to ' : '';
  return `${appTitle(app)}: ${broke} of ${plural(at.length, 'trial')} at ${failed.load}/s had ${most}${(100 * worst).toFixed(1)} % late or failed; ${allowed}`;
}

const notesOf = ({ goal, trials, spentSeconds }: SearchResult): Notes => ({
  measured: `MLRsearch (RFC 9971), goal ${goal.name}: ${plural(trials.length, 'trial')} in the open model, ${Math.round(spentSeconds)} s by the clock. A rate holds when, of the time spent at it in full-length trials, half would hold even if all that is missing failed.`,
  read: 'Capacity is the highest sustained rate that holds the SLO, not the peak of throughput.',
  notConcluded:
    'A capacity holds for this mix, this data and minutes at a time, on this machine. A leak, a growing table or a nightly job is not in it.',
});
