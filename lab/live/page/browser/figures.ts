// What panels say in text: large figures, tables, and the legends of charts.
import { html, nothing, svg, type TemplateResult } from 'lit-html';
import { appColours, boundColour } from '../../../../grafana/src/colours';
import type { Panel, Query, Stat, Table, Unit } from '../../../../grafana/src/model';
import { latest } from '../history';
import { formatValue } from '../labels';
import { formatMost, viridis } from './charts';
import { boundDash, dashes } from './timeseries';
import { type NamedSeries, namedSeries, type View } from './view';

export const statFigures = (
  panel: Stat,
  series: readonly NamedSeries[],
  view: View,
): TemplateResult[] =>
  series.map((one) => {
    const value = latest(one, view.toS);
    const state = value === undefined ? undefined : stateOf(panel.colour, value);
    const app = appColours[one.labels.app ?? ''];
    return html`
      <div class="figure" data-state=${state ?? nothing} .style=${app ? `--app: ${app}` : ''}>
        <span class="name">${one.name}</span>
        <span class="value">${inWords(value, panel.unit, one.query)}</span>
        ${state === 'bad' ? html`<span class="verdict">${limitOf(panel)}</span>` : nothing}
      </div>`;
  });

const inWords = (value: number | undefined, unit: Unit, { words }: Query): string =>
  value === undefined ? '–' : (words?.[value] ?? formatValue(value, unit));

function stateOf(colour: Stat['colour'], value: number): 'good' | 'bad' | undefined {
  if (colour === 'app') return undefined;
  const isBad = 'badFrom' in colour ? value >= colour.badFrom : value < colour.goodFrom;
  return isBad ? 'bad' : 'good';
}

function limitOf({ colour, unit }: Stat): string {
  if (colour === 'app') return '';
  return 'badFrom' in colour
    ? `at or over ${formatValue(colour.badFrom, unit)}`
    : `under ${formatValue(colour.goodFrom, unit)}`;
}

/** A row for each set of the labels that name one, the largest of the first query on top. */
export function tableOf(panel: Table, view: View): TemplateResult[] {
  const labels = Object.keys(panel.rows);
  const keyOf = (series: NamedSeries) =>
    labels.map((label) => series.labels[label] ?? '').join('\n');
  const columns = panel.queries.map((query) => {
    const unit = panel.units?.[query.name] ?? panel.unit;
    const values = new Map(
      namedSeries([query], view).map((series) => [keyOf(series), latest(series, view.toS)]),
    );
    return { query, unit, values };
  });
  const keys = [...new Set(columns.flatMap(({ values }) => [...values.keys()]))].filter((key) =>
    columns.some(({ values }) => values.get(key) !== undefined),
  );
  const first = columns[0]?.values;
  keys.sort((a, b) => (first?.get(b) ?? 0) - (first?.get(a) ?? 0));
  if (keys.length === 0) return [];
  const head = [...Object.values(panel.rows), ...panel.queries.map(({ legend }) => legend)];
  const row = (key: string) => html`
    <tr>
      ${key.split('\n').map((text) => html`<td>${text}</td>`)}
      ${columns.map(
        ({ values, unit, query }) =>
          html`<td class="value">${inWords(values.get(key), unit, query)}</td>`,
      )}
    </tr>`;
  return [
    html`
      <table aria-label=${panel.title}>
        <thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
        <tbody>${keys.map(row)}</tbody>
      </table>`,
  ];
}

/** The legend of a chart: names, line styles and latest values, as text that can be read aloud. */
export function legendOf(
  panel: Panel,
  series: readonly NamedSeries[],
  view: View,
): TemplateResult[] {
  if (panel.kind === 'heatmap') {
    const scale = `background: linear-gradient(to right, ${viridis.join(', ')})`;
    return [
      html`
        <li>
          few <span class="scale" .style=${scale}></span> many,
          at most <b>${formatMost(panel, series)}</b> in a cell
        </li>`,
    ];
  }
  const entry = (drawing: TemplateResult, name: string, value: string) =>
    html`<li>${drawing} ${name} <b>${value}</b></li>`;
  const entries = series.map((one) => {
    const value = latest(one, view.toS);
    const drawing =
      panel.kind === 'scatter'
        ? dot(one.colour, one.query.line)
        : stroke(one.colour, dashes[one.query.line ?? 'solid']);
    return entry(drawing, one.name, value === undefined ? '' : formatValue(value, panel.unit));
  });
  const bounds = panel.kind === 'timeseries' ? (panel.bounds ?? []) : [];
  return [
    ...entries,
    ...bounds.map(({ value, meaning }) =>
      entry(stroke(boundColour, boundDash), meaning, formatValue(value, panel.unit)),
    ),
  ];
}

const stroke = (colour: string, dash: readonly number[]) => html`
  <svg viewBox="0 0 22 8" aria-hidden="true">
    ${svg`<path d="M0 4H22" stroke=${colour} stroke-width="2.5" stroke-dasharray=${dash.join(' ')} />`}
  </svg>`;

const dot = (colour: string, line: Query['line']) => html`
  <svg viewBox="0 0 8 8" aria-hidden="true">
    ${svg`
      <circle cx="4" cy="4" r=${line === 'dotted' ? 2 : 3.2}
        fill=${line === 'dashed' ? 'none' : colour} stroke=${colour} />`}
  </svg>`;
