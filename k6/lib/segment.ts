// A generator's part of the load, and how it tells of it, as k6 writes both. Pure.

/** The scenario in which each user tells what it has not told yet (generators.ts). */
export const COLLECT = 'collect';

/** Durations in a line of the log, where users tell of many: some 2 kB. */
export const MOST_IN_LINE = 200;

/** @param number from 1 */
export function segmentOf(number: number, count: number) {
  const edges = Array.from({ length: count + 1 }, (_, index) => fraction(index, count));
  return {
    executionSegment: `${edges[number - 1]}:${edges[number]}`,
    executionSegmentSequence: edges.join(),
  };
}

/** In lowest terms: so k6 prints it, and its options are compared as printed. */
function fraction(part: number, whole: number): string {
  if (part === 0 || part === whole) return part === 0 ? '0' : '1';
  const divisor = greatestCommonDivisor(part, whole);
  return `${part / divisor}/${whole / divisor}`;
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
