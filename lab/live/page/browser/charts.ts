// ECharts with the parts that the panels use, and nothing that moves by itself; and the charts that
// are no lines over time: points of one figure against another, and heatmaps.
import type { EChartsOption, ScatterSeriesOption } from 'echarts';
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import {
  brightestShare,
  type Heatmap,
  type Scatter,
  shownTimes,
  type Unit,
} from '../../../../grafana/src/model';
import { cellsOfBuckets } from '../history';
import { formatValue } from '../labels';
import { type Cell, gridSeconds } from '../messages';
import { type NamedSeries, namedSeries, type Theme, type View } from './view';

use([
  ...[LineChart, ScatterChart, CustomChart],
  ...[GridComponent, TooltipComponent, MarkLineComponent, MarkAreaComponent],
  CanvasRenderer,
]);

const fontSize = 11;

/** Pixels above the drawing, for marks and for half a label. */
export const gridTop = 14;

export function createChart(box: HTMLElement): EChartsType {
  const chart = init(box);
  const observer = new ResizeObserver(() => {
    if (chart.isDisposed()) observer.disconnect();
    else chart.resize();
  });
  observer.observe(box);
  return chart;
}

/** What every chart has; canvas tooltips, because the page's policy forbids styles in markup. */
export const baseOption = ({ theme }: View): EChartsOption => ({
  animation: false,
  textStyle: { fontFamily: theme.font, color: theme.muted, fontSize },
  grid: { left: 8, right: 14, top: gridTop, bottom: 4, outerBoundsMode: 'same' },
  tooltip: {
    renderMode: 'richText',
    confine: true,
    backgroundColor: theme.ground,
    borderColor: theme.rule,
    textStyle: { color: theme.ink, fontSize: 12 },
  },
});

export const timeAxis = ({ fromS, toS, theme }: View) => ({
  type: 'time' as const,
  min: fromS * 1000,
  max: toS * 1000,
  axisLabel: {
    color: theme.muted,
    fontSize,
    hideOverlap: true,
    formatter: toS - fromS <= 180 ? '{HH}:{mm}:{ss}' : '{HH}:{mm}',
  },
  axisLine: { lineStyle: { color: theme.muted } },
  axisTick: { lineStyle: { color: theme.muted } },
  splitLine: { show: false },
  minInterval: toS - fromS <= 180 ? 30_000 : 60_000,
});

export const valueAxis = (theme: Theme, unit: Unit, scale: 'log' | 'log2' | undefined) => ({
  type: scale === undefined ? ('value' as const) : ('log' as const),
  ...(scale === 'log2' && { logBase: 2 }),
  splitNumber: 4,
  axisLabel: {
    color: theme.muted,
    fontSize,
    hideOverlap: true,
    formatter: (value: number) => formatValue(value, unit),
  },
  axisLine: { show: false },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: theme.rule } },
});

/** Several figures against one: each app's points at the same moments. */
export function scatterOption(
  panel: Scatter,
  series: readonly NamedSeries[],
  view: View,
): EChartsOption {
  const base = baseOption(view);
  const { theme } = view;
  const xs = namedSeries([panel.x], view);
  const x = valueAxis(theme, panel.xUnit, panel.xScale);
  return {
    ...base,
    // The last label of the axis is centred on its end.
    grid: { ...base.grid, right: 28 },
    tooltip: {
      ...base.tooltip,
      trigger: 'item',
      formatter: (params) => {
        const { seriesName, value } = Array.isArray(params) ? (params[0] ?? {}) : params;
        const [atX = 0, atY = 0] = Array.isArray(value) ? value.map(Number) : [];
        return `${seriesName}\n${formatValue(atY, panel.unit)} at ${formatValue(atX, panel.xUnit)}`;
      },
    },
    xAxis: {
      ...x,
      ...(panel.xScale === undefined && { min: 0 }),
      axisLine: { show: true, lineStyle: { color: theme.muted } },
    },
    yAxis: {
      ...valueAxis(theme, panel.unit, panel.scale),
      ...(panel.scale !== 'log' && { min: 0 }),
    },
    series: series.map((one) => pointsOf(panel, one, xs)),
  };
}

function pointsOf(
  panel: Scatter,
  { name, colour, query, labels, points }: NamedSeries,
  xs: readonly NamedSeries[],
): ScatterSeriesOption {
  const across = new Map(xs.find((x) => x.labels.app === labels.app)?.points);
  // As the catalogue's descriptions say: the points of dotted lines are hollow.
  const isOpen = query.line === 'dotted';
  return {
    type: 'scatter',
    name,
    silent: false,
    symbolSize: 6,
    emphasis: { disabled: true },
    itemStyle: {
      color: isOpen ? 'transparent' : colour,
      borderColor: colour,
      borderWidth: isOpen ? 1.5 : 0,
      opacity: 0.75,
    },
    data: points.flatMap(([atS, y]) => {
      const x = across.get(atS);
      return x === undefined || (panel.scale === 'log' && y <= 0) ? [] : [[x, y]];
    }),
  };
}

/**
 * Viridis, whose steps of brightness are even and read alike by everybody
 * (https://bids.github.io/colormap/), without its darkest, which cannot be told from a dark ground.
 */
export const shades = [
  ...['#433e85', '#38588c', '#2d708e', '#25858e', '#1e9b8a'],
  ...['#2ab07f', '#52c569', '#86d549', '#c2df23', '#fde725'],
];

/** Of a bucket without a lower or upper end, the neighbouring bound times this. */
const openEnd = 1.5;

/** How many took how long, at each time: brighter is more. */
export function heatmapOption(
  panel: Heatmap,
  series: readonly NamedSeries[],
  view: View,
): EChartsOption {
  const cells = cellsOf(panel, series).filter(({ atS }) => atS >= view.fromS);
  return {
    ...baseOption(view),
    tooltip: { show: false },
    xAxis: timeAxis(view),
    yAxis: {
      ...valueAxis(view.theme, panel.unit, 'log'),
      min: shownTimes.from,
      max: shownTimes.to,
    },
    series: [
      {
        type: 'custom',
        silent: true,
        clip: true,
        dimensions: ['at', 'low', 'high', 'count'],
        encode: { x: 0, y: [1, 2] },
        data: cells.map(({ atS, low, high, count }) => [atS * 1000, low, high, count]),
        renderItem: (_, api) => {
          const [at, low, high, count] = [0, 1, 2, 3].map((index) => Number(api.value(index)));
          const half = gridSeconds * 500;
          const [left = 0, bottom = 0] = api.coord([(at ?? 0) - half, low]);
          const [right = 0, top = 0] = api.coord([(at ?? 0) + half, high]);
          return {
            type: 'rect',
            // A hair wider, so that no ground shines through between two.
            shape: { x: left, y: top, width: right - left + 0.5, height: bottom - top + 0.5 },
            style: { fill: shadeOf((count ?? 0) / brightestShare[panel.histogram]) },
          };
        },
      },
    ],
  };
}

function cellsOf({ histogram }: Heatmap, series: readonly NamedSeries[]): Cell[] {
  const cells =
    histogram === 'native' ? series.flatMap(({ cells: own = [] }) => own) : cellsOfBuckets(series);
  const bounds = cells.flatMap(({ low, high }) => [low, high]);
  const finite = bounds.filter((bound) => bound > 0 && Number.isFinite(bound));
  const least = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return cells
    .filter(({ count }) => count > 0)
    .map((cell) => ({
      ...cell,
      low: cell.low > 0 ? cell.low : Math.min(least, cell.high) / openEnd,
      high: Number.isFinite(cell.high) ? cell.high : greatest * openEnd,
    }));
}

/** By the square root: a few among many are seen. On one scale, so that two apps compare. */
function shadeOf(ofBrightest: number): string {
  const brightness = Math.sqrt(ofBrightest);
  return shades[Math.min(shades.length - 1, Math.floor(brightness * shades.length))] ?? '';
}

export const formatMost = (panel: Heatmap, series: readonly NamedSeries[]): string => {
  const most = cellsOf(panel, series).reduce((greatest, { count }) => Math.max(greatest, count), 0);
  return formatValue(most, 'percentunit');
};
