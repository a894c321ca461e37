// Is a change of level a step, or the middle of a drift or a slow cycle? Both tests for a change find all
// three: they compare the values before with those after.

import { mean } from '../descriptive';
import type { Random } from '../random';
import { assumedCarryOver, carriedOverNoise, carryOver, reachedBy } from './change-test';

/** A straight drift, and one that bends or turns back once. */
const LINE = 1;
const CUBIC = 3;
/** A cubic also bends up to a step near the end: it must be better by what counts as strong evidence. */
const MARGINS = { [LINE]: 0, [CUBIC]: 6 } as const;

/**
 * Whether a smooth curve describes values better than steps do, by the Bayesian information criterion
 * (Schwarz, Annals of Statistics 6(2), 1978; Kass and Raftery, JASA 90, 1995, for the margin).
 *
 * @param values of both sides of the changes, six or more
 * @param indices of the changes among them
 */
export function isGradual(values: readonly number[], indices: readonly number[]): boolean {
  const ends = [0, ...indices, values.length];
  const regimes = ends.slice(1).map((end, i) => values.slice(ends[i], end));
  const steps = regimes.reduce((sum, regime) => sum + squaresAbout(regime, mean(regime)), 0);
  const n = values.length;
  const stepParameters = 2 * indices.length + 1;
  return ([LINE, CUBIC] as const).some((degree) => {
    const curve = squaresAbout(values, smooth(values, degree));
    const gain = n * Math.log(steps / curve) + (stepParameters - degree - 1) * Math.log(n);
    return gain > MARGINS[degree];
  });
}

function squaresAbout(values: readonly number[], centre: number | Float64Array): number {
  return values.reduce((sum, value, t) => {
    const expected = typeof centre === 'number' ? centre : (centre[t] as number);
    return sum + (value - expected) ** 2;
  }, 0);
}

/**
 * Whether values without a step follow a smooth curve more than their noise brings about. The tests for
 * a change take a clean drift for noise that carries over; about the curve, it does not.
 */
export function followsTrend(values: readonly number[], level: number, random: Random): boolean {
  const shareOf = (sample: readonly number[]): number => {
    const all = squaresAbout(sample, mean(sample));
    return all === 0 ? 0 : 1 - squaresAbout(sample, smooth(sample, CUBIC)) / all;
  };
  const share = shareOf(values);
  if (share === 0) return false;
  const fitted = smooth(values, CUBIC);
  const residuals = values.map((value, t) => value - (fitted[t] as number));
  const pooled = { rho: carryOver([residuals]), weight: 0 };
  const draw = carriedOverNoise(
    residuals,
    assumedCarryOver(pooled.rho, values.length, pooled),
    random,
  );
  return reachedBy(() => shareOf([...draw()]) >= share, level).significant;
}

/**
 * Least squares by a polynomial, in polynomials that are orthogonal on equally spaced places (Forsythe,
 * J. SIAM 5(2), 1957).
 */
export function smooth(values: readonly number[], highest: number = CUBIC): Float64Array {
  const n = values.length;
  const fitted = new Float64Array(n);
  let before = new Float64Array(n);
  let current = new Float64Array(n).fill(1);
  let squaresBefore = 1;
  for (let degree = 0; degree <= Math.min(highest, n - 1); degree += 1) {
    let [squares, product] = [0, 0];
    for (let t = 0; t < n; t += 1) {
      const place = current[t] as number;
      squares += place * place;
      product += place * (values[t] as number);
    }
    const next = new Float64Array(n);
    const carried = degree === 0 ? 0 : squares / squaresBefore;
    for (let t = 0; t < n; t += 1) {
      fitted[t] = (fitted[t] as number) + ((current[t] as number) * product) / squares;
      const x = (2 * t - (n - 1)) / n;
      next[t] = x * (current[t] as number) - carried * (before[t] as number);
    }
    [before, current, squaresBefore] = [current, next, squares];
  }
  return fitted;
}
