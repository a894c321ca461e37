// ECharts with the parts that the panels use, and nothing that moves by itself.

import type { EChartsOption } from 'echarts';
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { Unit } from '../../../../grafana/src/model';
import { formatValue } from '../labels';
import type { Theme, View } from './view';

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
  new ResizeObserver(() => chart.resize()).observe(box);
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

export const valueAxis = (theme: Theme, unit: Unit, scale: 'log' | undefined) => ({
  type: scale === 'log' ? ('log' as const) : ('value' as const),
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
