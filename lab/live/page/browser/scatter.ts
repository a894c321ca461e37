// Several figures against one: each app's points at the same moments.
import type { EChartsOption, ScatterSeriesOption } from 'echarts';
import type { Scatter } from '../../../../grafana/src/model';
import { formatValue } from '../labels';
import { baseOption, valueAxis } from './chart';
import { type NamedSeries, namedSeries, type View } from './view';

export function scatterOption(
  panel: Scatter,
  series: readonly NamedSeries[],
  view: View,
): EChartsOption {
  const base = baseOption(view);
  const { theme } = view;
  const xs = namedSeries([panel.x], view);
  const x = valueAxis(theme, panel.xUnit, undefined);
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
    xAxis: { ...x, min: 0, axisLine: { show: true, lineStyle: { color: theme.muted } } },
    yAxis: {
      ...valueAxis(theme, panel.unit, panel.scale),
      ...(panel.scale !== 'log' && { min: 0 }),
    },
    series: series.map((one) => pointsOf(panel, one, xs, view)),
  };
}

function pointsOf(
  panel: Scatter,
  { name, colour, query, labels, points }: NamedSeries,
  xs: readonly NamedSeries[],
  view: View,
): ScatterSeriesOption {
  const across = new Map(xs.find((x) => x.labels.app === labels.app)?.points);
  // Solid, dashed and dotted lines of the catalogue are full, open and small points here.
  const isOpen = query.line === 'dashed';
  return {
    type: 'scatter',
    name,
    silent: false,
    symbolSize: query.line === 'dotted' ? 4 : 7,
    emphasis: { disabled: true },
    itemStyle: {
      color: isOpen ? view.theme.ground : colour,
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
