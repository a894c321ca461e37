// Zipf's law: the k-th most popular thing is chosen in proportion to 1 / k^s. Pure.
import type { Draw } from '../random.ts';

/**
 * Draws ranks from 1 to `count` by rejection-inversion (Hörmann and Derflinger, ACM TOMACS 6(3),
 * 1996, algorithm ZRI): no table, so that a million products cost a user no more than ten.
 *
 * @param exponent s, above 0 and not 1
 * @param draw above 0 and below 1
 */
export function zipfRanks(count: number, exponent: number, draw: Draw): Draw {
  // No rank would ever be accepted, and the loop below would not end.
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`count is ${count}: expected a whole number of at least 1.`);
  }
  const q = 1 - exponent;
  /** The integral of x^-s, and its inverse. */
  const integral = (x: number) => x ** q / q;
  const inverse = (y: number) => (y * q) ** (1 / q);
  const height = (x: number) => x ** -exponent;
  const top = integral(1.5) - 1;
  const bottom = integral(count + 0.5);
  /** Nearer than this to its rank, x is under the histogram wherever it lies. */
  const squeeze = 2 - inverse(integral(2.5) - height(2));
  return () => {
    for (;;) {
      const y = bottom + draw() * (top - bottom);
      const x = inverse(y);
      const rank = Math.min(count, Math.max(1, Math.floor(x + 0.5)));
      if (rank - x <= squeeze || y >= integral(rank + 0.5) - height(rank)) return rank;
    }
  };
}
