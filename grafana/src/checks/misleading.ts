// What Grafana and Prometheus take, and what then shows nothing, or something that is not so.
import { brightestShare } from '../model';
import {
  eventsInAll,
  eventsPerSecond,
  observationsPerSecond,
  partPerSecond,
  type Sum,
} from '../queries/promql';
import type { DashboardFile, Visual } from './dashboard-types';
import type { KnownMetrics } from './known-metrics';
import { hasOpenDivision } from './meaning';

/** What Grafana takes and then draws as nothing, as something else, or out of all proportion. */
export function drawingFaults(panel: Visual): string[] {
  const { defaults } = panel.fieldConfig;
  switch (panel.type) {
    case 'xychart':
      return panel.options.series
        .filter(({ frame }) => frame?.matcher.id !== 'byIndex')
        .map((_, index) => `series ${index} has no frame.matcher byIndex: it stays empty`);
    case 'timeseries': {
      const { axisSoftMax, scaleDistribution } = panel.fieldConfig.defaults.custom ?? {};
      const isBounded =
        defaults.max !== undefined ||
        axisSoftMax !== undefined ||
        /^bytes|Bps$/.test(defaults.unit);
      return isBounded || scaleDistribution?.type === 'log'
        ? []
        : ['over zeros alone its axis ends at 100: it needs max or axisSoftMax'];
    }
    case 'heatmap': {
      const { color, rowsFrame } = panel.options;
      const brightest = brightestShare[rowsFrame === undefined ? 'native' : 'classic'];
      return color.min === 0 && color.max === brightest
        ? []
        : [`two heat maps compare only on one scale: 0 to ${brightest}`];
    }
    case 'table':
    case 'stat':
      return [
        ...(defaults.noValue === undefined ? [] : ['noValue would stand in its cells']),
        ...panel.fieldConfig.overrides
          .flatMap(({ properties }) => properties)
          .filter(
            ({ id, value }) =>
              id === 'custom.cellOptions' && Object.hasOwn(Object(value), 'wrapText'),
          )
          .map(() => 'cellOptions.wrapText breaks no line: custom.wrapText does'),
        ...panel.targets
          .filter(({ instant, range }) => !instant || range)
          .map(({ refId }) => `${refId} asks for a range: its latest value may be long past`),
      ];
    default:
      return [];
  }
}

/** What is right, and cannot be read: lines on one another, points in a corner, names without figures. */
export function fitFaults(panel: Visual): string[] {
  const { defaults, overrides } = panel.fieldConfig;
  switch (panel.type) {
    case 'timeseries': {
      const { calcs } = panel.options.legend;
      const bounds = (defaults.thresholds?.steps ?? []).map(({ value }) => value ?? 0);
      return [
        ...(calcs.includes('lastNotNull') && calcs.includes('max')
          ? []
          : ['its legend names no figures: it needs the last and the max']),
        ...(defaults.unit === 'percentunit' &&
        bounds.some((bound) => bound > 0.95 && bound < 1) &&
        (defaults.min ?? 0) < 0.9
          ? ['its bound lies at 100 %: the axis must begin at 90 %']
          : []),
        // The first step is the ground.
        ...(defaults.unit === 's' && bounds.length > 2
          ? ['lines of several workloads: take the bound of the one that is on']
          : []),
      ];
    }
    case 'xychart': {
      const ofUsers = overrides.filter(
        ({ matcher, properties }) =>
          / users$/.test(String(matcher.options)) && properties.some(({ id }) => id === 'unit'),
      );
      return [
        ...ofUsers
          .filter(({ properties }) => !properties.some(isPowerOfTwo))
          .map(
            ({ matcher }) => `${matcher.options} double from step to step: a scale of powers of 2`,
          ),
        ...panel.options.series
          .map(({ x }) => x?.matcher.options)
          .filter((x) => x !== undefined && !hasOwnScale(x, overrides))
          .map((x) => `${x} has the scale of y: it needs its own`),
      ];
    }
    case 'table': {
      const isOfAlerts = panel.targets.some(({ expr }) => /\bALERTS\b/.test(expr));
      const leads = overrides.some(({ properties }) => properties.some(({ id }) => id === 'links'));
      return [
        ...(isOfAlerts && !leads ? ['the name of an alert must lead to its paragraph'] : []),
        ...unitOfWordsFaults(panel),
      ];
    }
    default:
      return [];
  }
}

/** Grafana writes a panel's unit behind each text that is a number: status 200 were 3.33 minutes. */
function unitOfWordsFaults({ fieldConfig, transformations = [] }: Visual): string[] {
  const organize = transformations.find(({ id }) => id === 'organize');
  const { renameByName = {} } = (organize?.options ?? {}) as {
    renameByName?: Record<string, string>;
  };
  const words = Object.entries(renameByName)
    .filter(([name]) => !name.startsWith('Value'))
    .map(([, title]) => title);
  const isText = (title: string): boolean =>
    fieldConfig.overrides.some(
      ({ matcher, properties }) =>
        matcher.options === title &&
        properties.some(({ id, value }) => id === 'unit' && value === 'string'),
    );
  return words.filter((title) => !isText(title)).map((title) => `column ${title} is no text`);
}

const hasOwnScale = (x: unknown, overrides: Visual['fieldConfig']['overrides']): boolean =>
  overrides.some(
    ({ matcher, properties }) =>
      matcher.options === x && properties.some(({ id }) => id === 'custom.scaleDistribution'),
  );

const isPowerOfTwo = ({ id, value }: { id: string; value?: unknown }): boolean =>
  id === 'custom.scaleDistribution' && (value as { log?: number } | undefined)?.log === 2;

/** Regions lie behind every chart, so they have no edges; two that are near each other stay two. */
export function markFaults({ annotations }: DashboardFile, visuals: readonly Visual[]): string[] {
  const regions = annotations.list.filter(({ useValueForTime }) => !useValueForTime);
  if (regions.length === 0) return [];
  return [
    ...regions
      .filter(({ step }) => step !== '4s')
      .map(({ name, step }) => `mark ${name}: events within ${step} become one, expected 4s`),
    ...visuals
      .filter((panel) => panel.type === 'timeseries' || panel.type === 'heatmap')
      .filter(({ options }) => options.annotations?.lines?.width !== 0)
      .map(({ title }) => `${title}: the edges of marks hide the lines`),
  ];
}

/** @param expr with its variables filled in, of a panel of shares */
export const shareFaults = (expr: string, known: KnownMetrics): string[] =>
  hasOpenDivision(expr, known) ? ['a share that is not clamped may be below 0 or above 1'] : [];

/** The only ways to what k6 counts, as they stand in an expression. */
const ways = [
  patternOf(eventsPerSecond),
  patternOf(observationsPerSecond),
  patternOf((histogram, matchers, sum) => partPerSecond('sum', histogram, matchers, sum)),
  patternOf((histogram, matchers, sum) => partPerSecond('count', histogram, matchers, sum)),
  patternOf(eventsInAll),
];

function patternOf(write: (metric: string, matchers: string, sum: Sum) => string): RegExp {
  const written = write('METRIC', 'MATCHERS', 'sum by (LABELS)').replace(
    /[\\^$.*+?()[\]{}|]/g,
    '\\$&',
  );
  // The first of each is taken as it comes, the others must be the same.
  const pattern = written
    .replace('sum by \\(LABELS\\)', '(?<sum>sum(?: by \\([\\w, ]+\\))?)')
    .replaceAll('sum by \\(LABELS\\)', '\\k<sum>')
    .replace('METRIC', '(?<metric>k6_\\w+)')
    .replaceAll('METRIC', '\\k<metric>')
    .replace('MATCHERS', '(?<matchers>[^}]*)')
    .replaceAll('MATCHERS', '\\k<matchers>');
  return new RegExp(pattern, 'g');
}

/** @param expr as written, with its variables */
export function uncountedFaults(expr: string, known: KnownMetrics): string[] {
  const rest = ways.reduce((text, way) => text.replaceAll(way, 'counted'), expr);
  return [...known]
    .filter(([name, { type }]) => name.startsWith('k6_') && type !== 'gauge')
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(rest))
    .map(([name]) => `${name} begins again in each step: count it with eventsPerSecond`);
}

/** An increase is extrapolated to the ends of its window: one event would be 1.01. */
export const wholeFaults = (expr: string): string[] =>
  /(?<!round\()increase\([^()]*\[\$__range\]/.test(expr)
    ? ['events are whole, and an increase is not: count them with happened']
    : [];

export const stateFaults = (expr: string, labels: ReadonlySet<string>): string[] =>
  /\bALERTS\b(?!\{alertstate)/.test(expr) && !labels.has('alertstate')
    ? ['ALERTS is 1 whatever the state: keep the label alertstate']
    : [];

/** The lab is up for hours of a day; alerts alone ask what is so right now. */
export const nightFaults = (expr: string): string[] =>
  /(?<!last_over_time\()\bheadroom_night_/.test(expr)
    ? ['a night ends with the lab: keep its figure with last_over_time until the next']
    : [];
