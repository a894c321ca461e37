// What `lab analyse` found, as text. Every warning of a result is printed with it.

import type { GoalResult } from '../measure/search/load-classification';
import type { ChangePoint } from '../statistics/change-points/change-points';
import type { Comparison } from '../statistics/comparison';
import type { PartialInterval } from '../statistics/intervals';
import type { UslAnalysis } from '../statistics/usl/usl';
import { renderTable } from './table';

const none = 'none';

/** Four digits: more would claim what no measurement here holds. */
export function formatFour(value: number | null, unit = ''): string {
  if (value === null) return none;
  const digits = Math.abs(value) >= 1e4 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
  return `${digits}${unit}`;
}

export const formatInterval = ([low, high]: PartialInterval): string =>
  `${formatFour(low)} to ${formatFour(high)}`;

const formatPercent = (ratio: number | null): string =>
  ratio === null ? none : `${ratio > 0 ? '+' : ''}${Number((100 * ratio).toPrecision(3))} %`;

function withWarnings(lines: readonly string[], warnings: readonly string[]): string {
  return `${[...lines, ...warnings.map((warning) => `Warning: ${warning}`)].join('\n')}\n`;
}

export const renderUsl = (usl: UslAnalysis): string =>
  withWarnings(
    [
      ...uslLines(usl),
      usl.limitedBy.words,
      ...usl.predictions.map(
        ({ n, x, interval }) =>
          `Prediction at n = ${formatFour(n)}: ${formatFour(x)} (${formatInterval(interval)}).`,
      ),
    ],
    usl.warnings,
  );

/** Without what limits it and the warnings, which whoever prints them must add. */
export function uslLines(usl: UslAnalysis): string[] {
  const parameter = (name: string, key: 'alpha' | 'beta' | 'gamma', meaning: string): string[] => [
    name,
    formatFour(usl[key]),
    formatInterval(usl.intervals[key]),
    meaning,
  ];
  const table = renderTable(
    ['parameter', 'value', '95 % interval', 'meaning'],
    [
      parameter('alpha', 'alpha', 'contention: waiting for something shared'),
      parameter('beta', 'beta', 'coherency: waiting to agree with each other'),
      parameter('gamma', 'gamma', 'throughput of one unit of n'),
    ],
  );
  const peak = usl.peak.claimed
    ? `Peak: x = ${formatFour(usl.peak.x)} at n = ${formatFour(usl.peak.n)} (${formatInterval(usl.intervals.peakN)}).`
    : `No peak is claimed: ${usl.peak.why}.`;
  return [
    `Universal Scalability Law over ${usl.observations} observations at ${usl.levels} levels of n:`,
    table,
    peak,
    `Knee: ${usl.knee ? `n = ${formatFour(usl.knee.n)}` : 'none'}; limit of contention alone: ` +
      `${formatLimit(usl)}; residual standard error ${formatFour(usl.residualStandardError)}.`,
  ];
}

export const formatLimit = ({ limit, intervals }: UslAnalysis): string =>
  limit === null ? 'none' : `${formatFour(limit)} (${formatInterval(intervals.limit)})`;

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

export interface SeriesChanges {
  readonly series: string;
  readonly changes: readonly (ChangePoint & { readonly time?: string; readonly label?: string })[];
}

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
