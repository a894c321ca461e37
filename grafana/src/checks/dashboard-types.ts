// What Grafana 13.2 takes for a dashboard of ours, made of @grafana/schema's own types and tightened
// where those are open: panels by their type, queries by their data source. ./schema.ts makes a
// JSON schema of it.

import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type * as xychart from '@grafana/schema/dist/esm/raw/composable/xychart/panelcfg/x/XYChartPanelCfg_types.gen';
import type {
  AnnotationQuery,
  Dashboard,
  DashboardLink,
  FieldConfig,
  MatcherConfig,
  Panel,
  RowPanel,
  VariableModel,
} from '@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen';

type OurDataSource = { type: 'prometheus'; uid: '$datasource' };

type Target = Omit<Dataquery, '_implementsDataqueryVariant' | 'refId' | 'datasource'> & {
  refId: string;
};

type Required = {
  id: number;
  title: string;
  description: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource: OurDataSource;
  /** A panel's data source does not pass to its queries. */
  targets: (Target & { datasource: OurDataSource })[];
};

type PanelOf<Type extends string, Options, Custom> = Omit<
  Panel,
  'type' | 'options' | 'fieldConfig' | keyof Required
> &
  Required & {
    type: Type;
    options: Options;
    fieldConfig: {
      defaults: Omit<FieldConfig, 'custom' | 'unit'> & { custom?: Partial<Custom>; unit: string };
      overrides: { matcher: MatcherConfig; properties: { id: string; value?: unknown }[] }[];
    };
  };

/** @discriminator type */
export type Visual =
  | PanelOf<'timeseries', timeseries.Options, timeseries.FieldConfig>
  | PanelOf<'stat', stat.Options, Record<string, never>>
  | PanelOf<'heatmap', heatmap.Options, heatmap.FieldConfig>
  | PanelOf<'table', table.Options, table.FieldConfig>
  | PanelOf<'xychart', xychart.Options, xychart.FieldConfig>;

/** A row that is closed holds its panels; they follow one that is open. */
export type Row = Omit<RowPanel, 'panels'> & { panels: Visual[] };

/** Words alone: no query, no unit. */
type TextPanel = Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets' | 'datasource'> & {
  type: 'text';
  id: number;
  title: string;
  options: text.Options;
};

/** @discriminator type */
export type AnyPanel = Row | TextPanel | Visual;

/** Prometheus's own fields stand beside the target, where its plugin looks for them. */
type Annotation = Omit<AnnotationQuery, 'target' | 'datasource'> & {
  datasource: OurDataSource;
  target: Target;
  titleFormat: string;
  textFormat?: string;
  tagKeys: string;
  useValueForTime: boolean;
  step: string;
};

/** @discriminator type */
type Variable =
  | (Omit<VariableModel, 'query' | 'datasource' | 'type'> & {
      type: 'query';
      query: string;
      datasource: OurDataSource;
    })
  | (Omit<VariableModel, 'query' | 'datasource' | 'type'> & {
      type: 'datasource';
      name: 'datasource';
      query: 'prometheus';
    });

export type DashboardFile = Omit<Dashboard, 'panels' | 'annotations' | 'templating' | 'links'> & {
  uid: string;
  title: string;
  description: string;
  schemaVersion: 42;
  panels: AnyPanel[];
  annotations: { list: Annotation[] };
  templating: { list: Variable[] };
  links: DashboardLink[];
};
