// What `lab compare` shows: the ratios on one axis with their verdicts, then the runs behind each.
import { armOf, describePlace } from '../../measure/turns/interleaved';
import { armCharts, ratioChart } from '../../render/arm-charts';
import { formatFigure, percent, times, timesInterval } from '../../render/format';
import { type ArmLooks, armLooks, colourOf } from '../../render/looks';
import { renderViews } from '../../render/terminal';
import {
  type Charts,
  type Column,
  type Notes,
  type SlideOnly,
  type Table,
  table,
  type View,
} from '../../render/view';
import type { RunRecord } from '../../results/schemas';
import { formatHeldLoadShort, midSentence } from '../../results/trial/measures';
import { mean, median } from '../../statistics/descriptive';
import { type Compared, type CompareResult, describeChecks, formatVerdict } from './analyse';

export function compareView(result: CompareResult, { id, subjects }: RunRecord): View[] {
  const { compared, labels } = result;
  if (compared.length === 0) return [];
  const looks = armLooks({ a: subjects[0]?.app ?? '', b: subjects.at(-1)?.app ?? '' }, labels);
  const notes = notesOf(result);
  return [
    {
      id: 'ratios',
      title: 'Ratios',
      blocks: [ratiosOf(result, id, notes), verdictTable(result, notes)],
    },
    {
      id: 'runs',
      title: 'Runs',
      blocks: [
        armCharts(compared, looks, id, describePlace),
        ...compared.map((one) => blocksSlide(one, looks, notes)),
      ],
    },
  ];
}

/** The verdicts with sentences and doubts, where no run surrounds them. */
export const renderCompared = (result: CompareResult): string =>
  `${[
    renderViews([{ id: 'ratios', title: 'Ratios', blocks: [verdictTable(result)] }]),
    result.sentences.join('\n'),
    result.warnings.map((warning) => `Note: ${warning}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;

const nameOf = ({ measure, workload }: Compared): string => `${measure.title} of ${workload}`;

function verdictTable(result: CompareResult, notes?: Notes): Table {
  const { compared, labels, margin } = result;
  const judged = compared.filter(({ wanted }) => wanted === undefined);
  const found = judged.filter(({ comparison }) => comparison.verdict.endsWith('faster')).length;
  return table({
    caption: `Verdicts on ${labels.b} over ${labels.a}; medians of ${isInTurns(result) ? 'blocks' : 'runs'}, margin of equivalence ${percent(margin)}`,
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
  const medianOf = (arm: 'a' | 'b') => (one: Compared) =>
    formatFigure(median(armOf(one, arm).map(({ value }) => value)));
  return [
    { title: 'Measure', is: 'words', cell: (one) => `${nameOf(one)}, ${one.measure.unit}` },
    {
      title: 'Verdict',
      is: 'words',
      cell: (one) =>
        `${formatVerdict(one, labels)}${one.comparison.indicative ? ' (indicative)' : ''}`,
    },
    { title: 'At', cell: ({ load }) => formatHeldLoadShort(load), ...notOnSlides },
    { title: labels.a, cell: medianOf('a'), ...notOnSlides },
    { title: labels.b, cell: medianOf('b'), ...notOnSlides },
    { title: 'Ratio', cell: ({ comparison }) => times(comparison.ratio) },
    { title: '95 % interval', cell: ({ comparison }) => timesInterval(comparison.interval) },
    inTurns
      ? {
          title: 'A against A',
          is: 'words',
          cell: (one) => groundInTable(one, labels),
          ...notOnSlides,
        }
      : { title: 'Noise floor', cell: ({ floor }) => (floor ? percent(floor.floor) : 'none') },
    {
      title: 'Cliff’s delta',
      cell: ({ comparison }) => comparison.cliffsDelta.toFixed(2),
      ...notOnSlides,
    },
    {
      title: inTurns ? 'Blocks' : 'Runs per arm',
      cell: ({ comparison: { n } }) => (n.a === n.b ? String(n.a) : `${n.a} and ${n.b}`),
    },
  ];
}

/** A search for a capacity is made one arm after the other, and has a floor. */
function groundInTable({ checks, floor }: Compared, labels: CompareResult['labels']): string {
  if (checks) return describeChecks(checks, labels);
  return floor ? `noise floor ${percent(floor.floor)}` : 'no noise floor';
}

function ratiosOf(result: CompareResult, id: string, notes: Notes): Charts {
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
          'A dot is the ratio, its line the 95 % interval. Clear of 1 it is a difference; wholly inside the grey band it is equivalent within the margin; across 1 the runs cannot tell, which is not the same as equal. A dot inside its own pale bar is no larger than what one subject shows against itself.',
        axis: over,
        margin,
        rows: compared.map((one) => ({
          label: `${nameOf(one)} (${one.measure.better === 'lower' ? 'less' : 'more'} is better)`,
          ratio: one.comparison.ratio,
          interval: one.comparison.interval,
          floor: one.floor?.floor ?? null,
        })),
      }),
    ],
    slide: {
      title: first
        ? `${formatVerdict(first, labels)}: ${over} ${times(first.comparison.ratio)}`
        : `${labels.a} and ${labels.b} were not compared`,
      notes,
      figures: compared.slice(0, 2).map(({ measure, comparison }) => ({
        value: `${times(comparison.ratio)} ×`,
        label: `${measure.title}: ${timesInterval(comparison.interval)}`,
      })),
      reading: [
        'Each group is a ratio between the ends of its 95 % interval. What holds 1 within it is no difference that was found.',
        `Within ${percent(margin)} of 1 counts as equivalent.`,
        ...groundOf(first, labels),
      ],
    },
  };
}

function groundOf(first: Compared | undefined, labels: CompareResult['labels']): string[] {
  if (first?.checks) return [`A against A: ${describeChecks(first.checks, labels)}.`];
  return [
    first?.floor ? `Noise floor: ${percent(first.floor.floor)}.` : 'No noise floor is known.',
  ];
}

/** What the arms had in common, block by block. */
function blocksSlide(one: Compared, looks: ArmLooks, notes: Notes): SlideOnly {
  const { measure, runs, comparison } = one;
  const blocks = [...new Set(runs.map(({ block }) => block))].sort((a, b) => a - b);
  const valuesOf = (arm: 'a' | 'b', block: number): number[] =>
    runs.filter((run) => run.arm === arm && run.block === block).map(({ value }) => value);
  return {
    kind: 'slide',
    slide: {
      title: `Block by block: ${midSentence(measure.title)} of ${describePlace(one)}`,
      notes,
      charts: [
        {
          kind: 'lines',
          summary: `${measure.title} of both arms in the order of their blocks.`,
          categories: blocks.map((block) => String(block + 1)),
          series: (['a', 'b'] as const).map((arm) => ({
            name: looks[arm].label,
            colour: colourOf(looks[arm]),
            values: blocks.map((block) => {
              const values = valuesOf(arm, block);
              return values.length === 0 ? null : mean(values);
            }),
          })),
          x: 'block, in the order of measuring',
          y: { title: measure.unit },
        },
      ],
      figures: [
        {
          value: `${times(comparison.ratio)} ×`,
          label: `${looks.b.label} over ${looks.a.label}: ${timesInterval(comparison.interval)}`,
        },
      ],
      reading: [
        'Lines that move together share what the machine did at that time: that is why they took turns.',
      ],
    },
  };
}

const notesOf = (result: CompareResult): Notes => ({
  measured: isInTurns(result)
    ? 'Blocks of fresh processes and reset databases: both subjects are up at once and loaded in mirrored turns, so that what slows the machine slows both alike. The ratio is taken block by block on the log scale, with Student’s interval (docs/method.md).'
    : result.interleaved
      ? 'Runs in blocks, A B B A: fresh process and reset database each time. The ratio is taken on the log scale, its interval by the method that covers best at this number of runs (docs/method.md).'
      : 'Two runs that lie side by side on disk: drift between them is not excluded.',
  notConcluded:
    `That a difference inside the noise floor is one, or that it holds for another mix. ${result.warnings.slice(0, 2).join(' ')}`.trim(),
});
