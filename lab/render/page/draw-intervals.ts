// Ratios with their intervals, one row each, against 1, the margin and the noise floor.
import type { CustomSeriesOption, EChartsOption } from 'echarts';
import type { Intervals } from '../view';
import { inkOf } from './marks';
import { horizontal, inks, type Size } from './svg';

type Row = Intervals['rows'][number];

export function intervalsOption({ rows, margin, axis }: Intervals, { width }: Size): EChartsOption {
  const narrow = width < 600;
  const [low, high] = extentOf(rows, margin);
  const [left, , right] = axis.split(' · ');
  // The ratio stands in the title, too.
  const name = narrow && right !== undefined ? `${left} · ${right}` : axis;
  return {
    grid: { left: narrow ? 12 : 300, right: narrow ? 24 : valueWidth, top: 8, bottom: 44 },
    // Equal factors are equally far apart: half is as far from 1 as twice.
    xAxis: {
      ...horizontal({ type: 'log', logBase: 2, name, min: low, max: high }),
      axisLabel: {
        color: inks.text,
        fontSize: 12,
        hideOverlap: true,
        formatter: (value: number) => String(Number(value.toPrecision(2 + Number(high < 2)))),
      },
    },
    yAxis: {
      type: 'category',
      data: rows.map(({ label }) => label),
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
      marks(rows, narrow, width),
    ],
  };
}

/** Whole powers of two around everything that is drawn, or a closer frame for close ratios. */
function extentOf(rows: readonly Row[], margin: number | null): [number, number] {
  const far = Math.max(
    ...rows.flatMap(({ ratio, interval, floor }) =>
      [ratio, ...interval, floor === null ? 1 : 1 + floor, 1 + (margin ?? 0)].flatMap((value) =>
        value === null ? [] : Math.abs(Math.log(value)),
      ),
    ),
  );
  const reach = Math.exp(far * 1.15);
  const round = reach > 2 ? 2 ** Math.ceil(Math.log2(reach)) : Number((reach + 0.005).toFixed(2));
  return [1 / round, round];
}

/** In pixels, of what stands at the end of a row. */
const valueWidth = 190;

function marks(rows: readonly Row[], named: boolean, width: number): CustomSeriesOption {
  const valueAt = (y: number) =>
    named
      ? { x: width - 14, y: y - 22, align: 'right' as const, fontSize: 12 }
      : { x: width - valueWidth + 16, y: y - 7, align: 'left' as const, fontSize: 13 };
  return {
    type: 'custom',
    silent: true,
    data: rows.map(({ ratio }, index) => [ratio, index]),
    renderItem: (params, api) => {
      const row = rows[params.dataIndex];
      if (row === undefined) return null;
      const at = (ratio: number): [number, number] => {
        const [x = 0, y = 0] = api.coord([ratio, params.dataIndex]);
        return [x, y + (named ? 7 : 0)];
      };
      const [x, y] = at(row.ratio);
      const [low, high] = row.interval;
      const bar = (from: number, to: number, style: object) => {
        const [[x1], [x2]] = [at(from), at(to)];
        return { type: 'line' as const, shape: { x1, y1: y, x2, y2: y }, style };
      };
      const { floor } = row;
      const ink = inkOf(row.colour);
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
          ...(low === null || high === null ? [] : [bar(low, high, { stroke: ink, lineWidth: 3 })]),
          {
            type: 'circle' as const,
            shape: { cx: x, cy: y, r: 4 },
            style: { fill: ink },
          },
          { type: 'text' as const, style: { text: row.value, fill: ink, ...valueAt(y) } },
          // Where there is no room beside the plot, a row's name stands above it.
          ...(named
            ? [
                {
                  type: 'text' as const,
                  // What is better, its colour says: the value needs the room.
                  style: {
                    text: row.label.replace(/ \(.*\)$/, ''),
                    ...{ x: 14, y: y - 22, fill: 'var(--ink)', fontSize: 12 },
                  },
                },
              ]
            : []),
        ],
      };
    },
  };
}
