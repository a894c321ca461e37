// A fitted Universal Scalability Law as text, and numbers of four digits.
import type { PartialInterval } from '../statistics/intervals';
import type { UslAnalysis } from '../statistics/usl/usl';
import { renderTable } from './table';

/** Four digits: more would claim what no measurement here holds. */
export function formatFour(value: number | null, unit = ''): string {
  if (value === null) return 'none';
  const digits = Math.abs(value) >= 1e4 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
  return `${digits}${unit}`;
}

export const formatInterval = ([low, high]: PartialInterval): string =>
  `${formatFour(low)} to ${formatFour(high)}`;

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
