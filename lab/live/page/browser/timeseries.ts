// Lines over time, with phases, gaps and bounds.
import type { EChartsOption, LineSeriesOption } from 'echarts';
import { appColours, boundColour } from '../../../../grafana/src/colours';
import { phaseMarks } from '../../../../grafana/src/marks';
import type { Query, TimeSeries } from '../../../../grafana/src/model';
import { brokenLine, type Span } from '../history';
import { formatValue } from '../labels';
import { gridSeconds } from '../messages';
import type { Band } from '../phases';
import { baseOption, gridTop, timeAxis, valueAxis } from './charts';
import type { NamedSeries, View } from './view';

type Line = NonNullable<Query['line']>;

/** Pixels on, pixels off; the legend draws the same. */
export const dashes: Record<Line, readonly number[]> = {
  solid: [],
  dashed: [7, 4],
  dotted: [2, 3],
};

export function timeSeriesOption(
  panel: TimeSeries,
  series: readonly NamedSeries[],
  view: View,
): EChartsOption {
  const { unit, scale } = panel;
  const base = baseOption(view);
  return {
    ...base,
    tooltip: {
      ...base.tooltip,
      trigger: 'axis',
      order: 'valueDesc',
      valueFormatter: (value) => (typeof value === 'number' ? formatValue(value, unit) : '-'),
    },
    xAxis: timeAxis(view),
    yAxis: {
      ...valueAxis(view.theme, unit, scale),
      ...(panel.min !== undefined ? { min: panel.min } : scale !== 'log' && { min: 0 }),
      ...upperEnd(panel, series),
    },
    series: [
      marksSeries(panel, view),
      ...series.map((one): LineSeriesOption => lineOf(panel, one, view)),
    ],
  };
}

/** The nearest limit is in sight, and so is how far away it is. */
function upperEnd(
  { min = 0, max, unit, scale, bounds = [] }: TimeSeries,
  series: readonly NamedSeries[],
) {
  if (max !== undefined) return { max, ...(scale !== 'log' && { interval: (max - min) / 4 }) };
  const values = series.flatMap(({ points }) => points.map(([, value]) => value));
  const highest = values.reduce((a, b) => Math.max(a, b), 0);
  if (highest > 0 && scale !== 'log' && /^bytes|Bps$/.test(unit)) {
    // Ticks of bytes are powers of two.
    const interval = 2 ** Math.ceil(Math.log2(highest / 4));
    return { max: Math.ceil(highest / interval) * interval, interval };
  }
  const nearest = bounds.map(({ value }) => value).find((value) => value > highest);
  if (nearest !== undefined) {
    return { max: nearest * 1.25, ...(scale !== 'log' && { interval: nearest / 4 }) };
  }
  // There is no half of what is counted.
  if (highest > 0) return values.every(Number.isInteger) ? { minInterval: 1 } : {};
  // Nothing but zeros: a scale up to 100 % would hide the first that is not.
  return unit === 'percentunit' ? { max: 0.01, interval: 0.0025 } : { max: 1, interval: 1 };
}

function lineOf(panel: TimeSeries, one: NamedSeries, view: View): LineSeriesOption {
  const { name, colour, query, points } = one;
  const shown = panel.scale === 'log' ? points.filter(([, value]) => value > 0) : points;
  const data = panel.stacked ? onGrid(one, view) : brokenLine(shown);
  return {
    type: 'line',
    name,
    showSymbol: false,
    symbolSize: 4,
    color: colour,
    emphasis: { disabled: true },
    // A line on top of a stack is that of its last series, which is mostly 0.
    lineStyle: { width: panel.stacked ? 0 : 2, type: [...dashes[query.line ?? 'solid']] },
    ...(panel.stacked && { stack: 'all', areaStyle: { opacity: 0.8 } }),
    data: data.map(([atS, value]) => [atS * 1000, value]),
  };
}

/** Series that are stacked need a value each at every time. */
function onGrid({ points }: NamedSeries, { fromS, toS }: View): [number, number | null][] {
  const values = new Map(points);
  const first = Math.ceil(fromS / gridSeconds) * gridSeconds;
  const count = Math.floor((toS - first) / gridSeconds) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const atS = first + index * gridSeconds;
    return [atS, values.get(atS) ?? null];
  });
}

/** Bands and lines that are no measurements: phases, alerts, gaps, limits. */
function marksSeries({ bounds = [] }: TimeSeries, view: View): LineSeriesOption {
  const { bands, gaps, moments, theme, fromS } = view;
  const areas = [
    ...bands.filter((band) => band.toS > fromS).map((band) => bandArea(band, view)),
    ...gaps.map((gap) =>
      area(gap, view, {
        name: 'no data',
        itemStyle: { color: theme.muted, opacity: 0.2 },
        label: { show: true, position: 'inside', rotate: 90, color: theme.ink, fontSize: 11 },
      }),
    ),
  ];
  return {
    type: 'line',
    data: [],
    silent: true,
    tooltip: { show: false },
    markArea: { silent: true, data: areas },
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      data: [
        ...bounds.map(({ value }) => ({
          yAxis: value,
          lineStyle: { color: boundColour, type: [...boundDash], width: 1.5 },
        })),
        ...moments.map(({ atS, mark }) => ({
          xAxis: atS * 1000,
          // Paler than any line that is measured.
          lineStyle: { color: mark.colour, type: 'solid' as const, width: 1, opacity: 0.35 },
        })),
      ],
    },
  };
}

export const boundDash: readonly number[] = [5, 4];

type AnyArea = NonNullable<NonNullable<LineSeriesOption['markArea']>['data']>[number];
type Area = Extract<AnyArea, readonly unknown[]>;
type Corner = Area[0];

function area(span: Span, { fromS, toS }: View, look: Corner, end: Corner = {}): Area {
  return [
    { xAxis: Math.max(fromS, span.fromS) * 1000, ...look },
    { xAxis: Math.min(toS, span.toS) * 1000, ...end },
  ];
}

/** A phase fills the height in the colour of its app; what else is marked is a strip on top. */
function bandArea(band: Band, view: View): Area {
  const { mark, labels } = band;
  const app = appColours[labels.app ?? ''];
  if (phaseMarks.includes(mark) && app) {
    return area(band, view, { itemStyle: { color: app, opacity: opacityOf(labels.step) } });
  }
  const strip = { y: gridTop - 5 };
  return area(band, view, { ...strip, itemStyle: { color: mark.colour } }, { y: gridTop - 1 });
}

/** Every other step of a trial is darker: they follow one another without a gap. */
const opacityOf = (step = ''): number =>
  Number(/\d+$/.exec(step)?.[0] ?? 0) % 2 === 0 ? 0.08 : 0.16;
