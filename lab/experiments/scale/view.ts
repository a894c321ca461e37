// What `lab scale` shows: every measurement with the fitted law through it, and what the law says.

import { boundColour } from '../../../grafana/src/colours';
import {
  formatCores,
  formatCount,
  formatMs,
  formatPerSecond,
  formatRate,
  withoutReason,
} from '../../render/format';
import { appColour } from '../../render/looks';
import { uslBlocks } from '../../render/usl-text';
import {
  type Chart,
  type Column,
  markLegend,
  type Notes,
  type SlideMessage,
  type Table,
  table,
  type View,
} from '../../render/view';
import { appTitle } from '../../results/findings';
import { median } from '../../statistics/descriptive';
import type { LimitingFactor } from '../../statistics/usl/conclusions';
import { throughputAt } from '../../statistics/usl/fit';
import type { UslAnalysis } from '../../statistics/usl/usl';
import { formatGain, formatLevel } from './analyse';
import { isValid, type ScaleBy, type ScalePoint, type ScaleResult } from './design';

export function scaleView(result: ScaleResult): View[] {
  const { app, by, fit, points } = result;
  const hasSlides = points.some(isValid);
  return [
    {
      id: 'scaling',
      title: 'Scaling',
      blocks: [
        {
          kind: 'charts',
          legend: [
            ...markLegend(['held', 'broken', 'void'], { app }),
            { line: { colour: appColour(app) }, text: 'the fitted law, with its 95 % band' },
          ],
          charts: points.length > 0 ? [scaleChart(result)] : [],
          slide: hasSlides ? levelsSlide(result) : undefined,
        },
        ...(fit
          ? uslBlocks(fit, {
              whole: by === 'cpus' ? undefined : by,
              slide: hasSlides ? lawSlide(result, fit) : undefined,
            })
          : []),
        levelTable(result),
      ],
    },
  ];
}

/** By level, then by repeat: the order of measuring stands in a column. */
function levelTable(result: ScaleResult): Table {
  return table({
    caption: 'Every measurement',
    columns: columnsOf(result),
    rows: [...result.points].sort((a, b) => a.level - b.level || a.repeat - b.repeat),
    state: ({ state }) => state,
    mark: ({ outcome }) => outcome,
    remark: ({ reasons }) => reasons.map(withoutReason).join('; '),
    looks: 'levels',
  });
}

function columnsOf({ by, fit, measure, points }: ScaleResult): Column<ScalePoint>[] {
  const users: Column<ScalePoint>[] =
    by !== 'users' && measure === 'throughput'
      ? [{ title: 'users', cell: ({ users: count }) => formatCount(count) }]
      : [];
  const rounds: Column<ScalePoint>[] = points.some(({ repeat }) => repeat > 0)
    ? [{ title: 'round', cell: ({ repeat }) => String(repeat + 1) }]
    : [];
  const fitted: Column<ScalePoint>[] = fit
    ? [{ title: 'fitted/s', cell: ({ level }) => formatRate(throughputAt(fit, level)), drop: 2 }]
    : [];
  return [
    { title: by, cell: ({ level }) => String(Number(level.toPrecision(3))) },
    ...rounds,
    { title: 'measured as', cell: ({ order }) => `no. ${order}`, drop: 3 },
    ...users,
    {
      title: measure === 'capacity' ? 'holds/s' : 'achieved/s',
      cell: ({ rps }) => formatRate(rps),
    },
    ...fitted,
    { title: 'p99 ms', cell: ({ p99Ms }) => formatMs(p99Ms), drop: 1 },
    { title: 'app cores', cell: ({ subjectCores }) => formatCores(subjectCores), drop: 4 },
    { title: 'db cores', cell: ({ databaseCores }) => formatCores(databaseCores), drop: 5 },
    { title: 'verdict', is: 'state', cell: () => '' },
  ];
}

function scaleChart(result: ScaleResult): Chart {
  const { app, by, fit, points, measure } = result;
  const what = measure === 'capacity' ? 'Rate that holds the SLO' : 'Right answers per second';
  const levels = points.map(({ level }) => level);
  const look = { app };
  return {
    kind: 'xy',
    name: 'scaling-chart',
    title: `${measure === 'capacity' ? 'Capacity' : 'Throughput'} against ${by}`,
    whole: true,
    height: 400,
    reading: fit
      ? `${what}, one mark per measurement; the line is the fitted law, the band its 95 % interval by a seeded bootstrap. Do not read it beyond the last mark, and do not take a peak for one that the sentences above do not claim.`
      : `${what}, one mark per measurement. No law is drawn: too few levels are valid, and three parameters would follow the noise.`,
    summary: `${appTitle(app)}: ${points.map((point) => `${formatRate(point.rps)}/s at ${formatLevel(by, point.level)}${isValid(point) ? '' : ' (void)'}`).join(', ')}.`,
    x: { title: by, log: 2, min: Math.min(...levels), max: Math.max(...levels) },
    y: { title: '', min: 0 },
    series: [
      ...(fit
        ? [
            {
              name: 'fitted law',
              look,
              line: {},
              points: fit.predictions.map(({ n, x }) => ({ x: n, y: x })),
              band: fit.predictions.map(({ n, interval: [low, high] }) => ({ x: n, low, high })),
            },
          ]
        : []),
      {
        name: 'measured',
        look,
        points: points.map(({ level, rps, outcome }) => ({ x: level, y: rps, mark: outcome })),
      },
    ],
    references: (fit ? placesOf(fit) : []).map(({ n, label }) => ({
      axis: 'x',
      at: n,
      label,
      line: { width: 1, dash: [3, 3] },
    })),
  };
}

/** Only what lies inside the tested range, and a peak only where it is claimed. */
const placesOf = ({ knee, peak }: UslAnalysis): { n: number; label: string }[] => [
  ...(knee && knee.n > 1 ? [{ n: knee.n, label: 'knee' }] : []),
  ...(peak.claimed && peak.n !== null ? [{ n: peak.n, label: 'peak' }] : []),
];

function levelsSlide(result: ScaleResult): SlideMessage {
  const { app, by, fit, measure, points, bottleneck, whyNoFit } = result;
  const byLevel = [...Map.groupBy(points.filter(isValid), ({ level }) => level)].sort(
    ([a], [b]) => a - b,
  );
  const levels = byLevel.map(([level]) => level);
  const medians = byLevel.map(([, own]) => median(own.map(({ rps }) => rps ?? 0)));
  const [low, high] = [levels[0] ?? 0, levels.at(-1) ?? 0];
  const what = measure === 'capacity' ? 'capacity' : 'throughput';
  const gain = (medians.at(-1) ?? 0) / (medians[0] ?? 1);
  const best = Math.max(...medians);
  const bestLevel = levels[medians.indexOf(best)] ?? low;
  return {
    title: `From ${formatLevel(by, low)} to ${formatLevel(by, high)} ${appTitle(app)}’s ${what} ${formatGain(gain)}`,
    notes: notesOf(result),
    charts: [
      {
        kind: 'bars',
        summary: `${appTitle(app)}: ${what} by ${by}. ${result.sentences[0] ?? ''}`,
        categories: levels.map(String),
        series: [{ name: 'measured (median)', colour: appColour(app), values: medians }],
        ...(fit && {
          over: [
            {
              name: 'fitted law',
              colour: boundColour,
              values: levels.map((level) => throughputAt(fit, level)),
            },
          ],
        }),
        x: by,
        y: { title: `${what}, requests per second` },
      },
    ],
    figures: [
      {
        value: formatPerSecond(best),
        label: `most, at ${formatLevel(by, bestLevel)}`,
        colour: appColour(app),
      },
      peakFigure(fit, by),
    ],
    reading: [
      bottleneck.words,
      ...(whyNoFit ? [whyNoFit] : []),
      ...(fit && !fit.peak.claimed ? [`No peak: ${fit.peak.why}.`] : []),
    ],
  };
}

/** Users, workers and replicas are whole. */
function peakFigure(fit: UslAnalysis | null, by: ScaleBy): { value: string; label: string } {
  if (fit === null) return { value: 'no law', label: 'is fitted' };
  const { peak, intervals } = fit;
  if (!peak.claimed || peak.n === null) return { value: 'no peak', label: 'is claimed' };
  const level = (n: number) => (by === 'cpus' ? n : Math.round(n));
  const [low, high] = intervals.peakN.map((n) => (n === null ? 'unknown' : String(level(n))));
  return { value: formatLevel(by, level(peak.n)), label: `peak, ${low} to ${high}` };
}

const limits: Record<LimitingFactor, string> = {
  nothing: 'nothing yet',
  contention: 'its parts wait in one line',
  coherency: 'its parts must agree',
};

const lawSlide = (result: ScaleResult, fit: UslAnalysis): SlideMessage => ({
  title: `What limits ${appTitle(result.app)}: ${limits[fit.limitedBy.factor]}`,
  notes: notesOf(result),
  reading: [fit.limitedBy.words, result.bottleneck.words, ...fit.warnings],
});

const notesOf = ({ by, points, measure }: ScaleResult): Notes => ({
  measured: `${measure === 'capacity' ? 'A search for the capacity' : 'Throughput of the closed model'} at each number of ${by}, ${points.length} measurements in random order. The law is Gunther’s Universal Scalability Law, X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1)), fitted by least squares; intervals are Student’s.`,
  read: 'Bars are medians of the rounds; void measurements are left out.',
  notConcluded: `Nothing beyond the largest number of ${by} tested. Where the cores or the database are full the curve is flat, and contention takes the blame; more hardware would move it.`,
});
