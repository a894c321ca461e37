// Probabilities and quantiles of the normal, Student and beta distributions, to about
// fourteen digits. (simple-statistics tabulates the normal and has neither Student nor beta.)

// Lanczos' approximation with g = 7 and nine terms (Lanczos 1964; the coefficients are Godfrey's).
const LANCZOS_G = 7;
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
] as const;

/** ln Gamma(x) for x > 0. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  let series: number = LANCZOS[0];
  for (let term = 1; term < LANCZOS.length; term += 1) {
    series += (LANCZOS[term] as number) / (shifted + term);
  }
  const base = shifted + LANCZOS_G + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

const FRACTION_TINY = 1e-300;
const FRACTION_PRECISION = 4e-16;
const FRACTION_TERMS = 20_000;

/** The continued fraction of the incomplete beta function, by the modified Lentz method. */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < FRACTION_TINY ? FRACTION_TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= FRACTION_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < FRACTION_PRECISION) return fraction;
  }
  throw new RangeError(`the incomplete beta function did not settle at x=${x}, a=${a}, b=${b}`);
}

/**
 * Regularised incomplete beta function I_x(a, b) = P(Beta(a, b) <= x)
 * (NIST Digital Library of Mathematical Functions, 8.17.22 and the symmetry 8.17.4).
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0)) throw new RangeError(`a beta needs a, b > 0, got ${a} and ${b}`);
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const logFront =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  const front = Math.exp(logFront);
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** The x with P(Beta(a, b) <= x) = p, by bisection: the function is monotone and cheap. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability lies in 0 to 1, got ${p}`);
  if (p === 0 || p === 1) return p;
  return bisect((x) => betaCdf(x, a, b) - p, 0, 1);
}

/** P(Z <= z) for a standard normal Z. */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new RangeError('normalCdf needs a number, got NaN');
  const tail = upperNormalTail(Math.abs(z));
  return z > 0 ? 1 - tail : tail;
}

const SERIES_LIMIT = 3;
const NEGLIGIBLE_TAIL = 38.6;

/** P(Z > z) for z >= 0: the series near 0, the continued fraction in the tail (DLMF 7.6.2, 7.9.3). */
function upperNormalTail(z: number): number {
  if (z > NEGLIGIBLE_TAIL) return 0;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < SERIES_LIMIT) {
    let term = z;
    let series = z;
    for (let k = 1; Math.abs(term) > series * 1e-17; k += 1) {
      term *= (z * z) / (2 * k + 1);
      series += term;
    }
    return 0.5 - density * series;
  }
  let fraction = 0;
  for (let k = 200; k >= 1; k -= 1) fraction = k / (z + fraction);
  return density / (z + fraction);
}

/**
 * P(|T| >= |t|), the p-value of a two-sided t-test, through the incomplete beta function (Abramowitz
 * and Stegun 26.7.1). `degreesOfFreedom` is any positive number: Welch's is not whole.
 */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0)) {
    throw new RangeError(`Student's t needs positive degrees of freedom, got ${degreesOfFreedom}`);
  }
  if (!Number.isFinite(t)) return 0;
  return betaCdf(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
}

/** The t with P(T <= t) = p, for 0 < p < 1. */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a t quantile needs 0 < p < 1, got ${p}`);
  if (p === 0.5) return 0;
  const tail = Math.min(p, 1 - p);
  let high = 1;
  while (studentTwoSided(high, degreesOfFreedom) / 2 > tail) high *= 2;
  const size = bisect((t) => tail - studentTwoSided(t, degreesOfFreedom) / 2, 0, high);
  return p > 0.5 ? size : -size;
}

/** The root of an increasing function between two ends, to the last bit that doubles can tell. */
export function bisect(increasing: (x: number) => number, low: number, high: number): number {
  let below = low;
  let above = high;
  for (;;) {
    const middle = below + (above - below) / 2;
    if (middle <= below || middle >= above) return middle;
    if (increasing(middle) < 0) below = middle;
    else above = middle;
  }
}

/**
 * How likely a fair coin is to fall at least as unevenly in `trials` throws: the exact binomial test at
 * one half (Conover, Practical Nonparametric Statistics, 1999, 3.1). 1 where nothing was thrown.
 */
export function binomialTwoSided(successes: number, trials: number): number {
  if (trials === 0) return 1;
  const more = Math.max(successes, trials - successes);
  // P(X >= k) is the distribution function of a beta variable with parameters k and n - k + 1.
  return Math.min(1, 2 * betaCdf(0.5, more, trials - more + 1));
}
