// The Universal Scalability Law as a formula: throughput, peak, knee, limit, inverse.
// Source: Gunther, Guerrilla Capacity Planning, Springer 2007, chapter 4; with gamma as in
// Gunther, "A General Theory of Computational Scalability", arXiv:0808.1431, and usl4j.

/** X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1)). */
export interface UslParameters {
  /** Contention: the share of work that waits for one place; 0 to 1. */
  readonly alpha: number;
  /** Coherency: the cost of every pair that must agree; 0 or more. */
  readonly beta: number;
  /** Throughput of one unit of N, in the unit of X. */
  readonly gamma: number;
}

export interface Point {
  readonly n: number;
  readonly x: number;
}

function slowdown(model: UslParameters, n: number): number {
  return 1 + model.alpha * (n - 1) + model.beta * n * (n - 1);
}

/** X(N), in the unit of gamma. N is positive and need not be whole. */
export function throughputAt(model: UslParameters, n: number): number {
  return (model.gamma * n) / slowdown(model, n);
}

/** Partial derivatives of X(N) by alpha, beta and gamma. */
export function throughputGradient(model: UslParameters, n: number): [number, number, number] {
  const cost = slowdown(model, n);
  const byCost = (-model.gamma * n) / (cost * cost);
  return [byCost * (n - 1), byCost * n * (n - 1), n / cost];
}

/** X / (N gamma) of a measured point: what a unit still achieves of what it achieves alone. */
export function efficiency(model: UslParameters, { n, x }: Point): number {
  return x / (n * model.gamma);
}

/** N / X(N), the mean residence time of a request by Little's law, in the time unit of X. */
export function residenceTimeAt(model: UslParameters, n: number): number {
  return n / throughputAt(model, n);
}

/** The N of greatest throughput, sqrt((1 - alpha) / beta) (eq. 4.33); null when beta is 0. */
export function peakOf(model: UslParameters): Point | null {
  if (model.beta === 0) return null;
  const n = Math.sqrt((1 - model.alpha) / model.beta);
  return n > 0 ? { n, x: throughputAt(model, n) } : null;
}

/** The asymptote gamma / alpha that contention alone would leave; null when alpha is 0. */
export function limitOf(model: UslParameters): number | null {
  return model.alpha === 0 ? null : model.gamma / model.alpha;
}

/**
 * The knee 1 / alpha: where the straight line gamma N would meet the limit (R package usl,
 * optimal.scalability). Null when alpha is 0.
 */
export function kneeOf(model: UslParameters): Point | null {
  if (model.alpha === 0) return null;
  const n = 1 / model.alpha;
  return { n, x: throughputAt(model, n) };
}

/**
 * Every N > 0 with X(N) = x, in increasing order: none above the peak, one when beta is 0.
 * The quadratic beta x N^2 - (gamma - alpha x + beta x) N + (1 - alpha) x = 0, solved without
 * cancellation.
 */
export function concurrencyAt(model: UslParameters, x: number): number[] {
  if (!(x > 0)) throw new RangeError(`a throughput to invert must be positive, got ${x}`);
  const a = model.beta * x;
  const b = model.gamma - model.alpha * x + model.beta * x;
  const c = (1 - model.alpha) * x;
  if (a === 0) return b > 0 ? [c / b] : [];
  const discriminant = b * b - 4 * a * c;
  if (discriminant < 0 || b <= 0) return [];
  const half = (b + Math.sqrt(discriminant)) / 2;
  const roots = [c / half, half / a].filter((root) => root > 0);
  return roots.length === 2 && roots[0] === roots[1] ? roots.slice(1) : roots;
}
