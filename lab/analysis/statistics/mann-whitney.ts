// The rank sum test: does one sample tend to lie above the other, whatever their shape?

import { sum } from './descriptive';
import { normalCdf } from './distributions';

export type Alternative = 'two-sided' | 'greater' | 'less';

export interface MannWhitney {
  /** Pairs with x > y, plus half the ties. */
  readonly u: number;
  readonly p: number;
  readonly method: 'exact' | 'normal with tie and continuity correction';
}

/** From this size on the normal approximation is used even without ties, as R's wilcox.test does. */
const EXACT_BELOW = 50;

/** Rank sum test (Mann and Whitney, Annals of Mathematical Statistics 18, 1947). */
export function mannWhitney(
  x: readonly number[],
  y: readonly number[],
  alternative: Alternative = 'two-sided',
): MannWhitney {
  const n = x.length;
  const m = y.length;
  if (n < 1 || m < 1) throw new RangeError('Mann-Whitney needs a value in each sample');
  const u = sum(x.flatMap((a) => y.map((b) => (a > b ? 1 : a === b ? 0.5 : 0))));
  const tieSizes = groupSizes([...x, ...y]);
  const tied = tieSizes.some((size) => size > 1);
  if (!tied && n < EXACT_BELOW && m < EXACT_BELOW) {
    return { u, p: exactP(u, n, m, alternative), method: 'exact' };
  }
  const total = n + m;
  const ties = sum(tieSizes.map((size) => size ** 3 - size)) / (total * (total - 1));
  const sigma = Math.sqrt(((n * m) / 12) * (total + 1 - ties));
  const away = u - (n * m) / 2;
  const p = {
    'two-sided': () => Math.min(1, 2 * normalCdf(-Math.max(0, Math.abs(away) - 0.5) / sigma)),
    greater: () => normalCdf(-(away - 0.5) / sigma),
    less: () => normalCdf((away + 0.5) / sigma),
  }[alternative];
  return {
    u,
    p: sigma === 0 ? 1 : p(),
    method: 'normal with tie and continuity correction',
  };
}

function groupSizes(values: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()];
}

/** The null distribution by Mann and Whitney's recursion, as a product of polynomials. */
function exactP(u: number, n: number, m: number, alternative: Alternative): number {
  const ways = new Float64Array(n * m + 1);
  ways[0] = 1;
  // Gaussian binomial coefficient (n + m choose n): multiply by (1 - q^(m+i)) / (1 - q^i).
  for (let i = 1; i <= n; i += 1) {
    for (let k = ways.length - 1; k >= m + i; k -= 1) {
      ways[k] = (ways[k] as number) - (ways[k - m - i] as number);
    }
    for (let k = i; k < ways.length; k += 1) {
      ways[k] = (ways[k] as number) + (ways[k - i] as number);
    }
  }
  const all = sum(ways);
  const atMost = sum(ways.subarray(0, u + 1)) / all;
  const atLeast = sum(ways.subarray(u)) / all;
  if (alternative === 'greater') return atLeast;
  return alternative === 'less' ? atMost : Math.min(1, 2 * Math.min(atMost, atLeast));
}
