// `lab compare` as text: a table with one row per verdict.

import { armOf, describePlace } from '../../measure/turns/interleaved';
import { formatFigure } from '../../render/format';
import { percent, times, timesInterval } from '../../render/said';
import { renderTable } from '../../render/table';
import { median } from '../../statistics/descriptive';
import { type Compared, type CompareResult, formatVerdict } from './analyse';

export const medianOf = (one: Compared, arm: 'a' | 'b'): string =>
  formatFigure(median(armOf(one, arm).map(({ value }) => value)));

export const formatRuns = ({ comparison: { n } }: Compared): string =>
  n.a === n.b ? String(n.a) : `${n.a} and ${n.b}`;

export const formatFloor = ({ floor }: Compared): string =>
  floor === null ? 'none' : percent(floor.floor);

export function renderComparedTable({ compared, labels, margin }: CompareResult): string {
  const header = [
    'measure',
    labels.a,
    labels.b,
    'B / A',
    '95 % interval',
    'noise floor',
    "Cliff's delta",
    'runs',
    'verdict',
  ];
  const row = (one: Compared): string[] => [
    `${one.measure.title}, ${one.measure.unit}`,
    medianOf(one, 'a'),
    medianOf(one, 'b'),
    times(one.comparison.ratio),
    timesInterval(one.comparison.interval),
    formatFloor(one),
    one.comparison.cliffsDelta.toFixed(2),
    formatRuns(one),
    formatVerdict(one, labels),
  ];
  const tables = [...Map.groupBy(compared, describePlace)].map(
    ([where, same]) => `${where}\n${renderTable(header, same.map(row))}`,
  );
  return [
    `A is ${labels.a}, B is ${labels.b}; medians of runs; margin of equivalence ${percent(margin)}`,
    ...tables,
  ].join('\n\n');
}

/** With sentences and doubts, where no run surrounds it. */
export const renderCompared = (result: CompareResult): string =>
  `${[
    renderComparedTable(result),
    result.sentences.join('\n'),
    result.warnings.map((warning) => `Note: ${warning}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
