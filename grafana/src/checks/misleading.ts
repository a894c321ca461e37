// What Grafana and Prometheus take, and what then shows nothing, or something that is not so.
import {
  eventsInAll,
  eventsPerSecond,
  observationsPerSecond,
  partPerSecond,
} from '../queries/promql';
import type { Visual } from './dashboard-types';
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
        defaults.max !== undefined || axisSoftMax !== undefined || defaults.unit === 'bytes';
      return isBounded || scaleDistribution?.type === 'log'
        ? []
        : ['over zeros alone its axis ends at 100: it needs max or axisSoftMax'];
    }
    case 'table':
    case 'stat':
      return [
        ...(defaults.noValue === undefined ? [] : ['noValue would stand in its cells']),
        ...panel.targets
          .filter(({ instant, range }) => !instant || range)
          .map(({ refId }) => `${refId} asks for a range: its latest value may be long past`),
      ];
    default:
      return [];
  }
}

/** @param expr with its variables filled in, of a panel of shares */
export const shareFaults = (expr: string, known: KnownMetrics): string[] =>
  hasOpenDivision(expr, known) ? ['a share that is not clamped may be below 0 or above 1'] : [];

/** The only ways to what k6 counts, as they stand in an expression. */
const ways = [
  patternOf(eventsPerSecond),
  patternOf(observationsPerSecond),
  patternOf((histogram, matchers) => observationsPerSecond(histogram, matchers, 'sum')),
  patternOf((histogram, matchers) => partPerSecond('sum', histogram, matchers)),
  patternOf((histogram, matchers) => partPerSecond('count', histogram, matchers)),
  patternOf(eventsInAll),
];

function patternOf(write: (metric: string, matchers: string) => string): RegExp {
  const written = write('METRIC', 'MATCHERS').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  // The first of each is taken as it comes, the others must be the same.
  const pattern = written
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

export const stateFaults = (expr: string, labels: ReadonlySet<string>): string[] =>
  /\bALERTS\b(?!\{alertstate)/.test(expr) && !labels.has('alertstate')
    ? ['ALERTS is 1 whatever the state: keep the label alertstate']
    : [];

/** The lab is up for hours of a day; alerts alone ask what is so right now. */
export const nightFaults = (expr: string): string[] =>
  /(?<!last_over_time\()\bheadroom_night_/.test(expr)
    ? ['a night ends with the lab: keep its figure with last_over_time until the next']
    : [];
