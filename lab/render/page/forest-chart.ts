// Ratios with their intervals, a line each, against 1, the margin and the noise floor.
import type { CustomSeriesOption, EChartsOption } from 'echarts';
import type { PartialInterval } from '../../statistics/intervals';
import { percent, times, timesInterval } from '../said';
import type { Chart } from './figure';
import { horizontal, inks, type Size } from './svg';

export type ForestLine = {
  label: string;
  ratio: number;
  interval: PartialInterval;
  /** As a ratio above 0. */
  floor: number | null;
};

const rowHeight = 40;
const axisHeight = 52;

export function forestChart(options: {
  name: string;
  title: string;
  reading: string;
  /** What the ratio is of, such as "Django over Express". */
  axis: string;
  lines: readonly ForestLine[];
  margin: number | null;
}): Chart {
  const { name, title, reading, lines } = options;
  const height = lines.length * rowHeight + axisHeight + 12;
  return {
    name,
    title,
    reading,
    summary: lines
      .map(
        ({ label, ratio, interval, floor }) =>
          `${label}: ${times(ratio)}, 95 % interval ${timesInterval(interval)}, noise floor ${floor === null ? 'not known' : percent(floor)}.`,
      )
      .join(' '),
    sizes: { wide: { width: 1120, height }, narrow: { width: 358, height } },
    option: (size) => optionOf(options, size),
  };
}

function optionOf(
  { lines, margin, axis }: Parameters<typeof forestChart>[0],
  { width }: Size,
): EChartsOption {
  const narrow = width < 600;
  const [low, high] = extentOf(lines, margin);
  const categories = lines.map(({ label }) => label);
  return {
    grid: { left: narrow ? 12 : 300, right: 24, top: 8, bottom: axisHeight - 8 },
    // Equal factors are equally far apart: half is as far from 1 as twice.
    xAxis: {
      ...horizontal({ type: 'log', logBase: 2, name: axis, min: low, max: high }),
      axisLabel: {
        color: inks.text,
        fontSize: 12,
        hideOverlap: true,
        formatter: (value: number) => String(Number(value.toPrecision(2 + Number(high < 2)))),
      },
    },
    yAxis: {
      type: 'category',
      data: categories,
      inverse: true,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: narrow
        ? { show: false }
        : { color: inks.text, fontSize: 13, width: 280, overflow: 'truncate' },
    },
    series: [
      {
        type: 'line',
        data: [],
        silent: true,
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          lineStyle: { color: inks.text, width: 1.5, type: 'solid' },
          data: [{ xAxis: 1 }],
        },
        ...(margin !== null && {
          markArea: {
            silent: true,
            itemStyle: { color: inks.text, opacity: 0.14 },
            data: [[{ xAxis: 1 / (1 + margin) }, { xAxis: 1 + margin }]],
          },
        }),
      },
      marks(lines, narrow),
    ],
  };
}

/** Whole powers of two around everything that is drawn, or a closer frame for close ratios. */
function extentOf(lines: readonly ForestLine[], margin: number | null): [number, number] {
  const far = Math.max(
    ...lines.flatMap(({ ratio, interval, floor }) =>
      [ratio, ...interval, floor === null ? 1 : 1 + floor, 1 + (margin ?? 0)].flatMap((value) =>
        value === null ? [] : Math.abs(Math.log(value)),
      ),
    ),
  );
  const reach = Math.exp(far * 1.15);
  const round = reach > 2 ? 2 ** Math.ceil(Math.log2(reach)) : Number((reach + 0.005).toFixed(2));
  return [1 / round, round];
}

function marks(lines: readonly ForestLine[], named: boolean): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    data: lines.map(({ ratio }, index) => [ratio, index]),
    renderItem: (params, api) => {
      const line = lines[params.dataIndex];
      if (line === undefined) return null;
      const at = (ratio: number): [number, number] => {
        const [x = 0, y = 0] = api.coord([ratio, params.dataIndex]);
        return [x, y + (named ? 7 : 0)];
      };
      const [x, y] = at(line.ratio);
      const [low, high] = line.interval;
      const bar = (from: number, to: number, style: object) => {
        const [[x1], [x2]] = [at(from), at(to)];
        return { type: 'line' as const, shape: { x1, y1: y, x2, y2: y }, style };
      };
      const { floor } = line;
      return {
        type: 'group',
        children: [
          ...(floor === null
            ? []
            : [
                bar(1 / (1 + floor), 1 + floor, {
                  stroke: 'var(--rule)',
                  lineWidth: 14,
                }),
              ]),
          ...(low === null || high === null
            ? []
            : [bar(low, high, { stroke: 'var(--ink)', lineWidth: 2 })]),
          {
            type: 'circle' as const,
            shape: { cx: x, cy: y, r: 5 },
            style: { fill: 'var(--ink)' },
          },
          // Where there is no room beside the plot, a line's name stands above it.
          ...(named
            ? [
                {
                  type: 'text' as const,
                  style: { text: line.label, x: 14, y: y - 22, fill: 'var(--ink)', fontSize: 12 },
                },
              ]
            : []),
        ],
      };
    },
  };
}
