// A chart of a view as a figure of the page: its drawing by ECharts.
import type { EChartsOption, LineSeriesOption, SeriesOption } from 'echarts';
import { colourOf } from '../looks';
import type { Axis, Categories, Chart, Colour, Line, Reference, Xy, XySeries } from '../view';
import { intervalsOption } from './draw-intervals';
import type { Figure } from './figure';
import { inkOf, symbolOf } from './marks';
import { horizontal, inks, type Size, vertical } from './svg';

const half = { wide: 540, height: 300, narrowHeight: 250 };
const whole = { wide: 1120, height: 340, narrowHeight: 300 };
const narrowWidth = 358;

export function figureOf(chart: Chart): Figure {
  const { name, title, reading, summary } = chart;
  const usual = chart.whole ? whole : half;
  const height = chart.height ?? usual.height;
  const narrowHeight = chart.kind === 'intervals' ? height : Math.min(height, usual.narrowHeight);
  return {
    name,
    title,
    reading,
    summary,
    sizes: {
      wide: { width: usual.wide, height },
      narrow: { width: narrowWidth, height: narrowHeight },
    },
    option: (size) => optionOf(chart, size),
  };
}

function optionOf(chart: Chart, size: Size): EChartsOption {
  switch (chart.kind) {
    case 'xy':
      return xyOption(chart);
    case 'intervals':
      return intervalsOption(chart, size);
    default:
      return categoryOption(chart, size);
  }
}

// ---- x and y

function xyOption({ x, y, series, references = [] }: Xy): EChartsOption {
  const named = references.some(({ axis, label }) => axis === 'x' && label !== undefined);
  return {
    grid: {
      left: y.hidden ? 12 : 46,
      // Names stand at the ends of their lines.
      right: series.some(({ isNamed }) => isNamed) ? 60 : 20,
      top: y.hidden ? 6 : named ? 26 : 12,
      bottom: x.title === '' ? 26 : 44,
    },
    xAxis: {
      ...horizontal(scaleOf(x)),
      ...(x.title !== '' && { name: x.title }),
      ...(x.min === 'data' && { scale: true }),
      axisLabel: {
        color: inks.text,
        fontSize: 12,
        hideOverlap: true,
        ...(x.whole && { showMinLabel: false, showMaxLabel: false }),
        ...(x.format && { formatter: x.format }),
        ...(x.ticks && { customValues: [...x.ticks] }),
      },
      ...(x.ticks && {
        axisTick: { customValues: [...x.ticks], lineStyle: { color: inks.text } },
      }),
      ...(x.whole && { minInterval: 1 }),
    },
    yAxis: y.hidden ? { ...scaleOf(y), show: false } : yAxisOf(y),
    // Each lies above those before it, marks and lines alike.
    series: [...references.map(drawReference), ...series.flatMap(drawSeries)].map((one, z) => ({
      ...one,
      z: 3 + z,
    })),
  };
}

const scaleOf = ({ log, min, max }: Axis) => ({
  type: log ? ('log' as const) : ('value' as const),
  ...(log && { logBase: log }),
  ...(typeof min === 'number' && { min }),
  ...(max !== undefined && { max }),
});

const yAxisOf = (axis: Axis): NonNullable<EChartsOption['yAxis']> => ({
  ...vertical(scaleOf(axis)),
  ...(axis.min === 'data' && { scale: true, splitNumber: 4 }),
  ...(axis.whole && { minInterval: 1 }),
  ...(axis.format && {
    axisLabel: { color: inks.text, fontSize: 12, formatter: axis.format },
  }),
});

function drawReference({ axis, at, label, line = {} }: Reference): SeriesOption {
  const key = axis === 'x' ? 'xAxis' : 'yAxis';
  const base = { type: 'line' as const, data: [], silent: true };
  if (typeof at !== 'number') {
    const area = { color: inkOf(line.colour ?? 'muted'), opacity: line.opacity ?? 0.14 };
    const data = [[{ [key]: at[0] }, { [key]: at[1] }]];
    return { ...base, markArea: { silent: true, itemStyle: area, data: data as never } };
  }
  return {
    ...base,
    markLine: {
      silent: true,
      symbol: 'none',
      lineStyle: { width: 1.5, ...styleOf(line, 'muted') },
      label: {
        show: label !== undefined,
        formatter: label ?? '',
        position: axis === 'x' ? 'end' : 'insideEndTop',
        color: inks.text,
        fontSize: 12,
      },
      data: [{ [key]: at }] as never,
    },
  };
}

const styleOf = ({ colour, width, dash, opacity }: Line, own: string) => ({
  color: inkOf(colour ?? own),
  type: dash ? [...dash] : ('solid' as const),
  ...(width !== undefined && { width }),
  ...(opacity !== undefined && { opacity }),
});

/** A line through what counts, broken at void points; those stand beside it, as crosses. */
function drawSeries({ name, look, points, line, band, isNamed }: XySeries): SeriesOption[] {
  const drawn = points.map(({ x, y, mark }) => ({
    mark,
    value: [x, y],
    ...(mark === undefined ? { symbol: 'none' } : symbolOf(look, mark)),
  }));
  if (line === undefined) {
    const data = drawn.filter(({ value: [, y] }) => y !== null);
    return [{ type: 'scatter', silent: true, data } as SeriesOption];
  }
  const only = (isShown: (mark: string | undefined) => boolean) =>
    drawn.map(({ mark, value: [x, y], ...symbol }) => ({
      ...symbol,
      value: [x ?? null, isShown(mark) ? (y ?? null) : null],
    })) as NonNullable<LineSeriesOption['data']>;
  const base = { type: 'line', silent: true, showAllSymbol: true } as const;
  const colour = look ? colourOf(look) : 'muted';
  return [
    ...(band ? drawBand(band, inkOf(line.colour ?? colour)) : []),
    {
      ...base,
      ...(line.step && { step: 'end' as const }),
      lineStyle: { width: 2, ...styleOf(line, colour) },
      ...(isNamed && {
        endLabel: { show: true, formatter: name, color: inkOf(colour), distance: 8, fontSize: 12 },
        labelLayout: { moveOverlap: 'shiftY' as const },
      }),
      data: only((mark) => mark !== 'void'),
    },
    ...(points.some(({ mark }) => mark === 'void')
      ? [{ ...base, lineStyle: { width: 0 }, data: only((mark) => mark === 'void') }]
      : []),
  ];
}

/** The second of two that are stacked: from the low end to the high one. */
function drawBand(band: NonNullable<XySeries['band']>, color: string): LineSeriesOption[] {
  const edge = { type: 'line', silent: true, symbol: 'none', stack: 'band' } as const;
  return [
    { ...edge, lineStyle: { width: 0 }, data: band.map(({ x, low }) => [x, low]) },
    {
      ...edge,
      lineStyle: { width: 0 },
      areaStyle: { color, opacity: 0.18 },
      data: band.map(({ x, low, high }) => [x, high - low]),
    },
  ];
}

// ---- categories

/** In pixels of the chart for each bar: narrower ones cannot hold a number of four digits. */
const roomForLabel = 55;
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

function categoryOption(chart: Categories, { width }: Size): EChartsOption {
  const { kind, categories, series, over = [], totals, pale = [], x, y } = chart;
  const hasRoom = width / categories.length >= roomForLabel;
  const bars = series.map(
    ({ colour, values, labels }): SeriesOption => ({
      type: 'bar',
      silent: true,
      ...(kind === 'stacked' && { stack: 'parts', barWidth: '62%' }),
      data: values.map((value, index) => ({
        value,
        label: {
          show: hasRoom && labels !== undefined && (value ?? 0) >= shareForLabel,
          formatter: labels?.[index] ?? '',
          color: inkOn(colour),
          fontSize: 11,
        },
        itemStyle: {
          color: inkOf(colour),
          borderColor: inks.ground,
          borderWidth: 1,
          opacity: pale[index] ? 0.3 : 1,
        },
      })),
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
    series: [...(kind === 'lines' ? [] : bars), ...lines, ...(totals ? [drawTotals(totals)] : [])],
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
