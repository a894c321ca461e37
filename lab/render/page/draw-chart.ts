// A chart of a view as a figure of the page: its drawing by ECharts.
import type { EChartsOption, LineSeriesOption, SeriesOption } from 'echarts';
import { formatFigure } from '../format';
import { colourOf } from '../looks';
import type { Axis, Chart, Line, Reference, Xy, XySeries } from '../view';
import { categoryOption } from './draw-categories';
import { intervalsOption } from './draw-intervals';
import type { Figure } from './figure';
import { inkOf, symbolOf } from './marks';
import { horizontal, inks, type Size, scaleOf, yAxisOf } from './svg';

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
    series: [
      ...references.map(drawReference),
      ...series.flatMap((one) => drawSeries(one, [y, x])),
    ].map((one, z) => ({
      ...one,
      z: 3 + z,
    })),
  };
}

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

/** What a mark says when it is pointed at. */
function titleOf(name: string, [y, x]: readonly Axis[], point: XySeries['points'][number]): string {
  const figures = [
    // Where nothing is planned the mark stands on the ground, and not for a figure.
    [y, point.mark === 'refused' ? null : point.y],
    [x, point.x],
  ] as const;
  return [
    name,
    ...figures.flatMap(([axis, value]) =>
      axis === undefined || axis.hidden || value === null
        ? []
        : `${axis.title}: ${(axis.format ?? formatFigure)(value)}`,
    ),
  ].join('\n');
}

/** A line through what counts, broken at void points; those stand beside it, as crosses. */
function drawSeries(series: XySeries, axes: readonly Axis[]): SeriesOption[] {
  const { name, look, points, line, band, isNamed } = series;
  const drawn = points.map((point) => ({
    mark: point.mark,
    value: [point.x, point.y],
    title: titleOf(name, axes, point),
    ...(point.mark === undefined ? { symbol: 'none' } : symbolOf(look, point.mark)),
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
