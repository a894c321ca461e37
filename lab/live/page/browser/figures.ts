// Panels without a chart: figures as large text, and tables.
import { type AppName, appColours } from '../../../../grafana/src/colours';
import type { Query, Stat, Table, Unit } from '../../../../grafana/src/model';
import { latest } from '../history';
import { formatValue } from '../labels';
import { element } from './element';
import { type NamedSeries, namedSeries, type View } from './view';

export function statFigures(panel: Stat, series: readonly NamedSeries[], view: View): Node[] {
  return series.map((one) => {
    const value = latest(one, view.toS);
    const state = value === undefined ? undefined : stateOf(panel.colour, value);
    const figure = element(
      'div',
      { class: 'figure', ...(state && { 'data-state': state }) },
      element('span', { class: 'name' }, one.name),
      element('span', { class: 'value' }, inWords(value, panel.unit, one.query)),
      ...(state === 'bad' ? [element('span', { class: 'verdict' }, limitOf(panel))] : []),
    );
    const app = appColours[one.labels.app as AppName];
    if (app) figure.style.setProperty('--app', app);
    return figure;
  });
}

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
export function tableOf(panel: Table, view: View): Node[] {
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
  return [
    element(
      'table',
      { 'aria-label': panel.title },
      element(
        'thead',
        {},
        element('tr', {}, ...head.map((title) => element('th', { scope: 'col' }, title))),
      ),
      element(
        'tbody',
        {},
        ...keys.map((key) =>
          element(
            'tr',
            {},
            ...key.split('\n').map((text) => element('td', {}, text)),
            ...columns.map(({ values, unit, query }) => {
              const value = values.get(key);
              return element('td', { class: 'value' }, inWords(value, unit, query));
            }),
          ),
        ),
      ),
    ),
  ];
}
