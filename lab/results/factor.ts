// A factor between two subjects as text.

/** So close to 1 the third decimal tells whether an interval contains it. */
const closeToOne = 0.05;

/** Three digits: 0.332, 2.20, 12.3, 412; close to 1 as many decimals. */
export function formatFactor(ratio: number): string {
  if (Math.abs(ratio - 1) <= closeToOne) return ratio.toFixed(3);
  return ratio < 100 ? ratio.toPrecision(3) : Math.round(ratio).toString();
}

/** Which of two figures is the larger, by a factor of 1 or more, and that factor's interval. */
export function largerBy(
  ratio: number,
  [low, high]: readonly [number | null, number | null],
): { larger: 'a' | 'b'; factor: number; interval: [number | null, number | null] } {
  if (ratio >= 1) return { larger: 'b', factor: ratio, interval: [low, high] };
  const inverse = (value: number | null) => (value === null ? null : 1 / value);
  return { larger: 'a', factor: 1 / ratio, interval: [inverse(high), inverse(low)] };
}
