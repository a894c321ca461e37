// The trend page: all nights of all series, without Grafana.

import { plural } from '../../render/format';
import { renderFigure } from '../../render/page/figure';
import { html, type Markup } from '../../render/page/markup';
import type { Section } from '../../render/page/shell';
import { renderShell } from '../../render/page/shell';
import { type Row, table } from '../../render/page/table';
import { appTitle } from '../../results/findings';
import type { SeriesView } from './history-view';
import { sayEffect, sayMetric, sayRevision } from './night-format';
import { trendChart } from './trend-chart';

export function renderTrends(views: readonly SeriesView[], warnings: readonly string[]): string {
  const nights = [...new Set(views.flatMap((view) => view.nights.map(({ night }) => night)))];
  const standing = views.filter(({ changes }) => changes.some(({ fate }) => fate === 'stands'));
  return renderShell({
    title: 'Nights',
    about: html`<p class="about">${plural(views.length, 'series', 'series')} over ${plural(nights.length, 'night')}${nights.length > 0 && html`, ${nights.sort()[0] ?? null} to ${nights.at(-1) ?? null}`}</p>
<p>${standing.length === 0 ? 'No regression stands.' : `${plural(standing.length, 'regression stands', 'regressions stand')}: ${standing.map(({ series }) => series).join(', ')}.`}</p>
${warnings.map((warning) => html`<p class="check">${warning}</p>`)}`,
    sections: [...changesSection(views), ...groupSections(views)],
    footer: html`Made by <code>lab history --html</code> from <code>history.jsonl</code>; <code>lab history --json</code> gives the same for machines.`,
  });
}

function changesSection(views: readonly SeriesView[]): Section[] {
  const rows = views
    .flatMap((view) => view.changes.map((change) => ({ view, change })))
    .sort((a, b) => (a.change.night < b.change.night ? 1 : -1))
    .map(({ view, change }): Row => {
      const { metric } = view;
      return {
        head: change.night,
        cells: [
          view.series,
          sayMetric(metric, change.before),
          sayMetric(metric, change.after),
          sayEffect(change.effect),
          html`<span class="id">${sayRevision(change.revisionBefore)}</span>`,
          html`<span class="id">${sayRevision(change.revision)}</span>`,
          change.direction === 'regression'
            ? `regression, ${change.fate}`
            : 'improvement, new baseline',
        ],
      };
    });
  const body: Markup =
    rows.length === 0
      ? html`<p>No night has found a change yet.</p>`
      : table({
          caption: 'Confirmed changes, the latest first, with the revisions on both sides',
          header: [
            'night',
            'series',
            'before',
            'after',
            'effect',
            'revision before',
            'revision after',
            'what became of it',
          ],
          words: [1, 5, 6, 7],
          rows,
        });
  return [{ id: 'changes', title: 'Changes', body }];
}

function groupSections(views: readonly SeriesView[]): Section[] {
  const groups = Map.groupBy(
    views,
    ({ app, profile, workload }) => `${appTitle(app)} ${profile}, workload ${workload}`,
  );
  return [...groups].map(([title, group]) => ({
    id: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    title,
    body: html`${splitsOf(group)}<div class="charts">${group.map((view) => renderFigure(trendChart(view)))}</div>`,
  }));
}

function splitsOf(group: readonly SeriesView[]): Markup[] {
  const said = new Set(
    group.flatMap(({ splits }) =>
      splits.map(({ night, what }) => `Since the night of ${night}: ${what.join('; ')}.`),
    ),
  );
  return [...said].map(
    (text) => html`<p class="check">${text} Nights from before are not compared with.</p>`,
  );
}
