// Descriptions of one sample: mean, spread, quantiles, autocorrelation.

import { InvalidData } from './caller';

function requireValues(values: readonly number[], least: number, what: string): void {
  if (values.length < least) {
    throw new RangeError(`${what} needs at least ${least} value(s), got ${values.length}`);
  }
}

/**
 * Sum with Neumaier's compensation (ZAMM 54, 1974): the error does not grow with the count.
 */
export function sum(values: Iterable<number>): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** Arithmetic mean of one value or more. */
export function mean(values: readonly number[]): number {
  requireValues(values, 1, 'a mean');
  return sum(values) / values.length;
}

/** exp of the mean logarithm, of positive values; exactly their value where all are alike. */
export function geometricMean(values: readonly number[]): number {
  requireValues(values, 1, 'a geometric mean');
  const first = values[0] as number;
  return first * Math.exp(mean(logs(values.map((value) => value / first))));
}

/**
 * Sum of squared deviations from the mean: two passes with the correction of Chan, Golub and
 * LeVeque (The American Statistician 37(3), 1983, eq. 1.7); one pass fails NIST's NumAcc4.
 */
function sumOfSquares(values: readonly number[]): number {
  const centre = mean(values);
  const drift = sum(values.map((value) => value - centre));
  return sum(values.map((value) => (value - centre) ** 2)) - drift ** 2 / values.length;
}

/** Sample variance, divisor n - 1; needs two values. */
export function variance(values: readonly number[]): number {
  requireValues(values, 2, 'a variance');
  return sumOfSquares(values) / (values.length - 1);
}

/** Sample standard deviation, divisor n - 1, in the unit of the values; needs two. */
export function standardDeviation(values: readonly number[]): number {
  return Math.sqrt(variance(values));
}

/** Standard deviation over |mean|, a ratio without unit; the mean must not be 0. */
export function coefficientOfVariation(values: readonly number[]): number {
  const centre = mean(values);
  if (centre === 0) throw new RangeError('a coefficient of variation needs a mean other than 0');
  return standardDeviation(values) / Math.abs(centre);
}

/** Natural logarithms; every value must be positive and finite. */
export function logs(values: readonly number[]): number[] {
  return values.map((value, index) => {
    if (!(value > 0) || !Number.isFinite(value)) {
      throw new InvalidData(`a logarithm needs positive values; value ${index} is ${value}`);
    }
    return Math.log(value);
  });
}

/**
 * Quantile of type 7 (Hyndman and Fan, The American Statistician 50(4), 1996; R's default):
 * linear between the order statistics around (n - 1) p.
 *
 * @param values any order, at least one
 * @param p between 0 and 1, both included
 */
export function quantile(values: readonly number[], p: number): number {
  return quantileOfSorted(sorted(values), p);
}

/** {@link quantile} for values already in increasing order. */
export function quantileOfSorted(ascending: ArrayLike<number>, p: number): number {
  if (ascending.length < 1) throw new RangeError('a quantile needs at least 1 value');
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile needs p from 0 to 1, got ${p}`);
  const position = (ascending.length - 1) * p;
  const below = Math.floor(position);
  const low = ascending[below] as number;
  const high = ascending[Math.min(below + 1, ascending.length - 1)] as number;
  // An infinite neighbour must not turn an exact hit into NaN.
  return low === high || position === below ? low : low + (position - below) * (high - low);
}

/** Median: the type 7 quantile at 0.5. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A new array in increasing order. */
export function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/**
 * Lag-1 autocorrelation: the sum of products of successive deviations over the sum of squares,
 * about one overall mean (Box and Jenkins; NIST's NumAcc). NaN for a constant series.
 */
export function lag1Autocorrelation(values: readonly number[]): number {
  requireValues(values, 2, 'an autocorrelation');
  const centre = mean(values);
  const deviations = values.map((value) => value - centre);
  const products = deviations.slice(1).map((value, i) => value * (deviations[i] as number));
  return sum(products) / sum(deviations.map((value) => value ** 2));
}
