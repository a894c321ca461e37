// A night's figures in words: one way to say them on the terminal, in messages and on pages.

import type { MeasuredSeries, NightMetric } from '../../results/night-schema';
import type { RecordedChange } from './night-series';

type Said = { title: string; unit: string; scale: number };

const metrics: Record<NightMetric, Said> = {
  capacity: { title: 'capacity', unit: 'req/s', scale: 1 },
  p99: { title: 'p99 at a fixed rate', unit: 'ms', scale: 1e3 },
  cpu: { title: 'CPU a request', unit: 'ms', scale: 1e3 },
  memory: { title: 'memory', unit: 'MB', scale: 1e-6 },
};

const saidOf = (metric: string): Said =>
  metrics[metric as NightMetric] ?? { title: metric, unit: '', scale: 1 };

export const metricTitle = (metric: string): string => saidOf(metric).title;
export const metricUnit = (metric: string): string => saidOf(metric).unit;

/** In the unit that people read. */
export const scaled = (metric: string, value: number): number => value * saidOf(metric).scale;

/** Three digits: more would claim what no night holds. */
export function sayMetric(metric: string, value: number): string {
  const figure = scaled(metric, value);
  const rounded = Math.abs(figure) >= 1000 ? Math.round(figure) : Number(figure.toPrecision(3));
  return `${rounded} ${saidOf(metric).unit}`.trim();
}

export const sayEffect = (effect: number | null): string =>
  effect === null ? '-' : `${effect > 0 ? '+' : ''}${Number((100 * effect).toPrecision(3))} %`;

/** As git shortens it; `-dirty` stays. */
export const sayRevision = (revision: string | null): string =>
  revision === null ? 'unknown' : revision.replace(/^([0-9a-f]{12})[0-9a-f]+/, '$1');

/** Which revisions to look between, in a sentence. */
export function sayChange(series: Pick<MeasuredSeries, 'metric'>, change: RecordedChange): string {
  const { metric } = series;
  return (
    `${metricTitle(metric)} went from ${sayMetric(metric, change.before)} to ` +
    `${sayMetric(metric, change.after)} (${sayEffect(change.effect)}, p ${Number(change.p.toPrecision(2))}) ` +
    `in the night of ${change.night}: revision ${sayRevision(change.revision)}, ` +
    `after ${sayRevision(change.revisionBefore)} in the night of ${change.nightBefore}`
  );
}
