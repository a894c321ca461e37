// The best split of one series on a scale of its own, so that noise can be compared with it.

export interface RelativeSplit {
  /** First value of the new regime. */
  readonly index: number;
  /**
   * Dispersion between the two parts over all dispersion, from 0 to 1. It grows with q_V for given
   * values and does not change with their scale, so that series of different spread can be compared
   * (Rizzo and Szekely, "DISCO analysis", Annals of Applied Statistics 4(2), 2010: S / T, a monotone
   * function of their F).
   */
  readonly share: number;
}

/**
 * The split with the greatest share; share 0 when all values are equal. Built for a new series each
 * time: n log n.
 *
 * @param values two or more
 */
export function greatestRelativeSplit(values: Float64Array): RelativeSplit {
  const n = values.length;
  const ascending = values.slice().sort();
  const sumBelow = new Float64Array(n + 1);
  let allPairs = 0;
  for (let rank = 0; rank < n; rank += 1) {
    const value = ascending[rank] as number;
    allPairs += value * rank - (sumBelow[rank] as number);
    sumBelow[rank + 1] = (sumBelow[rank] as number) + value;
  }
  const all = sumBelow[n] as number;
  const counts = new Int32Array(n + 1);
  const sums = new Float64Array(n + 1);
  let best: RelativeSplit = { index: 1, share: 0 };
  let right = 0;
  let totals = 0;
  let seen = 0;
  for (let k = n - 1; k >= 1; k -= 1) {
    const value = values[k] as number;
    const smaller = countBelow(ascending, value);
    totals += value * (2 * smaller - n) + all - 2 * (sumBelow[smaller] as number);
    // Distances to the values already on the right, from a Fenwick tree (energy-split.ts).
    let below = 0;
    let belowSum = 0;
    for (let node = smaller; node > 0; node &= node - 1) {
      below += counts[node] as number;
      belowSum += sums[node] as number;
    }
    const m = n - k;
    right += value * (2 * below - (m - 1)) + seen - 2 * belowSum;
    for (let node = smaller + 1; node <= n; node += node & -node) {
      counts[node] = (counts[node] as number) + 1;
      sums[node] = (sums[node] as number) + value;
    }
    seen += value;
    const across = totals - 2 * right;
    const left = allPairs - right - across;
    const q = (2 * across - (2 * left * m) / k - (2 * right * k) / m) / n;
    const share = allPairs > 0 ? (q * n) / (2 * allPairs) : 0;
    if (share >= best.share) best = { index: k, share };
  }
  return best;
}

function countBelow(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
