// What panels say in text: large figures, tables, and the legends of charts.
import { html, nothing, svg, type TemplateResult } from 'lit-html';
import { appColours, boundColour } from '../../../../grafana/src/colours';
import type { Panel, Query, Stat, Table, TimeSeries, Unit } from '../../../../grafana/src/model';
import { latest } from '../history';
import { formatBeside, formatValue } from '../labels';
import { formatMost, shades } from './charts';
import { boundDash, dashes } from './timeseries';
import { clock, type NamedSeries, namedSeries, type View } from './view';

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
        <span class="value">${inWords(value, panel.unit, one.query, boundOf(panel))}</span>
        ${state === 'bad' ? html`<span class="verdict">${limitOf(panel)}</span>` : nothing}
        ${value === undefined ? html`<span class="verdict">${lastOf(panel, one)}</span>` : nothing}
      </div>`;
  });

/** What it was when there last was load. */
function lastOf({ unit }: Stat, { points, query }: NamedSeries): string {
  const [atS, value] = points.at(-1) ?? [];
  return atS === undefined ? '' : `${inWords(value, unit, query)} at ${clock(atS)}`;
}

const inWords = (
  value: number | undefined,
  unit: Unit,
  { words }: Query,
  bound?: number,
): string => (value === undefined ? '–' : (words?.[value] ?? formatBeside(value, bound, unit)));

function boundOf({ colour }: Stat): number | undefined {
  if (colour === 'app') return undefined;
  return 'badFrom' in colour ? colour.badFrom : colour.goodFrom;
}

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
    return { query, unit, values, badFrom: panel.badFrom?.[query.name] };
  });
  const keys = [...new Set(columns.flatMap(({ values }) => [...values.keys()]))].filter((key) =>
    columns.some(({ values }) => values.get(key) !== undefined),
  );
  const first = columns[0]?.values;
  keys.sort((a, b) => (first?.get(b) ?? 0) - (first?.get(a) ?? 0));
  if (keys.length === 0) return [];
  const row = (key: string) => html`
    <tr>
      ${key.split('\n').map((text, index) => html`<td>${index === 0 ? linked(panel, text) : text}</td>`)}
      ${columns.map(({ values, unit, query, badFrom }) => {
        const value = values.get(key);
        const isBad = value !== undefined && badFrom !== undefined && value >= badFrom;
        return html`<td class="value" data-state=${isBad ? 'bad' : nothing}>${inWords(value, unit, query, badFrom)}</td>`;
      })}
    </tr>`;
  return [
    html`
      <table aria-label=${panel.title}>
        <thead>
          <tr>
            ${Object.values(panel.rows).map((title) => html`<th scope="col">${title}</th>`)}
            ${panel.queries.map(({ legend }) => html`<th scope="col" class="value">${legend}</th>`)}
          </tr>
        </thead>
        <tbody>${keys.map(row)}</tbody>
      </table>`,
  ];
}

const linked = ({ leadsTo }: Table, text: string) =>
  leadsTo === undefined ? text : html`<a href="/${leadsTo}#${text}">${text}</a>`;

/** The legend of a chart: names, line styles and latest values, as text that can be read aloud. */
export function legendOf(
  panel: Panel,
  series: readonly NamedSeries[],
  view: View,
): TemplateResult[] {
  if (panel.kind === 'heatmap') {
    const scale = `background: linear-gradient(to right, ${shades.join(', ')})`;
    return [
      html`
        <li>
          few <span class="scale" .style=${scale}></span> many,
          at most <b>${formatMost(panel, series)}</b> in a cell
        </li>`,
    ];
  }
  const entry = (drawing: TemplateResult, name: string, value: string, most = '') =>
    html`<li>${drawing} ${name} <b>${value}</b> ${most}</li>`;
  const entries = series.map((one) => {
    const value = latest(one, view.toS);
    const drawing =
      panel.kind === 'scatter'
        ? dot(one.colour, one.query.line)
        : stroke(one.colour, dashes[one.query.line ?? 'solid']);
    const last = value === undefined ? '' : formatValue(value, panel.unit);
    return entry(
      drawing,
      one.name,
      last,
      panel.kind === 'timeseries' ? mostOf(panel, one, view) : '',
    );
  });
  const bounds = panel.kind === 'timeseries' ? (panel.bounds ?? []) : [];
  return [
    ...entries,
    ...bounds.map(({ value, meaning }) =>
      entry(stroke(boundColour, boundDash), meaning, formatValue(value, panel.unit)),
    ),
  ];
}

/** Beside the latest value the highest that is shown, as Grafana's legends have it. */
function mostOf({ unit }: TimeSeries, { points }: NamedSeries, { fromS }: View): string {
  const values = points.filter(([atS]) => atS >= fromS).map(([, value]) => value);
  return values.length === 0 ? '' : `max ${formatValue(Math.max(...values), unit)}`;
}

const stroke = (colour: string, dash: readonly number[]) => html`
  <svg viewBox="0 0 22 8" aria-hidden="true">
    ${svg`<path d="M0 4H22" stroke=${colour} stroke-width="2.5" stroke-dasharray=${dash.join(' ')} />`}
  </svg>`;

const dot = (colour: string, line: Query['line']) => html`
  <svg viewBox="0 0 8 8" aria-hidden="true">
    ${svg`
      <circle cx="4" cy="4" r="3.2" fill=${line === 'dotted' ? 'none' : colour} stroke=${colour} />`}
  </svg>`;
