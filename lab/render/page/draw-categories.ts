// Bars and lines over categories, as ECharts has them.
import type { EChartsOption, SeriesOption } from 'echarts';
import { formatFigure } from '../format';
import type { Categories, Colour, Values } from '../view';
import { inkOf } from './marks';
import { inks, type Size, yAxisOf } from './svg';

/** In pixels of the chart for each bar: narrower ones cannot hold a number of four digits. */
const roomForLabel = 55;
/** The same for what stands above a bar: closer ones would be written over one another. */
const roomForTotal = 36;
/** Of the height of a bar. */
const shareForLabel = 0.1;

/** Black or white, whichever can be read there (WCAG 2, relative luminance). */
function inkOn(colour: Colour): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? '#000' : '#fff';
}

export function categoryOption(chart: Categories, { width }: Size): EChartsOption {
  const { kind, categories, series, over = [], totals, x, y } = chart;
  const hasRoom = width / categories.length >= roomForLabel;
  const bars = series.map(
    (one): SeriesOption => ({
      type: 'bar',
      silent: true,
      ...(kind === 'stacked' && { stack: 'parts', barWidth: '62%' }),
      data: one.values.map((_, index) => barOf(chart, one, index, hasRoom)),
    }),
  );
  const lines = (kind === 'lines' ? series : over).map(
    ({ colour, values, dashed }): SeriesOption => ({
      type: 'line',
      silent: true,
      symbol: 'none',
      lineStyle: { color: inkOf(colour), width: 2, type: dashed ? [6, 4] : 'solid' },
      data: [...values],
    }),
  );
  return {
    grid: { left: 46, right: 8, top: totals ? 26 : 12, bottom: x === '' ? 28 : 44 },
    xAxis: {
      type: 'category',
      ...(x !== '' && { name: x, nameLocation: 'middle', nameGap: 26 }),
      data: [...categories],
      axisLabel: { color: inks.text, fontSize: 12 },
      axisLine: { lineStyle: { color: inks.text } },
      axisTick: { show: false },
    },
    yAxis: yAxisOf(y),
    series: [
      ...(kind === 'lines' ? [] : bars),
      ...lines,
      ...(totals && width / totals.length >= roomForTotal ? [drawTotals(totals)] : []),
    ],
  };
}

function barOf(
  { x, y, categories, pale = [] }: Categories,
  { name, colour, values, labels }: Values,
  index: number,
  hasRoom: boolean,
) {
  const value = values[index] ?? null;
  const figure = value === null ? '' : (y.format ?? formatFigure)(value);
  return {
    value,
    /** What it says when it is pointed at. */
    title: [name, `${y.title}: ${figure}`, ...(x ? [`${x}: ${categories[index]}`] : [])].join('\n'),
    label: {
      show: hasRoom && labels !== undefined && (value ?? 0) >= shareForLabel,
      formatter: labels?.[index] ?? '',
      color: inkOn(colour),
      fontSize: 11,
    },
    itemStyle: {
      color: inkOf(colour),
      // Pale colours end somewhere, too: on white, yellow and grey alone are hardly seen.
      borderColor: inks.text,
      borderWidth: 0.75,
      opacity: pale[index] ? 0.3 : 1,
    },
  };
}

/**
 * What stands above each bar, at 1 whatever its parts add up to: their sum may be above it by a
 * rounding error, and what is outside of the axis is not drawn.
 */
const drawTotals = (totals: readonly string[]): SeriesOption => ({
  type: 'scatter',
  silent: true,
  symbolSize: 0,
  data: totals.map((_, index) => [index, 1]),
  label: {
    show: true,
    position: 'top',
    distance: 4,
    color: inks.text,
    fontSize: 12,
    formatter: ({ dataIndex }) => totals[dataIndex] ?? '',
  },
});
