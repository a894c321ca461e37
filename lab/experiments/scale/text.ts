// A scaling run, for the terminal and for the page.

import { sayFour, sayInterval, sayLimit, uslLines } from '../../render/analysis-text';
import { coresOf } from '../../render/cores';
import { sayCores, sayCount, sayMs, sayRate } from '../../render/format';
import { scaleLegend } from '../../render/page/experiment-legend';
import { renderFigure } from '../../render/page/figure';
import { html, type Markup } from '../../render/page/markup';
import { facts, table } from '../../render/page/table';
import { renderTable } from '../../render/table';
import { throughputAt } from '../../statistics/usl/model';
import type { UslAnalysis } from '../../statistics/usl/usl';
import { withoutReason } from '../capacity/text';
import type { Kind } from '../kind';
import { analyseScaling } from './analyse';
import { scaleChart } from './chart';
import type { ScalePoint } from './scale-point';
import type { ScaleResult } from './scale-result';

export const scale: Kind<'scale'> = {
  analyse: (design, trials, run) =>
    analyseScaling(design, trials, (subject) => coresOf(run, subject), run.seed),
  renderText: (result) =>
    [levelTable(result), ...(result.fit ? [uslLines(result.fit).join('\n')] : [])].join('\n\n'),
  sections: (result) => [
    {
      id: 'scaling',
      title: 'Scaling',
      body: html`${scaleLegend(result.app)}<div class="rows">${result.points.length > 0 && renderFigure(scaleChart(result, 'scaling-chart'))}
${result.fit && fitOnPage(result.fit)}
${levelsOnPage(result)}</div>`,
    },
  ],
};

function fitOnPage(fit: UslAnalysis): Markup {
  const row = (name: 'alpha' | 'beta' | 'gamma', meaning: string) => ({
    head: name,
    cells: [sayFour(fit[name]), sayInterval(fit.intervals[name]), meaning],
  });
  const peak = fit.peak.claimed
    ? `${sayFour(fit.peak.x)} a second at n = ${sayFour(fit.peak.n)} (${sayInterval(fit.intervals.peakN)})`
    : `none is claimed: ${fit.peak.why}`;
  return html`${table({
    caption: html`The fitted law <span class="aside">X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1))</span>`,
    header: ['parameter', 'value', '95 % interval', 'meaning'],
    rows: [
      row('alpha', 'contention: waiting for something shared'),
      row('beta', 'coherency: waiting to agree with each other'),
      row('gamma', 'throughput of one unit of n, a second'),
    ],
    words: [3],
  })}
${facts([
  { name: 'Peak', value: peak },
  { name: 'Knee', value: fit.knee ? `n = ${sayFour(fit.knee.n)}` : 'none' },
  { name: 'Limit of contention alone, per second', value: sayLimit(fit) },
  { name: 'Residual standard error', value: sayFour(fit.residualStandardError) },
])}`;
}

function levelsOnPage(result: ScaleResult): Markup {
  const [level, ...columns] = columnsOf(result);
  return table({
    caption: 'Every measurement',
    header: [level?.title ?? '', ...columns.map(({ title }) => title), 'verdict'],
    rows: byLevel(result.points).map((point) => ({
      head: level?.cell(point) ?? '',
      cells: [
        ...columns.map(({ cell }) => cell(point)),
        html`<span class="state ${point.state}">${point.state}</span>`,
      ],
      kind: point.state,
      ...(point.reasons.length > 0 && { remark: point.reasons.map(withoutReason).join('; ') }),
    })),
    words: [columns.length + 1],
    kind: 'levels',
  });
}

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
