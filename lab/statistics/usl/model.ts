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
