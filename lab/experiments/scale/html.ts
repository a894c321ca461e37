// A scaling run on the page: the curve, the fitted law, and every measurement.
import { formatFour, formatInterval, formatLimit } from '../../render/analysis-text';
import { withoutReason } from '../../render/format';
import { renderFigure } from '../../render/page/figure';
import { scaleLegend } from '../../render/page/legend';
import { html, type Markup } from '../../render/page/markup';
import type { Section } from '../../render/page/shell';
import { facts, table } from '../../render/page/table';
import type { UslAnalysis } from '../../statistics/usl/usl';
import { scaleChart } from './chart';
import type { ScaleResult } from './design';
import { byLevel, columnsOf } from './text';

export const scaleSections = (result: ScaleResult): Section[] => [
  {
    id: 'scaling',
    title: 'Scaling',
    body: html`${scaleLegend(result.app)}<div class="rows">${result.points.length > 0 && renderFigure(scaleChart(result, 'scaling-chart'))}
${result.fit && fitOnPage(result.fit)}
${levelsOnPage(result)}</div>`,
  },
];

function fitOnPage(fit: UslAnalysis): Markup {
  const row = (name: 'alpha' | 'beta' | 'gamma', meaning: string) => ({
    head: name,
    cells: [formatFour(fit[name]), formatInterval(fit.intervals[name]), meaning],
  });
  const peak = fit.peak.claimed
    ? `${formatFour(fit.peak.x)} a second at n = ${formatFour(fit.peak.n)} (${formatInterval(fit.intervals.peakN)})`
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
  { name: 'Knee', value: fit.knee ? `n = ${formatFour(fit.knee.n)}` : 'none' },
  { name: 'Limit of contention alone, per second', value: formatLimit(fit) },
  { name: 'Residual standard error', value: formatFour(fit.residualStandardError) },
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
