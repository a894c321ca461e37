// Two arms that took turns: how each looks, apart in colour, in shape and in place; how its runs spread,
// and how they lie in time.
import type { EChartsOption, SeriesOption } from 'echarts';
import type { Outcome } from '../../results/trial/outcome';
import { median } from '../../statistics/descriptive';
import { formatFigure } from '../format';
import { appTint, type Chart, drawnSwatch, type Mark, secondShape, symbolOf } from './figure';
import { markLegend } from './legend';
import { html, type Markup } from './markup';
import { horizontal, inks, vertical } from './svg';

type Arm = 'a' | 'b';
/** The runs of both arms by one measure, in the order of running. */
type ArmSeries = {
  measure: { title: string; unit: string };
  runs: readonly { arm: Arm; value: number; outcome: Outcome }[];
};
type ArmLook = { label: string; colour: string; mark: (mark: Mark) => Drawn };
export type ArmLooks = Record<Arm, ArmLook>;
type Drawn = ReturnType<typeof symbolOf>;

/** An app has its own colour and shape in either arm; against itself, a tint and a square. */
export function armLooks(apps: Record<Arm, string>, labels: Record<Arm, string>): ArmLooks {
  const look = (arm: Arm): ArmLook => {
    const again = arm === 'b' && apps.a === apps.b;
    const colour = appTint(apps[arm], again ? 1 : 0);
    const shape = again ? secondShape : undefined;
    return {
      label: labels[arm],
      colour,
      mark: (mark) => symbolOf(apps[arm], mark, inks.ground, colour, shape),
    };
  };
  return { a: look('a'), b: look('b') };
}

/** What is drawn in the charts of these series: void runs are not. */
export function armLegend(looks: ArmLooks, series: readonly ArmSeries[]): Markup {
  const outcomes = new Set(series.flatMap(({ runs }) => runs.map(({ outcome }) => outcome)));
  const marks = (['held', 'broken', 'overloaded'] as const).filter((mark) => outcomes.has(mark));
  return html`<ul class="legend">
${(['a', 'b'] as const).map((arm) => html`<li>${drawnSwatch(looks[arm].mark('held'))} ${looks[arm].label}</li>`)}
${markLegend(marks)}
</ul>`;
}

const arms: readonly Arm[] = ['a', 'b'];
const sizes = { wide: { width: 540, height: 190 }, narrow: { width: 358, height: 190 } };

export function stripChart(series: ArmSeries, looks: ArmLooks, name: string, where: string): Chart {
  const { measure } = series;
  const said = arms.map((arm) => {
    const values = valuesOf(series, arm);
    if (values.length === 0) return `${looks[arm].label}: no run.`;
    const figures = [median(values), Math.min(...values), Math.max(...values)].map(formatFigure);
    return `${looks[arm].label}: median ${figures[0]}, from ${figures[1]} to ${figures[2]} ${measure.unit}.`;
  });
  return {
    name,
    title: `${measure.title} of ${where}: each run`,
    reading: `A mark a run, in ${measure.unit}; the upright stroke is the arm’s median. Arms that overlap may still differ: the verdict is on the pairs. Arms far apart in few runs may not.`,
    summary: said.join(' '),
    sizes,
    option: () => stripOption(series, looks),
  };
}

export function orderChart(series: ArmSeries, looks: ArmLooks, name: string, where: string): Chart {
  const { measure, runs } = series;
  const inOrder = runs.map(({ arm, value }) => `${looks[arm].label} ${formatFigure(value)}`);
  return {
    name,
    title: `${measure.title} of ${where}: in the order of running`,
    reading: `The same runs from first to last, in ${measure.unit}. Both arms climbing or falling together is the machine drifting, which turns cancel; one arm doing so alone is the arm’s own.`,
    summary: `In order, in ${measure.unit}: ${inOrder.join(', ')}.`,
    sizes,
    option: () => orderOption(series, looks),
  };
}

const valuesOf = (series: ArmSeries, arm: Arm): number[] =>
  series.runs.filter((run) => run.arm === arm).map(({ value }) => value);

/** Marks of an arm are set apart by the order of running, never at random: a page is reproducible. */
function stripOption(series: ArmSeries, looks: ArmLooks): EChartsOption {
  const place = { a: 1, b: 0 };
  const points = (arm: Arm): SeriesOption => {
    const runs = series.runs.filter((run) => run.arm === arm);
    const spread = (index: number) =>
      runs.length < 2 ? 0 : 0.5 * (index / (runs.length - 1) - 0.5);
    return {
      type: 'scatter',
      silent: true,
      data: runs.map(({ value, outcome }, index) => ({
        value: [value, place[arm] + spread(index)],
        ...looks[arm].mark(outcome),
      })),
    };
  };
  const medians = (arm: Arm): SeriesOption[] => {
    const values = valuesOf(series, arm);
    if (values.length === 0) return [];
    const at = median(values);
    return [
      {
        type: 'line',
        silent: true,
        symbol: 'none',
        lineStyle: { color: 'var(--ink)', width: 3, type: 'solid' },
        data: [
          [at, place[arm] - 0.34],
          [at, place[arm] + 0.34],
        ],
      },
    ];
  };
  return {
    grid: { left: 12, right: 20, top: 6, bottom: 44 },
    xAxis: { ...horizontal({ type: 'value', name: series.measure.unit }), scale: true },
    yAxis: { type: 'value', min: -0.5, max: 1.5, show: false },
    series: [...arms.map(points), ...arms.flatMap(medians)],
  };
}

function orderOption(series: ArmSeries, looks: ArmLooks): EChartsOption {
  const { runs } = series;
  return {
    grid: { left: 46, right: 16, top: 10, bottom: 44 },
    xAxis: {
      ...horizontal({ type: 'value', name: 'run', min: 0, max: runs.length + 1 }),
      minInterval: 1,
      axisLabel: { color: inks.text, fontSize: 12, showMaxLabel: false, showMinLabel: false },
    },
    yAxis: { ...vertical({ type: 'value' }), scale: true, splitNumber: 4 },
    series: arms.map((arm) => ({
      type: 'line',
      silent: true,
      showAllSymbol: true,
      lineStyle: { color: looks[arm].colour, width: 1, opacity: 0.5 },
      data: runs.flatMap(({ arm: own, value, outcome }, index) =>
        own === arm ? [{ value: [index + 1, value], ...looks[arm].mark(outcome) }] : [],
      ),
    })),
  };
}
