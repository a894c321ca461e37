// Each check is proved by a broken dashboard that it catches: one thing is changed in a good one.
import { beforeAll, describe, expect, test } from 'vitest';
import { dashboards } from '../catalogue';
import { dashboardJson } from '../json/dashboard';
import { panelsOf } from '../model';
import type { DashboardFile } from './dashboard-types';
import { type KnownMetrics, knownMetrics } from './known-metrics';
import { ownFaults } from './own-rules';
import { schemaFaults } from './schema';

type Check = 'schema' | 'own rules';

// biome-ignore lint/suspicious/noExplicitAny: a mutant is what no type allows
type Broken = any;

type Mutant = { what: string; by: Check; says: RegExp; breaks: (dashboard: Broken) => void };

/** The first panel of a kind that the good dashboard has. */
const first = (dashboard: Broken, type: string): Broken =>
  dashboard.panels.find((panel: Broken) => panel.type === type);

const titled = (dashboard: Broken, title: string): Broken =>
  dashboard.panels.find((panel: Broken) => panel.title === title);

const closedRow = (dashboard: Broken): Broken =>
  dashboard.panels.find((panel: Broken) => panel.type === 'row' && panel.collapsed);

const series = (dashboard: Broken): Broken => first(dashboard, 'timeseries');

const variable = (dashboard: Broken, name: string): Broken =>
  dashboard.templating.list.find((one: Broken) => one.name === name);

/** A panel of a kind that the good dashboard has not. */
const add = (dashboard: Broken, more: Broken) => {
  const gridPos = { x: 0, y: 1000, w: 12, h: 8 };
  dashboard.panels.push({ ...series(dashboard), id: 1000, title: 'Added', gridPos, ...more });
};

const withExpr = (change: (expr: string) => string) => (dashboard: Broken) => {
  const [target] = series(dashboard).targets;
  target.expr = change(target.expr);
};

const mutants: Mutant[] = [
  // --- what Grafana would not know, and drops or shows as nothing ---
  {
    what: 'a panel type that does not exist',
    by: 'schema',
    says: /type|tag/,
    breaks: (dashboard) => {
      series(dashboard).type = 'timeserie';
    },
  },
  {
    what: 'an option that the panel does not have',
    by: 'schema',
    says: /options.*showThresholds/,
    breaks: (dashboard) => {
      series(dashboard).options.showThresholds = true;
    },
  },
  {
    what: 'a word that is none of the allowed ones',
    by: 'schema',
    says: /legend\/placement/,
    breaks: (dashboard) => {
      series(dashboard).options.legend.placement = 'underneath';
    },
  },
  {
    what: 'a line setting that does not exist',
    by: 'schema',
    says: /custom.*lineWeight/,
    breaks: (dashboard) => {
      series(dashboard).fieldConfig.defaults.custom.lineWeight = 2;
    },
  },
  {
    what: 'a misspelt field of a query',
    by: 'schema',
    says: /targets\/0.*legendformat/,
    breaks: (dashboard) => {
      series(dashboard).targets[0].legendformat = '{{app}}';
    },
  },
  {
    what: 'a misspelt field of the dashboard',
    by: 'schema',
    says: /timeZone/,
    breaks: (dashboard) => {
      dashboard.timeZone = 'utc';
    },
  },
  {
    what: 'a query without a letter',
    by: 'schema',
    says: /targets\/0.*refId/,
    breaks: (dashboard) => {
      delete series(dashboard).targets[0].refId;
    },
  },
  {
    what: 'a query of one data source, whichever was chosen',
    by: 'schema',
    says: /targets\/0\/datasource\/uid/,
    breaks: (dashboard) => {
      series(dashboard).targets[0].datasource.uid = 'prom';
    },
  },
  {
    what: 'a panel without a description',
    by: 'schema',
    says: /description/,
    breaks: (dashboard) => {
      delete series(dashboard).description;
    },
  },
  {
    what: 'a panel without a unit',
    by: 'schema',
    says: /unit/,
    breaks: (dashboard) => {
      delete series(dashboard).fieldConfig.defaults.unit;
    },
  },
  {
    what: 'a mark without its query',
    by: 'schema',
    says: /annotations\/list\/0.*target/,
    breaks: (dashboard) => {
      delete dashboard.annotations.list[0].target;
    },
  },
  {
    what: 'a schema version that Grafana would migrate',
    by: 'schema',
    says: /schemaVersion.*42/,
    breaks: (dashboard) => {
      dashboard.schemaVersion = 39;
    },
  },

  // --- PromQL: Grafana shows a red corner, if somebody looks ---
  {
    what: 'a bracket too few',
    by: 'own rules',
    says: /syntax error/,
    breaks: withExpr((expr) => expr.slice(0, -1)),
  },
  {
    what: 'a rate of what is not a range',
    by: 'own rules',
    says: /expected type matrix|type/,
    breaks: withExpr((expr) => expr.replace('[$__rate_interval]', '')),
  },
  {
    what: 'a function that does not exist',
    by: 'own rules',
    says: /syntax error|unknown function/,
    breaks: withExpr((expr) => expr.replace('rate(', 'rates(')),
  },
  {
    what: 'a function behind a feature flag',
    by: 'own rules',
    says: /sort_by_label needs a feature flag/,
    breaks: withExpr((expr) => `sort_by_label(${expr}, "app")`),
  },
  {
    what: 'a regular expression that does not compile',
    by: 'own rules',
    says: /regular expression/i,
    breaks: withExpr((expr) => expr.replace('{', '{http_route=~"(",')),
  },
  {
    what: 'a regular expression that only JavaScript knows',
    by: 'own rules',
    says: /is not RE2/,
    breaks: withExpr((expr) => expr.replace('{', '{http_route=~"(?!/db).*",')),
  },

  // --- expressions that are PromQL and never have a result ---
  {
    what: 'a metric that nobody exposes',
    by: 'own rules',
    says: /http_server_requests_total is no known metric/,
    breaks: withExpr(() => 'sum by (app) (rate(http_server_requests_total[5s]))'),
  },
  {
    what: 'a label that the metric does not have',
    by: 'own rules',
    says: /has no label route/,
    breaks: withExpr((expr) => expr.replace('{', '{route="/db",')),
  },
  {
    what: 'a value that the label never takes',
    by: 'own rules',
    says: /no value of http_request_method fits ="get"/,
    breaks: withExpr((expr) => expr.replace('{', '{http_request_method="get",')),
  },
  {
    what: 'grouping by a label that nothing has',
    by: 'own rules',
    says: /nothing inside has a label apps/,
    breaks: withExpr((expr) => expr.replace('by (app)', 'by (apps)')),
  },
  {
    what: 'a counter that is shown as it is',
    by: 'own rules',
    says: /is a counter: expected inside rate/,
    breaks: withExpr(() => 'sum by (app) (process_cpu_seconds_total)'),
  },
  {
    what: 'the rate of a gauge',
    by: 'own rules',
    says: /is a gauge: rate is for counters/,
    breaks: withExpr(() => 'sum by (app) (rate(process_open_fds[5s]))'),
  },
  {
    what: 'a legend with a label that was aggregated away',
    by: 'own rules',
    says: /no label for \{\{instance\}\}/,
    breaks: (dashboard) => {
      series(dashboard).targets[0].legendFormat = '{{app}} {{instance}}';
    },
  },
  {
    what: 'a mark of a metric that nobody exposes',
    by: 'own rules',
    says: /mark Alerts: headroom_phase is no known metric/,
    breaks: (dashboard) => {
      dashboard.annotations.list[0].target.expr = 'headroom_phase';
    },
  },

  {
    what: 'a label that is made of one that nothing has',
    by: 'own rules',
    says: /label_join: nothing inside has a label alert/,
    breaks: withExpr((expr) => `label_join(${expr}, "x", "", "alert")`),
  },

  // --- variables ---
  {
    what: 'a variable that is not defined',
    by: 'own rules',
    says: /\$cluster/,
    breaks: withExpr((expr) => expr.replace('{', '{app=~"$cluster",')),
  },
  {
    what: 'a variable that is defined and not used',
    by: 'own rules',
    says: /variable \$host is not used/,
    breaks: (dashboard) => {
      const [, one] = dashboard.templating.list;
      dashboard.templating.list.push({ ...one, name: 'host' });
    },
  },
  {
    what: 'a variable of several values under =',
    by: 'own rules',
    says: /needs =~/,
    breaks: withExpr((expr) => expr.replace('app=~"$app"', 'app="$app"')),
  },
  {
    what: "a variable's query that Grafana takes for a series",
    by: 'own rules',
    says: /is no label_values/,
    breaks: (dashboard) => {
      dashboard.templating.list[1].query = 'label_value(up, app)';
    },
  },
  {
    what: 'no variable for the data source, so that it can be used nowhere else',
    by: 'own rules',
    says: /the first variable must be \$datasource/,
    breaks: (dashboard) => {
      dashboard.templating.list.shift();
    },
  },
  {
    what: 'a variable that finds another kind of data source',
    by: 'schema',
    says: /templating\/list\/0\/query/,
    breaks: (dashboard) => {
      dashboard.templating.list[0].query = 'loki';
    },
  },
  {
    what: 'the data source in an expression',
    by: 'own rules',
    says: /\$datasource is not defined/,
    breaks: withExpr((expr) => expr.replace('{', '{app=~"$datasource",')),
  },
  {
    what: 'text in braces that is no field of the row',
    by: 'own rules',
    says: /\$\{__data\.fields\.App\}: write \$name/,
    breaks: (dashboard) => {
      series(dashboard).description += ' $\u007b__data.fields.App}';
    },
  },
  {
    what: 'all runs at once, old ones among them',
    by: 'own rules',
    says: /\$run: it must open with the newest run alone/,
    breaks: (dashboard) => {
      variable(dashboard, 'run').includeAll = true;
    },
  },
  {
    what: 'the oldest run first',
    by: 'own rules',
    says: /\$run: it must open with the newest run alone/,
    breaks: (dashboard) => {
      variable(dashboard, 'run').sort = 1;
    },
  },

  // --- what must be unique, or fit ---
  {
    what: 'two panels with one number',
    by: 'own rules',
    says: /panel id 2 is used twice/,
    breaks: (dashboard) => {
      dashboard.panels[2].id = 2;
    },
  },
  {
    what: 'two queries with one letter',
    by: 'own rules',
    says: /refId A is used twice/,
    breaks: (dashboard) => {
      const { targets } = series(dashboard);
      targets.push({ ...targets[0] });
    },
  },
  {
    what: 'panels that overlap',
    by: 'own rules',
    says: /overlap/,
    breaks: (dashboard) => {
      series(dashboard).gridPos.w += 1;
    },
  },
  {
    what: 'a panel wider than the grid',
    by: 'own rules',
    says: /wider than the grid/,
    breaks: (dashboard) => {
      series(dashboard).gridPos.x = 20;
    },
  },
  {
    what: 'a unit that Grafana does not know',
    by: 'own rules',
    says: /no unit seconds/,
    breaks: (dashboard) => {
      series(dashboard).fieldConfig.defaults.unit = 'seconds';
    },
  },
  {
    what: 'a description that does not say what would be bad',
    by: 'own rules',
    says: /does not say: What would be bad/,
    breaks: (dashboard) => {
      const panel = series(dashboard);
      panel.description = panel.description.replace('**What would be bad.**', '');
    },
  },
  {
    what: 'an override of a setting that does not exist',
    by: 'own rules',
    says: /no custom\.lineColour to override/,
    breaks: (dashboard) => {
      series(dashboard).fieldConfig.overrides.push({
        matcher: { id: 'byRegexp', options: '/x/' },
        properties: [{ id: 'custom.lineColour', value: 'red' }],
      });
    },
  },
  {
    what: 'an override for a query that is not there',
    by: 'own rules',
    says: /for query Z/,
    breaks: (dashboard) => {
      series(dashboard).fieldConfig.overrides.push({
        matcher: { id: 'byFrameRefID', options: 'Z' },
        properties: [],
      });
    },
  },

  // --- what Grafana takes, and what then shows nothing or something that is not so ---
  {
    what: 'points without their frame, which Grafana leaves out',
    by: 'own rules',
    says: /series 0 has no frame.matcher/,
    breaks: (dashboard) => {
      add(dashboard, {
        type: 'xychart',
        options: { mapping: 'manual', series: [{}] },
      });
    },
  },
  {
    what: 'a figure across that takes the scale of those above it',
    by: 'own rules',
    says: /express achieved has the scale of y/,
    breaks: (dashboard) => {
      const field = (options: string) => ({ matcher: { id: 'byName', options } });
      add(dashboard, {
        type: 'xychart',
        options: {
          mapping: 'manual',
          series: [
            {
              frame: { matcher: { id: 'byIndex', options: 0 } },
              x: field('express achieved'),
              y: field('express p99'),
            },
          ],
        },
      });
    },
  },
  {
    what: 'users that double, on a linear scale',
    by: 'own rules',
    says: /express users double from step to step/,
    breaks: (dashboard) => {
      const { fieldConfig } = series(dashboard);
      add(dashboard, {
        type: 'xychart',
        options: { mapping: 'manual', series: [] },
        fieldConfig: {
          ...fieldConfig,
          overrides: [
            {
              matcher: { id: 'byName', options: 'express users' },
              properties: [
                { id: 'unit', value: 'short' },
                { id: 'custom.scaleDistribution', value: { type: 'log', log: 10 } },
              ],
            },
          ],
        },
      });
    },
  },
  {
    what: 'a heat map with colours of its own',
    by: 'own rules',
    says: /only on one scale/,
    breaks: (dashboard) => {
      const annotations = { lines: { width: 0 } };
      add(dashboard, { type: 'heatmap', options: { annotations, color: { min: 0, max: 0.3 } } });
    },
  },
  {
    what: 'a legend without figures',
    by: 'own rules',
    says: /needs the last and the max/,
    breaks: (dashboard) => {
      series(dashboard).options.legend.calcs = ['lastNotNull'];
    },
  },
  {
    what: 'a bound at 99 % of an axis from 0',
    by: 'own rules',
    says: /the axis must begin at 90 %/,
    breaks: (dashboard) => {
      const { defaults } = titled(dashboard, 'Errors').fieldConfig;
      defaults.thresholds = { mode: 'absolute', steps: [{ value: null }, { value: 0.99 }] };
    },
  },
  {
    what: 'grey lines of all workloads',
    by: 'own rules',
    says: /take the bound of the one that is on/,
    breaks: (dashboard) => {
      const { defaults } = titled(dashboard, 'Duration').fieldConfig;
      defaults.thresholds = {
        mode: 'absolute',
        steps: [{ value: null }, { value: 0.1 }, { value: 0.25 }],
      };
    },
  },
  {
    what: 'a status that is a number with a unit',
    by: 'own rules',
    says: /column Route is no text/,
    breaks: (dashboard) => {
      const { fieldConfig } = titled(dashboard, 'Routes');
      fieldConfig.overrides = fieldConfig.overrides.filter(
        ({ matcher }: Broken) => matcher.options !== 'Route',
      );
    },
  },
  {
    what: 'alerts that lead nowhere',
    by: 'own rules',
    says: /must lead to its paragraph/,
    breaks: (dashboard) => {
      const { fieldConfig } = titled(dashboard, 'Alerts by name');
      fieldConfig.overrides = [];
    },
  },
  {
    what: 'marks with edges that hide the lines',
    by: 'own rules',
    says: /the edges of marks hide the lines/,
    breaks: (dashboard) => {
      delete series(dashboard).options.annotations;
    },
  },
  {
    what: 'alerts that become one, because they are near each other',
    by: 'own rules',
    says: /mark Alerts: events within 60s become one/,
    breaks: (dashboard) => {
      dashboard.annotations.list[0].step = '60s';
    },
  },
  {
    what: 'panels that are empty on most machines, in a row that is open',
    by: 'own rules',
    says: /Capacity: it is empty on most machines/,
    breaks: (dashboard) => {
      const row = closedRow(dashboard);
      row.collapsed = false;
      dashboard.panels.push(...row.panels.splice(0));
    },
  },
  {
    what: 'a row that is open and holds its panels, which Grafana does not show',
    by: 'own rules',
    says: /is open: its panels must follow it/,
    breaks: (dashboard) => {
      closedRow(dashboard).collapsed = false;
    },
  },
  {
    what: 'a row that is closed over nothing',
    by: 'own rules',
    says: /is closed and holds no panel/,
    breaks: (dashboard) => {
      first(dashboard, 'row').collapsed = true;
    },
  },
  {
    what: 'a fault in a row that is closed',
    by: 'own rules',
    says: /headroom_capacity is no known metric/,
    breaks: (dashboard) => {
      closedRow(dashboard).panels[0].targets[0].expr = 'headroom_capacity';
    },
  },
  {
    what: 'a number that a panel of a closed row has, too',
    by: 'own rules',
    says: /panel id 2 is used twice/,
    breaks: (dashboard) => {
      closedRow(dashboard).panels[0].id = 2;
    },
  },
  {
    what: 'panels of a closed row that overlap',
    by: 'own rules',
    says: /overlap/,
    breaks: (dashboard) => {
      closedRow(dashboard).panels[0].gridPos.w += 1;
    },
  },
  {
    what: 'a sentence in every empty cell',
    by: 'own rules',
    says: /noValue would stand in its cells/,
    breaks: (dashboard) => {
      first(dashboard, 'table').fieldConfig.defaults.noValue = 'Empty as long as nothing is wrong.';
    },
  },
  {
    what: 'a table whose cells wrap as those of Grafana 12 did',
    by: 'own rules',
    says: /cellOptions.wrapText breaks no line/,
    breaks: (dashboard) => {
      const properties = [{ id: 'custom.cellOptions', value: { type: 'auto', wrapText: true } }];
      first(dashboard, 'table').fieldConfig.overrides.push({
        matcher: { id: 'byName', options: 'Answer' },
        properties,
      });
    },
  },
  {
    what: 'a figure of now that may be minutes old',
    by: 'own rules',
    says: /A asks for a range/,
    breaks: (dashboard) => {
      Object.assign(first(dashboard, 'stat').targets[0], { instant: false, range: true });
    },
  },
  {
    what: 'an axis that ends at 100 over zeros',
    by: 'own rules',
    says: /needs max or axisSoftMax/,
    breaks: (dashboard) => {
      delete series(dashboard).fieldConfig.defaults.custom.axisSoftMax;
    },
  },
  {
    what: 'a share that nothing holds to 0..1',
    by: 'own rules',
    says: /a share that is not clamped/,
    breaks: (dashboard) => {
      const panel = titled(dashboard, 'Errors');
      panel.targets[0].expr = panel.targets[0].expr.replace(/^clamp\((.*), 0, 1\)$/, '$1');
    },
  },
  {
    what: 'a share of a rule that nothing holds to 0..1',
    by: 'own rules',
    says: /a share that is not clamped/,
    breaks: (dashboard) => {
      titled(dashboard, 'Errors').targets[0].expr = 'recorded:share';
    },
  },
  {
    what: "a rate of k6's counters, which loses each step's first push",
    by: 'own rules',
    says: /k6_http_reqs_total begins again in each step/,
    breaks: withExpr(() => 'sum by (app) (rate(k6_http_reqs_total[5s]))'),
  },
  {
    what: 'the same of a native histogram',
    by: 'own rules',
    says: /k6_http_req_duration_seconds begins again/,
    breaks: withExpr(
      () => 'histogram_count(sum by (app) (rate(k6_http_req_duration_seconds[5s])))',
    ),
  },
  {
    what: 'alerts without their state, whose value is always 1',
    by: 'own rules',
    says: /keep the label alertstate/,
    breaks: withExpr(() => 'max by (app) (ALERTS)'),
  },
  {
    what: 'events that are no whole number',
    by: 'own rules',
    says: /count them with happened/,
    breaks: withExpr(() => 'sum by (app) (increase(server_worker_restarts_total[$__range]))'),
  },
  {
    what: 'a night that ends with the lab',
    by: 'own rules',
    says: /a night ends with the lab/,
    breaks: withExpr(() => 'max by (app) (headroom_night_ratio)'),
  },
];

/** The dashboard that is broken: it has every kind of panel but a scatter. */
const [good] = dashboards;
const fresh = (): DashboardFile => {
  if (good === undefined) throw new Error('the catalogue is empty');
  return JSON.parse(JSON.stringify(dashboardJson(good)));
};

let known: KnownMetrics;
beforeAll(() => {
  known = new Map([
    ...knownMetrics(),
    ['recorded:share', { type: 'gauge', labels: { app: {} }, recordedBy: 'vector(3) / vector(2)' }],
  ]);
});

const faultsOf: Record<Check, (dashboard: DashboardFile) => string[]> = {
  schema: schemaFaults,
  'own rules': (dashboard) => ownFaults(dashboard, known),
};

test('the dashboard that is broken is good, and large enough to break', () => {
  expect(good && panelsOf(good).length).toBeGreaterThan(10);
  for (const faults of Object.values(faultsOf)) expect(faults(fresh())).toEqual([]);
});

describe.each(['schema', 'own rules'] as const)('%s catches', (check) => {
  test.each(mutants.filter(({ by }) => by === check))('$what', ({ breaks, says }) => {
    const dashboard = fresh();
    breaks(dashboard);
    expect(faultsOf[check](dashboard).join('\n')).toMatch(says);
  });
});
