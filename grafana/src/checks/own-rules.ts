// Check C: what neither a schema nor a parser sees: numbers and letters that must be unique, panels
// that must not overlap, variables, units, legends, overrides.
import * as units from '@grafana/grafana-foundation-sdk/units';
import { gridWidth } from '../json/layout';
import { conditionTexts } from '../model';
import { allValues, fillIn } from '../variables';
import type { AnyPanel, DashboardFile, Row, Visual } from './dashboard-types';
import type { KnownMetrics } from './known-metrics';
import { meaningOf } from './meaning';
import {
  drawingFaults,
  fitFaults,
  markFaults,
  nightFaults,
  shareFaults,
  stateFaults,
  uncountedFaults,
  wholeFaults,
} from './misleading';
import { isCustomField } from './schema';

/** Everything that is wrong with a dashboard's own sense, with its place. */
export function ownFaults(dashboard: DashboardFile, known: KnownMetrics): string[] {
  const rows = dashboard.panels.filter((panel): panel is Row => panel.type === 'row');
  const all = dashboard.panels.flatMap((panel): AnyPanel[] =>
    panel.type === 'row' ? [panel, ...panel.panels] : [panel],
  );
  const visuals = all.filter(
    (panel): panel is Visual => panel.type !== 'row' && panel.type !== 'text',
  );
  return [
    ...repeated(all.map(({ id }) => id)).map((id) => `panel id ${id} is used twice`),
    ...repeated(visuals.map(({ title }) => title)).map((title) => `two panels are called ${title}`),
    ...geometryFaults(dashboard.panels),
    ...rows.flatMap(({ panels }) => geometryFaults(panels)),
    ...rows.flatMap(rowFaults),
    ...rowlessFaults(dashboard.panels),
    ...variableFaults(dashboard),
    ...markFaults(dashboard, visuals),
    ...visuals.flatMap((panel) =>
      [
        ...panelFaults(panel),
        ...drawingFaults(panel),
        ...fitFaults(panel),
        ...targetFaults(panel, known),
        ...overrideFaults(panel),
      ].map((fault) => `${panel.title}: ${fault}`),
    ),
    ...dashboard.annotations.list.flatMap(({ name, target, titleFormat }) =>
      expressionFaults({ expr: target.expr, legend: titleFormat, isShare: false }, known).map(
        (fault) => `mark ${name}: ${fault}`,
      ),
    ),
  ];
}

function repeated<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function rowFaults({ title, collapsed, panels }: Row): string[] {
  if (collapsed) return panels.length > 0 ? [] : [`row ${title} is closed and holds no panel`];
  return panels.length === 0 ? [] : [`row ${title} is open: its panels must follow it`];
}

/** What most machines have nothing for takes no room: it stands in a row that is closed. */
function rowlessFaults(panels: readonly AnyPanel[]): string[] {
  const seldom = [conditionTexts.container, conditionTexts.pressure, conditionTexts.finding];
  return panels
    .filter((panel) => panel.type !== 'row' && panel.type !== 'text')
    .filter(({ description }) => seldom.some((text) => description.endsWith(text)))
    .map(({ title }) => `${title}: it is empty on most machines, so its row must be closed`);
}

function geometryFaults(panels: readonly AnyPanel[]): string[] {
  const areas = panels.map(({ id, gridPos = { x: 0, y: 0, w: 0, h: 0 } }) => ({ id, ...gridPos }));
  return [
    ...areas.filter(({ w, h }) => w < 1 || h < 1).map(({ id }) => `panel ${id} has no size`),
    ...areas
      .filter(({ x, w }) => x < 0 || x + w > gridWidth)
      .map(({ id }) => `panel ${id} is wider than the grid`),
    ...areas.flatMap((a, index) =>
      areas
        .slice(index + 1)
        .filter((b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
        .map((b) => `panels ${a.id} and ${b.id} overlap`),
    ),
  ];
}

/** The only places of the data source's variable, which no expression may name. */
const throughDataSource = '"uid":"$datasource"';
/** The only text in braces: what a link takes from the row that it is in. */
const fromRow = /^\$\{__data\.fields\.\w+\.text\}$/;

function variableFaults(dashboard: DashboardFile): string[] {
  const [first, ...others] = dashboard.templating.list;
  const { templating: _, ...rest } = dashboard;
  const json = JSON.stringify(rest);
  const asksNothing = !json.includes(throughDataSource);
  const defined = others.filter((one) => one.type === 'query');
  const text = json.replaceAll(throughDataSource, '').replaceAll('\\"', '"');
  const queries = defined.map(({ query }) => query).join('\n');
  const used = new Set(
    [...`${text}\n${queries}`.matchAll(/\$([a-z]+)\b/g)].map(([, name]) => name),
  );
  return [
    ...(first?.type === 'datasource' || asksNothing
      ? []
      : ['the first variable must be $datasource: the others are asked of it']),
    ...[...used]
      .filter((name) => !defined.some((one) => one.name === name))
      .map((name) => `variable $${name} is not defined`),
    ...defined
      .filter(({ name }) => !used.has(name))
      .map(({ name }) => `variable $${name} is not used`),
    // Another word silently becomes a query for a series of that name.
    ...defined
      .filter(({ query }) => !/^label_values\(.+, \w+\)$/.test(query))
      .map(({ name, query }) => `variable $${name}: ${query} is no label_values(series, label)`),
    // Several chosen values become (a|b), which only a regular expression takes.
    ...[...`${text}\n${queries}`.matchAll(/(\S{0,3})\$([a-z]+)\b/g)]
      .filter(([, before = '']) => !/[=!]~"$/.test(before))
      .map(([written]) => `${written}: a variable of several values needs =~`),
    ...[...text.matchAll(/\$\{[^}]*\}|\[\[\w+\]\]/g)]
      .filter(([written]) => !fromRow.test(written))
      .map(([written]) => `${written}: write $name`),
    // Without All and without a choice Grafana takes the first value.
    ...defined
      .filter(({ name }) => name === 'run')
      .filter(({ includeAll, sort, current }) => includeAll || sort !== descending || current)
      .map(() => 'variable $run: it must open with the newest run alone'),
  ];
}

/** Grafana's number of `Alphabetical (desc)`; runs begin with their date. */
const descending = 2;

function panelFaults(panel: Visual): string[] {
  const { unit } = panel.fieldConfig.defaults;
  const knownUnits: readonly string[] = Object.values(units);
  const parts = ['What this shows', 'How to read it', 'What would be bad'];
  return [
    ...(knownUnits.includes(unit) ? [] : [`Grafana knows no unit ${unit}`]),
    ...parts
      .filter((part) => !new RegExp(`\\*\\*${part}\\.\\*\\* \\S`).test(panel.description))
      .map((part) => `the description does not say: ${part}`),
    ...(panel.targets.length === 0 ? ['it has no query'] : []),
  ];
}

function targetFaults(panel: Visual, known: KnownMetrics): string[] {
  return [
    ...repeated(panel.targets.map(({ refId }) => refId)).map((id) => `refId ${id} is used twice`),
    ...panel.targets.flatMap(({ refId, expr, legendFormat = '' }) =>
      expressionFaults(
        { expr, legend: legendFormat, isShare: panel.fieldConfig.defaults.unit === 'percentunit' },
        known,
      ).map((fault) => `${refId}: ${fault}`),
    ),
  ];
}

type Expression = { expr: string; legend: string; isShare: boolean };

function expressionFaults({ expr, legend, isShare }: Expression, known: KnownMetrics): string[] {
  let text: string;
  try {
    text = fillIn(expr, allValues);
  } catch (error) {
    return [(error as Error).message];
  }
  const { faults, labels } = meaningOf(text, known);
  if (faults.length > 0) return faults;
  return [
    ...uncountedFaults(expr, known),
    ...stateFaults(expr, labels),
    ...wholeFaults(expr),
    ...nightFaults(expr),
    ...(isShare ? shareFaults(text, known) : []),
    ...[...legend.matchAll(/\{\{(\w+)\}\}/g)]
      .filter(([, label = '']) => !labels.has(label))
      .map(([written]) => `the result has no label for ${written} of the legend`),
  ];
}

function overrideFaults(panel: Visual): string[] {
  const refIds = panel.targets.map(({ refId }) => refId);
  return panel.fieldConfig.overrides.flatMap(({ matcher, properties }) => [
    ...properties
      .filter(({ id }) => id.startsWith('custom.'))
      .filter(({ id }) => !isCustomField(panel.type, id.slice('custom.'.length)))
      .map(({ id }) => `a ${panel.type} has no ${id} to override`),
    ...(matcher.id === 'byFrameRefID' && !refIds.includes(String(matcher.options))
      ? [`an override is for query ${matcher.options}, which is not there`]
      : []),
    ...(matcher.id === 'byRegexp' ? compileFault(String(matcher.options)) : []),
  ]);
}

function compileFault(pattern: string): string[] {
  const inSlashes = /^\/(.*)\/$/.exec(pattern)?.[1];
  try {
    new RegExp(inSlashes ?? pattern);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
