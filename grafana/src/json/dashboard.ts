// A dashboard of the catalogue as Grafana's classic JSON (v1, schema 42).
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { alertMark } from '../marks';
import { type Dashboard, type Mark, panelsOf, queriesOf } from '../model';
import { everything, type Variable, variablesIn } from '../variables';
import { dataSource, provisioned } from './data-source';
import { gridWidth, layOut, rowTitleHeight } from './layout';
import { panelJson } from './panels';
import { plain } from './plain';
import { runbookPanels, runbookUid } from './runbook';

/** Every dashboard bears it, and so finds the others. */
const tag = 'headroom';

/** What Grafana 13.2 reads without migrating. */
const schemaVersion = 42;

/** About a tour, at Grafana's own lower bound; or a month. */
const spans = {
  run: { range: { from: 'now-5m', to: 'now' }, refresh: '5s' },
  nights: { range: { from: 'now-30d', to: 'now' }, refresh: '5m' },
} as const;

/** Two points of a mark's query; the builder asks each mark every 2 s. */
const markStep = { run: '4s', nights: '60s' } as const;

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
    .variables([
      dataSourceVariable(),
      ...variablesIn(expressions.map(({ expr }) => expr)).map(variable),
    ])
    .annotations(marks.map(annotation));
  const json = plain(frame.build());
  for (const mark of json.annotations?.list ?? []) {
    // The builder hides marks in a menu.
    delete mark.placement;
    // Events nearer than this are one: Grafana's own 60 s would join two alerts. The builder lacks it.
    Object.assign(mark, { step: markStep[span] });
  }
  // Fields of dashboards of another kind, which Grafana 13.2 does not know here.
  for (const one of json.templating?.list ?? []) {
    for (const foreign of ['auto', 'auto_min', 'auto_count']) Reflect.deleteProperty(one, foreign);
  }
  return { ...json, schemaVersion, panels: panelsJson(source) };
}

/** The runbook beside the dashboards: a name in a table of alerts leads there. */
export function runbookJson(): dashboard.Dashboard {
  const frame = new dashboard.DashboardBuilder('Runbook')
    .uid(runbookUid)
    .description('What does an alert mean, and what is to be done?')
    .tags([tag])
    .readonly()
    .timezone('browser')
    .time(spans.run.range)
    .links([linkToTheOthers()])
    .variables([])
    .annotations([]);
  return { ...plain(frame.build()), schemaVersion, panels: runbookPanels() };
}

function panelsJson(source: Dashboard): NonNullable<dashboard.Dashboard['panels']> {
  const { sections, span } = source;
  let [id, top] = [0, 0];
  return sections.flatMap(({ title, panels, collapsed = false }) => {
    id += 1;
    const row: dashboard.RowPanel = {
      id,
      type: 'row',
      title,
      collapsed,
      gridPos: { x: 0, y: top, w: gridWidth, h: rowTitleHeight },
      panels: [],
    };
    const { positions, bottom } = layOut(panels, top + rowTitleHeight);
    const inside = panels.map((panel, index) => {
      id += 1;
      const json = withPaleMarks(panelJson(panel, span), source);
      return { ...json, id, gridPos: positions[index] as dashboard.GridPos };
    });
    // A row that is closed holds its panels, and takes no more room than its title.
    top = collapsed ? top + rowTitleHeight : bottom;
    return collapsed ? [{ ...row, panels: inside }] : [row, ...inside];
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

function dataSourceVariable() {
  return new dashboard.DatasourceVariableBuilder('datasource')
    .label('Data source')
    .description('Which Prometheus. All panels ask it.')
    .type(provisioned.type)
    .current({ selected: true, text: provisioned.name, value: provisioned.uid });
}

/** Without a choice of its own Grafana takes the first: of runs, the newest. */
function variable({ name, label, description, query, newestFirst }: Variable) {
  const builder = new dashboard.QueryVariableBuilder(name)
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
    .options([]);
  return newestFirst
    ? builder.includeAll(false)
    : builder
        .includeAll(true)
        .allValue(everything)
        .current({ selected: true, text: ['All'], value: ['$__all'] });
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
