// `lab noise` as text: a table with one row per noise floor.

import { describePlace } from '../../measure/turns/interleaved';
import { formatFigure } from '../../render/format';
import { percent, times, timesInterval } from '../../render/said';
import { renderTable } from '../../render/table';
import { median } from '../../statistics/descriptive';
import type { Noise, NoiseResult } from './analyse';

export const formatOrNone = (ratio: number | null): string =>
  ratio === null || Number.isNaN(ratio) ? 'none' : percent(ratio);

export const noiseMedian = ({ runs }: Noise): string =>
  formatFigure(median(runs.map(({ value }) => value)));

export function renderNoiseTable({ floors, label }: NoiseResult): string {
  const plans = floors[0]?.detectable.map(({ runs }) => runs) ?? [];
  const header = [
    'measure',
    'median',
    'second / first',
    '95 % interval',
    'spread (CV)',
    ...plans.map((runs) => `${runs} runs find`),
    'noise floor',
  ];
  const row = (one: Noise): string[] => [
    `${one.measure.title}, ${one.measure.unit}`,
    noiseMedian(one),
    times(one.noise.ratio),
    timesInterval(one.noise.interval),
    formatOrNone(one.noise.cv),
    ...one.detectable.map(({ change }) => formatOrNone(change)),
    formatOrNone(one.noise.floor),
  ];
  const tables = [...Map.groupBy(floors, describePlace)].map(
    ([where, same]) => `${where}\n${renderTable(header, same.map(row))}`,
  );
  const runs = floors[0]?.runsAnArm ?? 0;
  return [`${label} against itself, ${runs} runs per arm`, ...tables].join('\n\n');
}
