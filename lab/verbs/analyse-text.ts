// What `lab analyse` found, as text. Every warning of a result is printed with it.

import { z } from 'zod';
import type { GoalResult } from '../measure/search/load-classification';
import { renderBlocks, renderTable } from '../render/terminal';
import { formatFour, formatInterval, uslBlocks } from '../render/usl-text';
import { changePointSchema } from '../statistics/change-points/change-points';
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

export const seriesChangesSchema = z.strictObject({
  series: z.string(),
  changes: z
    .array(
      changePointSchema.extend({
        time: z.string().exactOptional(),
        label: z.string().exactOptional(),
      }),
    )
    .readonly(),
});
export type SeriesChanges = z.infer<typeof seriesChangesSchema>;

export function renderChanges(all: readonly SeriesChanges[]): string {
  return all
    .map(({ series, changes }) => {
      if (changes.length === 0) return `${series}: no change.\n`;
      const where = ({ index, time, label }: SeriesChanges['changes'][number]): string =>
        [String(index), time, label].filter((part) => part !== undefined).join(' ');
      const table = renderTable(
        ['at', 'before', 'after', 'effect', 'p'],
        changes.map((change) => [
          where(change),
          formatFour(change.before),
          formatFour(change.after),
          formatPercent(change.effect),
          formatFour(change.p),
        ]),
      );
      return `${series}:\n${table}\n`;
    })
    .join('\n');
}
