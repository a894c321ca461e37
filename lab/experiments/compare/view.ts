// What `lab compare` shows: the ratios on one axis with their verdicts, then the runs behind each.
import { describePlace } from '../../measure/turns/interleaved';
import { armCharts, ratioChart } from '../../render/arm-charts';
import { formatFigure, percent, times, timesInterval } from '../../render/format';
import { type ArmLooks, armLooks, colourOf } from '../../render/looks';
import { type Screen, wrapProse } from '../../render/screen';
import { renderBlocks } from '../../render/terminal';
import {
  type Charts,
  type Colour,
  type Column,
  type Notes,
  type Span,
  type Table,
  table,
  type View,
} from '../../render/view';
import { largerBy } from '../../results/findings-text';
import type { RunRecord } from '../../results/schemas';
import { describeExcess, formatHeldLoadShort } from '../../results/trial/measures';
import {
  type Compared,
  type CompareResult,
  describeChecks,
  formatVerdict,
  meanOfArm,
} from './analyse';

export function compareView(result: CompareResult, { id, subjects }: RunRecord): View[] {
  const { compared, labels } = result;
  if (compared.length === 0) return [];
  const looks = armLooks({ a: subjects[0]?.app ?? '', b: subjects.at(-1)?.app ?? '' }, labels);
  const notes = notesOf(result);
  return [
    {
      id: 'ratios',
      title: 'Ratios',
      blocks: [ratiosOf(result, looks, id, notes), verdictTable(result, notes)],
    },
    {
      id: 'runs',
      title: 'Runs',
      blocks: armCharts(compared, looks, id, describePlace),
    },
  ];
}

/** The verdicts with sentences and doubts, where no run surrounds them. */
export const renderCompared = (result: CompareResult, screen: Screen): string =>
  `${[
    renderBlocks([verdictTable(result)], screen),
    result.warnings.map((warning) => wrapProse(`Note: ${warning}`, screen, '  ')).join('\n'),
    result.sentences.map((text) => wrapProse(text, screen, '  ')).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;

const nameOf = ({ measure, workload }: Compared): string => `${measure.title} of ${workload}`;

function verdictTable(result: CompareResult, notes?: Notes): Table {
  const { compared, labels, margin } = result;
  const judged = compared.filter(({ wanted }) => wanted === undefined);
  const found = judged.filter(({ comparison }) => comparison.verdict.endsWith('faster')).length;
  return table({
    caption: `Verdicts on ${labels.b} over ${labels.a}; geometric means of ${isInTurns(result) ? 'blocks' : 'runs'}, margin of equivalence ${percent(margin)}`,
    columns: columnsOf(labels, isInTurns(result)),
    rows: compared,
    ...(notes && {
      slide: { title: `${found} of ${judged.length} measures show a difference`, notes },
    }),
  });
}

/** Both arms were up at once: a run of either is a block. */
const isInTurns = ({ compared }: CompareResult): boolean =>
  compared.some(({ checks }) => checks !== undefined);

function columnsOf(labels: CompareResult['labels'], inTurns: boolean): Column<Compared>[] {
  const notOnSlides = { on: ['terminal', 'page'] } as const;
  const meanOf = (arm: 'a' | 'b') => (one: Compared) => formatFigure(meanOfArm(one, arm));
  return [
    { title: 'Measure', is: 'words', cell: (one) => `${nameOf(one)}, ${one.measure.unit}` },
    {
      title: 'Verdict',
      is: 'words',
      cell: (one) => formatVerdict(one, labels),
    },
    { title: 'At', cell: ({ load }) => formatHeldLoadShort(load), ...notOnSlides, drop: 3 },
    { title: labels.a, cell: meanOf('a'), ...notOnSlides, drop: 1 },
    { title: labels.b, cell: meanOf('b'), ...notOnSlides, drop: 1 },
    { title: 'Ratio', cell: ({ comparison }) => times(comparison.ratio), ...notOnSlides },
    {
      title: '95 % interval',
      cell: ({ comparison }) => timesInterval(comparison.interval),
      ...notOnSlides,
    },
    // Where no figures of both stand beside it, as the chart and the sentences have it.
    { title: 'Larger by (95 %)', cell: largerTimes, on: ['slide'] },
    inTurns
      ? {
          title: 'A against A',
          is: 'words',
          cell: (one) => groundInTable(one, labels),
          ...notOnSlides,
          drop: 4,
        }
      : {
          title: 'Noise floor',
          cell: ({ floor }) => (floor ? percent(floor.floor) : 'none'),
          drop: 4,
        },
    {
      title: 'Cliff’s delta',
      cell: ({ comparison }) => comparison.cliffsDelta.toFixed(2),
      ...notOnSlides,
      drop: 6,
    },
    {
      title: inTurns ? 'Blocks' : 'Runs per arm',
      cell: ({ comparison: { n } }) => (n.a === n.b ? String(n.a) : `${n.a} and ${n.b}`),
      drop: 5,
    },
  ];
}

/** A search for a capacity is made one arm after the other, and has a floor. */
function groundInTable({ checks, floor }: Compared, labels: CompareResult['labels']): string {
  if (checks) return describeChecks(checks, labels);
  return floor ? `noise floor ${percent(floor.floor)}` : 'no noise floor';
}

function ratiosOf(result: CompareResult, looks: ArmLooks, id: string, notes: Notes): Charts {
  const { compared, labels, margin } = result;
  const over = `${labels.b} over ${labels.a}`;
  const [first] = compared;
  return {
    kind: 'charts',
    charts: [
      ratioChart({
        name: `ratios-${id}`,
        title: over,
        reading:
          'A dot is the ratio, its line the 95 % interval, in the colour of the better one. Inside the grey band it is equivalent; across 1 the runs cannot tell, which is not the same as equal. A pale bar is what one subject shows against itself.',
        axis: `← less on ${labels.b} · ${over} · more on ${labels.b} →`,
        margin,
        rows: compared.map((one) => ({
          label: `${nameOf(one)} (${one.measure.better === 'lower' ? 'less' : 'more'} is better)`,
          ratio: one.comparison.ratio,
          interval: one.comparison.interval,
          floor: one.floor?.floor ?? null,
          colour: colourOfBetter(one, looks),
        })),
      }),
    ],
    ...(first && {
      slide: {
        title: titleOf(first, labels),
        notes,
        spans: {
          axis: over,
          isLog: true,
          at: 1,
          sides: [`${labels.b} better`, `${labels.a} better`],
          rows: compared.map((one) => spanOf(one, looks)),
        },
        reading: [
          'Each row is a ratio with its 95 % interval. One that holds 1 within it shows no difference.',
          `Within ${percent(margin)} of 1 counts as equivalent.`,
        ],
      },
    }),
  };
}

/** What was decided in a ratio, else that it was not. */
function titleOf(one: Compared, labels: CompareResult['labels']): string {
  const { comparison, measure } = one;
  if (!comparison.verdict.endsWith('faster') || one.wanted) return formatVerdict(one, labels);
  const { larger, factor } = largerBy(comparison.ratio, comparison.interval);
  const other = labels[larger === 'a' ? 'b' : 'a'];
  return `${labels[larger]} ${describeExcess(measure, times(factor), other)} (${describePlace(one)})`;
}

/** Across 1 it is nobody's. */
function colourOfBetter({ comparison, measure }: Compared, looks: ArmLooks): Colour {
  const [low, high] = comparison.interval;
  if (low === null || high === null || (low <= 1 && high >= 1)) return 'ink';
  return colourOf(looks[(measure.better === 'lower') === low > 1 ? 'a' : 'b']);
}

/** How many times the larger is the smaller, whichever it is. */
function largerTimes({ comparison }: Compared): string {
  const { factor, interval } = largerBy(comparison.ratio, comparison.interval);
  return `${times(factor)} times (${timesInterval(interval)})`;
}

/** To the side of the one that is better, in its colour. */
function spanOf(one: Compared, looks: ArmLooks): Span {
  const { comparison, measure } = one;
  const isLess = measure.better === 'lower';
  const towardsA = (ratio: number): number => (isLess ? ratio : 1 / ratio);
  const [low, high] = comparison.interval;
  const ends = [low, high].map((end) => (end === null ? null : towardsA(end)));
  const [from = null, to = null] = isLess ? ends : ends.toReversed();
  return {
    label: nameOf(one),
    low: from,
    high: to,
    at: towardsA(comparison.ratio),
    value: largerTimes(one),
    colour: colourOfBetter(one, looks),
  };
}

const notesOf = (result: CompareResult): Notes => ({
  measured: isInTurns(result)
    ? 'Blocks, each on fresh processes and reset data where the lab starts them: both subjects are up at once and loaded in mirrored turns, so that what slows the machine slows both alike. The ratio is taken block by block on the log scale, with Student’s interval (docs/method.md).'
    : result.interleaved
      ? 'Runs in blocks, A B B A: a fresh process and reset data each time, where the lab starts them. The ratio is taken on the log scale, its interval by the method that covers best at this number of runs (docs/method.md).'
      : 'Two runs that lie side by side on disk: drift between them is not excluded.',
  notConcluded:
    `That a difference inside the noise floor is one, or that it holds for another mix. ${result.warnings.slice(0, 2).join(' ')}`.trim(),
});
