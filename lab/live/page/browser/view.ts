// What all panels are drawn from at one moment, and how their elements are made and found.
import { render, type TemplateResult } from 'lit-html';
import { apps } from '../../../../grafana/src/colours';
import type { Panel, Query } from '../../../../grafana/src/model';
import { type History, outsideGaps, type Span } from '../history';
import { colourOf, nameOf } from '../labels';
import type { Series } from '../messages';
import type { Band, Moment } from '../phases';

export type View = Span & {
  history: History;
  gaps: readonly Span[];
  bands: readonly Band[];
  moments: readonly Moment[];
  theme: Theme;
};

export type Chart = Exclude<Panel, { kind: 'stat' | 'table' }>;

export const hasChart = (panel: Panel): panel is Chart =>
  panel.kind !== 'stat' && panel.kind !== 'table';

export type NamedSeries = Series & { query: Query; name: string; colour: string };

/** The series of a panel's queries, the apps in their order, with names and colours. */
export function namedSeries(
  queries: readonly Query[],
  { history, gaps }: View,
  words?: readonly string[],
): NamedSeries[] {
  const found = queries.flatMap((query) =>
    outsideGaps(history.answers[query.name] ?? [], gaps).map((series) => ({
      ...series,
      query,
      name: nameOf(query.legend, series.labels),
    })),
  );
  const turnOf = ({ labels }: Series) => {
    const turn = apps.indexOf(labels.app ?? '');
    return turn < 0 ? apps.length : turn;
  };
  found.sort((a, b) => turnOf(a) - turnOf(b));
  const byName = [...new Set(found.map(({ name }) => name))].sort();
  return found.map((series) => ({
    ...series,
    colour: colourOf(series.name, words, byName.indexOf(series.name)),
  }));
}

/** The page's colours and font, for charts: a canvas knows nothing of CSS variables. */
export type Theme = { ground: string; ink: string; muted: string; rule: string; font: string };

const dark = matchMedia('(prefers-color-scheme: dark)');

export function currentTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const ink = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: ink('ground'),
    ink: ink('ink'),
    muted: ink('muted'),
    rule: ink('rule'),
    font: getComputedStyle(document.body).fontFamily,
  };
}

export const onThemeChange = (listener: () => void): void =>
  dark.addEventListener('change', listener);

/** The one element of a template. */
export function made(template: TemplateResult): HTMLElement {
  const box = document.createElement('div');
  render(template, box);
  return find(box, ':scope > *');
}

export function find<Found extends HTMLElement>(within: ParentNode, selector: string): Found {
  const found = within.querySelector<Found>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}

export const clock = (atS: number): string => new Date(atS * 1000).toTimeString().slice(0, 8);
