// What `lab analyse` found, as text. Every warning of a result is printed with it.

import { z } from 'zod';
import type { GoalResult } from '../measure/search/load-classification';
import { renderBlocks, renderTable } from '../render/terminal';
import { formatFour, formatInterval, uslBlocks } from '../render/usl-text';
import { changePointSchema } from '../statistics/change-points/change-points';
import { type Trend, trendSchema } from '../statistics/change-points/describe';
import type { Comparison } from '../statistics/comparison';
import type { UslAnalysis } from '../statistics/usl/usl';

const formatPercent = (ratio: number | null): string =>
  ratio === null ? 'none' : `${ratio > 0 ? '+' : ''}${Number((100 * ratio).toPrecision(3))} %`;

function withWarnings(lines: readonly string[], warnings: readonly string[]): string {
  return `${[...lines, ...warnings.map((warning) => `Warning: ${warning}`)].join('\n')}\n`;
}

export const renderUsl = (usl: UslAnalysis): string =>
  withWarnings(
    [
      renderBlocks(uslBlocks(usl)),
      usl.limitedBy.words,
      ...usl.predictions.map(
        ({ n, x, interval }) =>
          `Prediction at n = ${formatFour(n)}: ${formatFour(x)} (${formatInterval(interval)}).`,
      ),
    ],
    usl.warnings,
  );

const verdicts: Record<Comparison['verdict'], string> = {
  'a-faster': 'A is faster.',
  'b-faster': 'B is faster.',
  equivalent: 'A and B are equivalent within the margin.',
  'no-detectable-difference': 'These runs detect no difference.',
};

export function renderComparison(comparison: Comparison): string {
  const { n, margin } = comparison;
  const blocks = n.blocks > 0 ? `, ${n.blocks} blocks` : '';
  return withWarnings(
    [
      `${verdicts[comparison.verdict]} (${comparison.better} is better, margin ` +
        `${formatFour(100 * margin)} %)`,
      `B over A: ${formatFour(comparison.ratio)}, 95 % interval ${formatInterval(comparison.interval)} ` +
        `(${comparison.method}).`,
      `Cliff's delta: ${formatFour(comparison.cliffsDelta)} (${formatInterval(comparison.cliffsDeltaInterval)}).`,
      `Runs: ${n.a} of A, ${n.b} of B${blocks}; as many detect a change of ` +
        `${formatPercent(comparison.smallestDetectableChange)} four times in five.`,
    ],
    comparison.warnings,
  );
}

export function renderSearch(results: readonly GoalResult[]): string {
  return results
    .map((result) =>
      withWarnings(
        [
          `Goal "${result.name}": conditional throughput ${formatFour(result.conditionalThroughput)}; ` +
            `relevant lower bound ${formatFour(result.relevantLowerBound)}, ` +
            `upper bound ${formatFour(result.relevantUpperBound)}.`,
          renderTable(
            ['load', 'classification'],
            result.loads.map(({ load, classification }) => [formatFour(load), classification]),
          ),
        ],
        result.warnings,
      ),
    )
    .join('\n');
}

const shownChange = changePointSchema.extend({
  time: z.string().exactOptional(),
  label: z.string().exactOptional(),
});
type ShownChange = z.infer<typeof shownChange>;

export const seriesChangesSchema = z.strictObject({
  series: z.string(),
  /** Steps. */
  changes: z.array(shownChange).readonly(),
  trends: z.array(trendSchema).readonly(),
  warnings: z.array(z.string()).readonly(),
});
export type SeriesChanges = z.infer<typeof seriesChangesSchema>;

export const renderChanges = (all: readonly SeriesChanges[]): string =>
  all.map(renderSeries).join('\n');

function renderSeries({ series, changes, trends, warnings }: SeriesChanges): string {
  const found = [...trends.map(renderTrend), ...(changes.length > 0 ? [renderSteps(changes)] : [])];
  if (found.length > 0) return withWarnings([`${series}:`, ...found], warnings);
  return withWarnings(warnings.length > 0 ? [`${series}:`] : [`${series}: no change.`], warnings);
}

function renderSteps(changes: readonly ShownChange[]): string {
  const where = ({ index, time, label }: ShownChange): string =>
    [String(index), time, label].filter((part) => part !== undefined).join(' ');
  return renderTable(
    ['at (from 0)', 'before', 'after', 'effect', 'p'],
    changes.map((change) => [
      where(change),
      formatFour(change.before),
      formatFour(change.after),
      formatPercent(change.effect),
      formatFour(change.p),
    ]),
  );
}

function renderTrend({ shape, from, to, start, end, low, high }: Trend): string {
  const where = `values ${from} to ${to - 1} (from 0)`;
  // A start at 0 is seldom exactly 0.
  const hasRatio = Math.abs(start) > (high - low) / 1e6;
  return shape === 'drift'
    ? `A drift, not a step: ${formatFour(start)} to ${formatFour(end)} ` +
        `(${formatPercent(hasRatio ? (end - start) / Math.abs(start) : null)}) over ${where}.`
    : `A slow cycle, not a step: between ${formatFour(low)} and ${formatFour(high)} over ${where}.`;
}
