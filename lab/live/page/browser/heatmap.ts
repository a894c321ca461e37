// How many took how long, at each time: brighter is more.
import type { EChartsOption } from 'echarts';
import { brightestShare, type Heatmap } from '../../../../grafana/src/model';
import { cellsOfBuckets } from '../history';
import { formatValue } from '../labels';
import { type Cell, gridSeconds } from '../messages';
import { baseOption, timeAxis, valueAxis } from './chart';
import type { NamedSeries, View } from './view';

/** Viridis: even steps of brightness, read alike by everybody (https://bids.github.io/colormap/). */
export const viridis = [
  ...['#440154', '#482878', '#3e4a89', '#31688e', '#26828e'],
  ...['#1f9e89', '#35b779', '#6ece58', '#b5de2b', '#fde725'],
];

/** Of a bucket without a lower or upper end, the neighbouring bound times this. */
const openEnd = 1.5;

export function heatmapOption(
  panel: Heatmap,
  series: readonly NamedSeries[],
  view: View,
): EChartsOption {
  const cells = cellsOf(panel, series).filter(({ atS }) => atS >= view.fromS);
  const base = baseOption(view);
  return {
    ...base,
    tooltip: { show: false },
    xAxis: timeAxis(view),
    yAxis: valueAxis(view.theme, panel.unit, 'log'),
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
            style: { fill: shadeOf(count ?? 0) },
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
  const [least, greatest] = [Math.min(...finite), Math.max(...finite)];
  return cells
    .filter(({ count }) => count > 0)
    .map((cell) => ({
      ...cell,
      low: cell.low > 0 ? cell.low : Math.min(least, cell.high) / openEnd,
      high: Number.isFinite(cell.high) ? cell.high : greatest * openEnd,
    }));
}

/** By the square root: a few among many are seen. On one scale, so that two apps compare. */
function shadeOf(share: number): string {
  const brightness = Math.sqrt(share / brightestShare);
  return viridis[Math.min(viridis.length - 1, Math.floor(brightness * viridis.length))] ?? '';
}

export const sayMost = (panel: Heatmap, series: readonly NamedSeries[]): string => {
  const most = Math.max(0, ...cellsOf(panel, series).map(({ count }) => count));
  return formatValue(most, 'percentunit');
};
