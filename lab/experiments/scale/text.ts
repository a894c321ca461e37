// A scaling run, for the terminal.

import { uslLines } from '../../render/analysis-text';
import { sayCores, sayCount, sayMs, sayRate, withoutReason } from '../../render/format';
import { renderTable } from '../../render/table';
import { throughputAt } from '../../statistics/usl/fit';
import type { ScalePoint, ScaleResult } from './design';

export const renderScaling = (result: ScaleResult): string =>
  [levelTable(result), ...(result.fit ? [uslLines(result.fit).join('\n')] : [])].join('\n\n');

type Column = { title: string; cell: (point: ScalePoint) => string };

/** By level, then by repeat: the order of measuring stands in a column. */
export function columnsOf({ by, fit, measure, points }: ScaleResult): Column[] {
  const users: Column[] =
    by !== 'users' && measure === 'throughput'
      ? [{ title: 'users', cell: ({ users: count }) => sayCount(count) }]
      : [];
  const repeats = points.some(({ repeat }) => repeat > 0);
  return [
    { title: by, cell: ({ level }) => String(Number(level.toPrecision(3))) },
    ...(repeats ? [{ title: 'round', cell: ({ repeat }: ScalePoint) => String(repeat + 1) }] : []),
    { title: 'measured as', cell: ({ order }) => `no. ${order}` },
    ...users,
    {
      title: measure === 'capacity' ? 'holds/s' : 'achieved/s',
      cell: ({ rps }) => sayRate(rps),
    },
    ...(fit
      ? [{ title: 'fitted/s', cell: ({ level }: ScalePoint) => sayRate(throughputAt(fit, level)) }]
      : []),
    { title: 'p99 ms', cell: ({ p99Ms }) => sayMs(p99Ms) },
    { title: 'app cores', cell: ({ subjectCores }) => sayCores(subjectCores) },
    { title: 'db cores', cell: ({ databaseCores }) => sayCores(databaseCores) },
  ];
}

export const byLevel = (points: readonly ScalePoint[]): ScalePoint[] =>
  [...points].sort((a, b) => a.level - b.level || a.repeat - b.repeat);

function levelTable(result: ScaleResult): string {
  const columns = [
    ...columnsOf(result),
    {
      title: 'verdict',
      cell: ({ state, reasons }: ScalePoint) =>
        reasons.length > 0 ? `${state}: ${reasons.map(withoutReason).join('; ')}` : state,
    },
  ];
  return renderTable(
    columns.map(({ title }) => title),
    byLevel(result.points).map((point) => columns.map(({ cell }) => cell(point))),
  );
}
