// Panels of the catalogue as Grafana's, one function a kind.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  type Panel as GrafanaPanel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import * as xychart from '@grafana/grafana-foundation-sdk/xychart';
import { apps, boundColour } from '../colours';
import {
  type Bound,
  brightestShare,
  conditionsOf,
  conditionTexts,
  type Heatmap,
  type Panel,
  queriesOf,
  type Scatter,
  type Stat,
  shownTimes,
  type TimeSeries,
  type Unit,
} from '../model';
import { refIdOf } from '../targets';
import { dataSource } from './data-source';
import { nothing, wordsMapping } from './mappings';
import { colourOverrides, lineOverrides, type Override } from './overrides';
import { plain } from './plain';
import { withParagraph } from './runbook';
import { tablePanel } from './table';
import { lines, verdicts } from './thresholds';

/** Scrapes and pushes are this far apart: a finer step would draw each point twice. */
const shortestInterval = '2s';

/** A hole of this much is drawn over: a missed scrape, or a missed night. A longer one is shown. */
const spanNullsMs = { run: 6000, nights: 2 * 24 * 3600 * 1000 } as const;

type Span = keyof typeof spanNullsMs;

/**
 * Up to where an axis goes at least. Over zeros alone Grafana's ends at 100, which is 10,000 % of a
 * share, and the first that is not 0 lies on the ground.
 */
const leastHighest: Record<Unit, number | undefined> = {
  percentunit: 0.05,
  s: 0.001,
  bytes: undefined,
  none: 1,
  short: 1,
  reqps: 1,
  ops: 1,
  binBps: undefined,
};

/** A panel without id and position. */
export function panelJson(panel: Panel, span: Span = 'run'): GrafanaPanel {
  const built = plain(visualization(panel, span).build());
  const { defaults, overrides } = built.fieldConfig ?? { defaults: {}, overrides: [] };
  // Of tables before 13: Grafana 13.2 does not know it.
  if (panel.kind === 'table') Reflect.deleteProperty(built.options ?? {}, 'footer');
  const why = conditionsOf(panel).map((condition) => conditionTexts[condition]);
  return {
    ...built,
    title: panel.title,
    description: descriptionOf(panel),
    datasource: dataSource,
    interval: shortestInterval,
    targets: targetsOf(panel),
    fieldConfig: {
      defaults: {
        ...defaults,
        unit: panel.unit,
        ...noValueOf(panel, why),
      },
      overrides,
    },
  };
}

/** Charts alone: of a table Grafana writes it into every empty cell, and a figure is no sentence. */
const noValueOf = ({ kind }: Panel, why: readonly string[]): { noValue?: string } =>
  kind === 'table' || kind === 'stat' || why.length === 0 ? {} : { noValue: why.join(' ') };

/** Bounds are named here: a threshold has no legend in Grafana. */
function descriptionOf(panel: Panel): string {
  const { shows, read, bad } = panel.description;
  const bounds: Bound[] = panel.kind === 'timeseries' ? (panel.bounds ?? []) : [];
  return [
    `**What this shows.** ${shows}`,
    `**How to read it.** ${read}`,
    `**What would be bad.** ${bad}`,
    ...bounds.map(({ value, meaning }) => `Line at ${value}: ${meaning}.`),
    ...conditionsOf(panel).map((condition) => conditionTexts[condition]),
  ].join('\n\n');
}

function targetsOf(panel: Panel): prometheus.Dataquery[] {
  const isAlerts = panel.kind === 'table' && panel.leadsTo === 'runbook';
  return queriesOf(panel).map(({ expr, legend }, index) => {
    const query = new prometheus.DataqueryBuilder()
      .refId(refIdOf(index))
      .datasource(dataSource)
      .editorMode(prometheus.QueryEditorMode.Code)
      .expr(isAlerts ? withParagraph(expr) : expr)
      .legendFormat(legend);
    if (panel.kind === 'table') query.instant().format(prometheus.PromQueryFormat.Table);
    // What is now: the latest of a range may be minutes old.
    else if (panel.kind === 'stat') query.instant();
    else query.range();
    if (panel.kind === 'heatmap') query.format(prometheus.PromQueryFormat.Heatmap);
    return plain(query.build());
  });
}

function visualization(panel: Panel, span: Span): Builder<GrafanaPanel> {
  switch (panel.kind) {
    case 'timeseries':
      return timeSeriesPanel(panel, span);
    case 'stat':
      return statPanel(panel);
    case 'heatmap':
      return heatmapPanel(panel);
    case 'scatter':
      return scatterPanel(panel);
    case 'table':
      return tablePanel(panel);
  }
}

const legend = () =>
  new common.VizLegendOptionsBuilder()
    .displayMode(common.LegendDisplayMode.List)
    .placement(common.LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([]);

/** What is now, and the worst or best of the time shown, beside each name. */
const legendWithFigures = () =>
  legend().displayMode(common.LegendDisplayMode.Table).calcs(['lastNotNull', 'max']);

const allSeriesTooltip = () =>
  new common.VizTooltipOptionsBuilder()
    .mode(common.TooltipDisplayMode.Multi)
    .sort(common.SortOrder.Descending);

const logarithmic = (base: 2 | 10 = 10) =>
  new common.ScaleDistributionConfigBuilder().type(common.ScaleDistribution.Log).log(base);

function timeSeriesPanel(panel: TimeSeries, span: Span): timeseries.PanelBuilder {
  const builder = new timeseries.PanelBuilder()
    .legend(legendWithFigures())
    .tooltip(allSeriesTooltip())
    // A line on top of a stack is that of its last series, which is mostly 0.
    .lineWidth(panel.stacked ? 0 : 2)
    .fillOpacity(panel.stacked ? 80 : 0)
    .spanNulls(spanNullsMs[span])
    .overrides([...colourOverrides(panel.words), ...lineOverrides(panel)]);
  // Ticks of bytes are powers of two.
  if (panel.scale === 'log')
    builder.scaleDistribution(logarithmic(panel.unit === 'bytes' ? 2 : 10));
  else if (panel.min === undefined) builder.axisSoftMin(0);
  if (panel.min !== undefined) builder.min(panel.min);
  const softMax = leastHighest[panel.unit];
  if (panel.max !== undefined) builder.max(panel.max);
  else if (panel.scale !== 'log' && softMax !== undefined) builder.axisSoftMax(softMax);
  if (panel.stacked) {
    builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  }
  if (panel.bounds) {
    builder
      .thresholds(lines(panel.bounds))
      .thresholdsStyle(
        new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
      );
  }
  return builder;
}

const latest = () => new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false);

function statPanel({ colour, queries }: Stat): stat.PanelBuilder {
  const builder = new stat.PanelBuilder()
    .mappings([nothing, ...queries.flatMap(({ words }) => (words ? [wordsMapping(words)] : []))])
    .reduceOptions(latest())
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.None)
    .textMode(common.BigValueTextMode.ValueAndName)
    // Else each figure is as large as it fits, and side by side no two are alike.
    .text(new common.VizTextDisplayOptionsBuilder().titleSize(14).valueSize(28))
    .thresholds(verdicts(colour))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds));
  return colour === 'app' ? builder.overrides(colourOverrides()) : builder;
}

function heatmapPanel({ unit, histogram }: Heatmap): heatmap.PanelBuilder {
  const yAxis = new heatmap.YAxisConfigBuilder()
    .unit(unit)
    .axisPlacement(common.AxisPlacement.Left);
  // The rows of a classic histogram are its buckets, the same in every chart.
  if (histogram === 'native') yAxis.min(shownTimes.from).max(shownTimes.to);
  const builder = new heatmap.PanelBuilder()
    .calculate(false)
    .color(
      new heatmap.HeatmapColorOptionsBuilder()
        .mode(heatmap.HeatmapColorMode.Scheme)
        // Even steps of brightness: read alike by everybody, and in black and white.
        .scheme('Viridis')
        .fill(boundColour)
        .scale(heatmap.HeatmapColorScale.Exponential)
        .exponent(0.5)
        .steps(64)
        .reverse(false)
        // Cells are shares of a moment's requests: two charts are on one scale.
        .min(0)
        .max(brightestShare[histogram]),
    )
    .cellValues(new heatmap.CellValuesBuilder().unit('percentunit'))
    .cellGap(0)
    .showValue(common.VisibilityMode.Never)
    .yAxis(yAxis)
    .tooltip(new heatmap.HeatmapTooltipBuilder().mode(common.TooltipDisplayMode.Single))
    .showLegend();
  return histogram === 'classic'
    ? builder.rowsFrame(
        new heatmap.RowsHeatmapOptionsBuilder().layout(common.HeatmapCellLayout.Auto),
      )
    : builder;
}

/** Frames of all queries become one by their times; each app's y is then drawn over its x. */
function scatterPanel(panel: Scatter): xychart.PanelBuilder {
  const field = (legend: string, app: string) => ({
    matcher: { id: 'byName', options: legend.replace('{{app}}', app) },
  });
  const series = apps.flatMap((app) =>
    panel.queries.map(({ legend }) =>
      new xychart.XYSeriesConfigBuilder()
        // Grafana leaves out a series that does not say in which frame it is.
        .frame({ matcher: { id: 'byIndex', options: 0 } })
        .x(field(panel.x.legend, app))
        .y(field(legend, app)),
    ),
  );
  const builder = new xychart.PanelBuilder()
    .mapping(xychart.SeriesMapping.Manual)
    .series(series)
    .show(xychart.XYShowMode.Points)
    .pointSize({ fixed: 5 })
    .legend(legend())
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Single))
    .withTransformation({ id: 'joinByField', options: { byField: 'Time', mode: 'outer' } })
    .overrides([
      ...colourOverrides(),
      ...apps.map((app) => ({
        matcher: { id: 'byName', options: panel.x.legend.replace('{{app}}', app) },
        properties: [
          { id: 'unit', value: panel.xUnit },
          // The scale of y would be that of x, too.
          {
            id: 'custom.scaleDistribution',
            value: panel.xScale === 'log2' ? { type: 'log', log: 2 } : { type: 'linear' },
          },
        ],
      })),
      ...hollowOverrides(panel),
    ]);
  return panel.scale === 'log' ? builder.scaleDistribution(logarithmic()) : builder;
}

/** Points of an app have one colour: those of dotted lines are hollow, all others filled. */
function hollowOverrides({ queries }: Scatter): Override[] {
  return queries.flatMap(({ legend, line }) =>
    apps.map((app) => ({
      matcher: { id: 'byName', options: legend.replace('{{app}}', app) },
      properties: [
        { id: 'custom.fillOpacity', value: line === 'dotted' ? 0 : 80 },
        { id: 'custom.pointStrokeWidth', value: line === 'dotted' ? 2 : 1 },
      ],
    })),
  );
}
