// Two arms that took turns: the ratios between them; how the runs of each spread, and how they lie in time.
import type { Outcome } from '../results/trial/result';
import { median } from '../statistics/descriptive';
import { formatFigure, percent, times, timesInterval } from './format';
import type { ArmLooks } from './looks';
import { type Block, type Chart, type Intervals, type LegendEntry, markLegend } from './view';

type Arm = 'a' | 'b';
/** The runs of both arms by one measure, in the order of running. */
export type ArmSeries = {
  measure: { title: string; unit: string };
  runs: readonly { arm: Arm; value: number; outcome: Outcome }[];
};

const arms: readonly Arm[] = ['a', 'b'];

const rowHeight = 40;
const axisHeight = 64;

/** Ratios on one axis, one row each. */
export const ratioChart = ({
  rows,
  ...options
}: Omit<Intervals, 'kind' | 'rows'> & {
  rows: readonly Omit<Intervals['rows'][number], 'value'>[];
} & Pick<Chart, 'name' | 'title' | 'reading'>): Chart => ({
  kind: 'intervals',
  whole: true,
  height: rows.length * rowHeight + axisHeight,
  summary: rows
    .map(
      ({ label, ratio, interval, floor }) =>
        `${label}: ${times(ratio)}, 95 % interval ${timesInterval(interval)}, noise floor ${floor === null ? 'not known' : percent(floor)}.`,
    )
    .join(' '),
  rows: rows.map((row) => ({
    ...row,
    value: `${times(row.ratio)} (${timesInterval(row.interval)})`,
  })),
  ...options,
});

/** Two charts for each series, the second folded away. */
export const armCharts = <Series extends ArmSeries>(
  all: readonly Series[],
  looks: ArmLooks,
  id: string,
  describe: (series: Series) => string,
): Block[] => [
  {
    kind: 'charts',
    legend: armLegend(looks, all),
    charts: all.map((series, index) =>
      stripChart(series, looks, `strip-${id}-${index + 1}`, describe(series)),
    ),
  },
  {
    kind: 'fold',
    summary: 'The same runs in the order of running',
    on: ['page'],
    blocks: [
      {
        kind: 'charts',
        charts: all.map((series, index) =>
          orderChart(series, looks, `order-${id}-${index + 1}`, describe(series)),
        ),
      },
    ],
  },
];

/** What is drawn in the charts of these series: void runs are not. */
function armLegend(looks: ArmLooks, all: readonly ArmSeries[]): LegendEntry[] {
  const outcomes = new Set(all.flatMap(({ runs }) => runs.map(({ outcome }) => outcome)));
  const marks = (['held', 'broken', 'overloaded'] as const).filter((mark) => outcomes.has(mark));
  return [
    ...arms.map((arm): LegendEntry => ({ mark: 'held', look: looks[arm], text: looks[arm].label })),
    ...markLegend(marks),
  ];
}

/** Runs of an arm are set apart by the order of running, never at random: a page is reproducible. */
export function stripChart(
  { measure, runs }: ArmSeries,
  looks: ArmLooks,
  name: string,
  where: string,
): Chart {
  const both = arms.map((arm) => {
    const own = runs.filter((run) => run.arm === arm);
    return { ...looks[arm], own, values: own.map(({ value }) => value), row: arm === 'a' ? 1 : 0 };
  });
  return {
    kind: 'xy',
    name,
    height: 190,
    title: `${measure.title} of ${where}: each run`,
    reading: `A mark for each run, in ${measure.unit}; the upright stroke is the median. The verdict is on pairs of runs, which arms that overlap hide.`,
    summary: both
      .map(({ label, values }) => {
        if (values.length === 0) return `${label}: no run.`;
        const figures = [median(values), Math.min(...values), Math.max(...values)];
        const [middle, low, high] = figures.map(formatFigure);
        return `${label}: median ${middle}, from ${low} to ${high} ${measure.unit}.`;
      })
      .join(' '),
    x: { title: measure.unit, min: 'data' },
    y: { title: '', min: -0.5, max: 1.5, hidden: true },
    series: [
      ...both.map(({ label, own, row, ...look }) => ({
        name: label,
        look,
        points: own.map(({ value, outcome }, index) => ({
          x: value,
          y: row + (own.length < 2 ? 0 : 0.5 * (index / (own.length - 1) - 0.5)),
          mark: outcome,
        })),
      })),
      ...both
        .filter(({ values }) => values.length > 0)
        .map(({ label, values, row }) => ({
          name: `median of ${label}`,
          line: { colour: 'ink', width: 3 },
          points: [-0.34, 0.34].map((end) => ({ x: median(values), y: row + end })),
        })),
    ],
  };
}

export function orderChart(
  { measure, runs }: ArmSeries,
  looks: ArmLooks,
  name: string,
  where: string,
): Chart {
  const inOrder = runs.map(({ arm, value }) => `${looks[arm].label} ${formatFigure(value)}`);
  return {
    kind: 'xy',
    name,
    height: 190,
    title: `${measure.title} of ${where}: in the order of running`,
    reading: `The same runs from first to last, in ${measure.unit}. Where both climb or fall together it is the machine, which turns cancel.`,
    summary: `In order, in ${measure.unit}: ${inOrder.join(', ')}.`,
    x: { title: 'run', min: 0, max: runs.length + 1, whole: true },
    y: { title: measure.unit, min: 'data' },
    series: arms.map((arm) => ({
      name: looks[arm].label,
      look: looks[arm],
      line: { width: 1, opacity: 0.5 },
      points: runs.flatMap(({ arm: own, value, outcome }, index) =>
        own === arm ? [{ x: index + 1, y: value, mark: outcome }] : [],
      ),
    })),
  };
}
