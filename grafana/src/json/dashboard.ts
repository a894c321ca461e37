// A dashboard of the catalogue as Grafana's classic JSON (v1, schema 42).
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { alertMark } from '../marks';
import { type Dashboard, type Mark, panelsOf, queriesOf } from '../model';
import { everything, type Variable, variablesIn } from '../variables';
import { dataSource } from './data-source';
import { gridWidth, layOut, rowTitleHeight } from './layout';
import { panelJson } from './panels';
import { plain } from './plain';

/** Every dashboard bears it, and so finds the others. */
const tag = 'headroom';

/** What Grafana 13.2 reads without migrating. */
const schemaVersion = 42;

/** A tour of four minutes and what came just before it, at Grafana's own lower bound; or a month. */
const spans = {
  run: { range: { from: 'now-5m', to: 'now' }, refresh: '5s' },
  nights: { range: { from: 'now-30d', to: 'now' }, refresh: '5m' },
} as const;

export function dashboardJson(source: Dashboard): dashboard.Dashboard {
  const { marks = [], span = 'run' } = source;
  const expressions = [...panelsOf(source).flatMap(queriesOf), ...marks.map(({ query }) => query)];
  const { range, refresh } = spans[span];
  const frame = new dashboard.DashboardBuilder(source.title)
    .uid(source.uid)
    .description(source.question)
    .tags([tag])
    .readonly()
    .timezone('browser')
    .time(range)
    .refresh(refresh)
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .links([linkToTheOthers()])
    .variables(variablesIn(expressions.map(({ expr }) => expr)).map(variable))
    .annotations(marks.map(annotation));
  const json = plain(frame.build());
  // The builder hides marks in a menu.
  for (const mark of json.annotations?.list ?? []) delete mark.placement;
  // Fields of dashboards of another kind, which Grafana 13.2 does not know here.
  for (const one of json.templating?.list ?? []) {
    for (const foreign of ['auto', 'auto_min', 'auto_count']) Reflect.deleteProperty(one, foreign);
  }
  return { ...json, schemaVersion, panels: panelsJson(source) };
}

function panelsJson(source: Dashboard): NonNullable<dashboard.Dashboard['panels']> {
  const { sections, span } = source;
  let [id, top] = [0, 0];
  return sections.flatMap(({ title, panels }) => {
    id += 1;
    const row: dashboard.RowPanel = {
      id,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y: top, w: gridWidth, h: rowTitleHeight },
      panels: [],
    };
    const { positions, bottom } = layOut(panels, top + rowTitleHeight);
    top = bottom;
    return [
      row,
      ...panels.map((panel, index) => {
        id += 1;
        const json = withPaleMarks(panelJson(panel, span), source);
        return { ...json, id, gridPos: positions[index] as dashboard.GridPos };
      }),
    ];
  });
}

/**
 * Marks without the dashed edges, which hide the lines of a short run; of alerts, which overlap, the
 * bar below the axis alone. A change that a night found is nothing but its line.
 */
function withPaleMarks(panel: dashboard.Panel, { marks = [], span }: Dashboard): dashboard.Panel {
  const isDrawnOn = panel.type === 'timeseries' || panel.type === 'heatmap';
  if (!isDrawnOn || span === 'nights') return panel;
  const annotations = {
    lines: { width: 0 },
    ...(marks.includes(alertMark) && { regions: { opacity: 0 } }),
  };
  return { ...panel, options: { ...panel.options, annotations } };
}

const linkToTheOthers = () =>
  new dashboard.DashboardLinkBuilder('Headroom')
    .type(dashboard.DashboardLinkType.Dashboards)
    .tags([tag])
    .asDropdown(false)
    .includeVars(true)
    .keepTime(true)
    .icon('external link')
    .tooltip('The other dashboards, with the same variables and times');

function variable({ name, label, description, query, newestFirst }: Variable) {
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(dataSource)
    .query(query)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(
      newestFirst
        ? dashboard.VariableSort.AlphabeticalDesc
        : dashboard.VariableSort.AlphabeticalAsc,
    )
    .multi(true)
    .includeAll(true)
    .allValue(everything)
    .current({ selected: true, text: ['All'], value: ['$__all'] })
    .options([]);
}

function annotation({ name, query, text, colour, as }: Mark) {
  return new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(dataSource)
    .enable(true)
    .hide(false)
    .iconColor(colour)
    .target(new DataqueryBuilder().refId('A').expr(query.expr).range().interval('2s'))
    .titleFormat(text)
    .tagKeys('app')
    .useValueForTime(as === 'moment');
}
