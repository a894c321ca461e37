// The trend page: all nights of all series, without Grafana.

import type { EChartsOption } from 'echarts';
import { plural } from '../../render/format';
import { appColour, type Chart, type Mark, renderFigure, symbolOf } from '../../render/page/figure';
import { html, type Markup } from '../../render/page/markup';
import type { Section } from '../../render/page/shell';
import { renderShell } from '../../render/page/shell';
import { horizontal, inks, type Size, vertical } from '../../render/page/svg';
import { type Row, table } from '../../render/page/table';
import { appTitle } from '../../results/findings';
import { describeFate, type SeriesView } from './history-view';
import { formatEffect, formatMetric, formatRevision, metricTitle, scaled } from './text';

export function renderTrends(views: readonly SeriesView[], warnings: readonly string[]): string {
  const nights = [...new Set(views.flatMap((view) => view.nights.map(({ night }) => night)))];
  const open = views.filter(({ changes }) => changes.some(({ fate }) => fate === 'stands'));
  return renderShell({
    title: 'Nights',
    about: html`<p class="about">${plural(views.length, 'series', 'series')} over ${plural(nights.length, 'night')}${nights.length > 0 && html`, ${nights.sort()[0] ?? null} to ${nights.at(-1) ?? null}`}</p>
<p>${open.length === 0 ? 'No open regression.' : `${plural(open.length, 'open regression', 'open regressions')}: ${open.map(({ series }) => series).join(', ')}.`}</p>
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
          formatMetric(metric, change.before),
          formatMetric(metric, change.after),
          formatEffect(change.effect),
          html`<span class="id">${formatRevision(change.revisionBefore)}</span>`,
          html`<span class="id">${formatRevision(change.revision)}</span>`,
          describeFate(change),
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
    (text) => html`<p class="check">${text} Earlier nights are not compared.</p>`,
  );
}

/** Older nights are in `lab history --json`; a chart of more would show none. */
const mostNights = 400;

function trendChart(view: SeriesView): Chart {
  const { app, metric, changes, nights } = view;
  const shown = nights.slice(-mostNights);
  return {
    name: `trend-${view.series.replaceAll(/[^a-z0-9]+/g, '-')}`,
    title: `${metricTitle(metric)} (${view.shownIn})`,
    reading: readingOf(view),
    summary:
      `${shown.length} nights, ${shown[0]?.night} to ${shown.at(-1)?.night}. ` +
      changes
        .map(
          (change) =>
            `${change.night}: ${formatMetric(metric, change.before)} to ${formatMetric(metric, change.after)} (${formatEffect(change.effect)}), revision ${formatRevision(change.revision)}, ${describeFate(change)}.`,
        )
        .join(' '),
    sizes: { wide: { width: 548, height: 230 }, narrow: { width: 358, height: 220 } },
    option: (size) => optionOf({ ...view, nights: shown }, app, size),
  };
}

function readingOf({ better, noiseFloor }: SeriesView): string {
  const noise =
    noiseFloor === null
      ? 'Too few nights for a noise floor.'
      : `Noise floor ${Number((100 * noiseFloor).toPrecision(2))} % from night to night (band).`;
  return `A point a night, ${better} is better; cross: left out of every level. ${noise}`;
}

function optionOf(view: SeriesView, app: string, { width }: Size): EChartsOption {
  const { metric, nights, changes, level, noiseFloor } = view;
  const ground = inks.ground;
  const at = new Map(nights.map(({ night }, index) => [night, index]));
  const point = ({ values, leftOut }: SeriesView['nights'][number], index: number) => {
    const mark: Mark = leftOut ? 'void' : 'held';
    return {
      value: [index, scaled(metric, values[0] as number)],
      ...symbolOf(app, mark, ground),
      symbolSize: nights.length > 60 ? 4 : 7,
    };
  };
  const bandOf = (sign: number) =>
    level !== null && noiseFloor !== null ? scaled(metric, level * (1 + sign * noiseFloor)) : null;
  const [low, high] = [bandOf(-1), bandOf(1)];
  return {
    grid: { left: 54, right: 14, top: 26, bottom: 26 },
    xAxis: {
      ...horizontal({ type: 'value', min: 0, max: Math.max(1, nights.length - 1) }),
      interval: Math.max(1, Math.ceil(nights.length / (width / 90))),
      axisLabel: {
        color: inks.text,
        fontSize: 12,
        showMaxLabel: false,
        formatter: (index: number) => nights[Math.round(index)]?.night.slice(5) ?? '',
      },
    },
    yAxis: { ...vertical({ type: 'value' }), scale: true, splitNumber: 4 },
    series: [
      {
        type: 'line',
        silent: true,
        data: nights.map(point),
        lineStyle: { color: appColour(app), width: 1, opacity: 0.4 },
        markLine: {
          silent: true,
          symbol: 'none',
          label: { color: inks.text, fontSize: 12, formatter: '{b}' },
          data: [
            ...changes.flatMap(({ night, effect, direction }) => {
              const xAxis = at.get(night);
              return xAxis === undefined
                ? []
                : [
                    {
                      name: formatEffect(effect),
                      xAxis,
                      lineStyle: {
                        color: inks.text,
                        type: direction === 'regression' ? ('solid' as const) : ('dashed' as const),
                      },
                    },
                  ];
            }),
          ],
        },
        ...(low !== null &&
          high !== null && {
            markArea: {
              silent: true,
              itemStyle: { color: appColour(app), opacity: 0.12 },
              data: [[{ yAxis: low }, { yAxis: high }]],
            },
          }),
      },
    ],
  };
}
