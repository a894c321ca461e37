// Lines over time, with phases, gaps and bounds.
import type { EChartsOption, LineSeriesOption } from 'echarts';
import { appColours, boundColour } from '../../../../grafana/src/colours';
import type { Query, TimeSeries } from '../../../../grafana/src/model';
import { brokenLine, type Span } from '../history';
import { gridSeconds } from '../messages';
import type { Band } from '../phases';
import { formatValue } from '../units';
import { baseOption, timeAxis, valueAxis } from './chart';
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
      ...(scale !== 'log' && { min: 0 }),
      ...upperEnd(panel, series),
    },
    series: [
      marksSeries(panel, view),
      ...series.map((one): LineSeriesOption => lineOf(panel, one, view)),
    ],
  };
}

/** The nearest limit is in sight, and so is how far away it is. */
function upperEnd({ max, unit, bounds = [] }: TimeSeries, series: readonly NamedSeries[]) {
  if (max !== undefined) return { max, interval: max / 4 };
  const highest = Math.max(0, ...series.flatMap(({ points }) => points.map(([, value]) => value)));
  const nearest = bounds.map(({ value }) => value).find((value) => value > highest);
  if (nearest !== undefined) return { max: nearest * 1.1 };
  if (highest > 0) return {};
  // Nothing but zeros: a scale up to 100 % would hide the first that is not.
  return { max: unit === 'percentunit' ? 0.01 : 1 };
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
    lineStyle: { width: 2, type: [...dashes[query.line ?? 'solid']] },
    ...(panel.stacked && { stack: 'all', areaStyle: { opacity: 0.3 } }),
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
  const { bands, gaps, moments, theme, fromS, toS } = view;
  const area = (span: Span, look: object) => [
    { xAxis: Math.max(fromS, span.fromS) * 1000, ...look },
    { xAxis: Math.min(toS, span.toS) * 1000 },
  ];
  const areas = [
    ...bands
      .filter((band) => band.toS > fromS)
      .map((band) =>
        area(band, { itemStyle: { color: colourOf(band), opacity: opacityOf(band) } }),
      ),
    ...gaps.map((gap) =>
      area(gap, {
        name: 'no data',
        itemStyle: { color: theme.muted, opacity: 0.35 },
        label: { show: true, position: 'inside', rotate: 90, color: theme.ink, fontSize: 11 },
      }),
    ),
  ];
  return {
    type: 'line',
    data: [],
    silent: true,
    tooltip: { show: false },
    markArea: { silent: true, data: areas as never },
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
          lineStyle: { color: mark.colour, type: 'solid' as const, width: 1 },
        })),
      ],
    },
  };
}

export const boundDash: readonly number[] = [5, 4];

/** A phase has the colour of its app: it says whose turn it is. */
const colourOf = ({ mark, labels }: Band): string =>
  (mark.name === 'Phases of the run' && appColours[labels.app as keyof typeof appColours]) ||
  mark.colour;

/** Every other step of a trial is darker: they follow one another without a gap. */
const opacityOf = ({ labels }: Band): number =>
  Number(/\d+$/.exec(labels.step ?? '')?.[0] ?? 0) % 2 === 0 ? 0.08 : 0.16;
