// A fitted Universal Scalability Law in words and figures, and numbers of four digits.
import type { PartialInterval } from '../statistics/intervals';
import type { UslAnalysis } from '../statistics/usl/usl';
import { type Block, type SlideMessage, table } from './view';

/** Four digits: more would claim what no measurement here holds. */
export function formatFour(value: number | null, unit = ''): string {
  if (value === null) return 'none';
  const digits = Math.abs(value) >= 1e4 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
  return `${digits}${unit}`;
}

export const formatInterval = ([low, high]: PartialInterval): string =>
  `${formatFour(low)} to ${formatFour(high)}`;

const meanings = {
  alpha: 'contention: waiting for something shared',
  beta: 'coherency: waiting to agree with each other',
  gamma: 'throughput of one unit of n, per second',
};

/**
 * What the law says, then the law. Without what limits it and the warnings, which whoever shows them must
 * add.
 *
 * @param whole what `n` counts, where there is no half of it
 */
export function uslBlocks(
  usl: UslAnalysis,
  { whole, slide }: { whole?: string | undefined; slide?: SlideMessage | undefined } = {},
): Block[] {
  const { peak, knee, limit, intervals } = usl;
  const count = (n: number | null): string =>
    whole === undefined || n === null ? formatFour(n) : String(Math.round(n));
  const at = (n: number | null): string =>
    whole === undefined ? `n = ${count(n)}` : `about ${count(n)} ${whole}`;
  return [
    {
      kind: 'facts',
      facts: [
        {
          name: 'Peak',
          value: peak.claimed
            ? `${formatFour(peak.x)} per second at ${at(peak.n)} (${intervals.peakN.map(count).join(' to ')})`
            : `none is claimed: ${peak.why}`,
        },
        { name: 'Knee', value: knee ? at(knee.n) : 'none' },
        {
          name: 'Limit of contention alone, per second',
          value:
            limit === null ? 'none' : `${formatFour(limit)} (${formatInterval(intervals.limit)})`,
        },
        { name: 'Residual standard error', value: formatFour(usl.residualStandardError) },
      ],
    },
    table({
      caption: `Universal Scalability Law over ${usl.observations} observations at ${usl.levels} levels of n`,
      aside: 'X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1))',
      columns: [
        { title: 'parameter', is: 'words', cell: (name) => name },
        { title: 'value', cell: (name) => formatFour(usl[name]) },
        { title: '95 % interval', cell: (name) => formatInterval(intervals[name]) },
        { title: 'meaning', is: 'words', cell: (name) => meanings[name] },
      ],
      rows: ['alpha', 'beta', 'gamma'] as const,
      slide,
    }),
  ];
}
