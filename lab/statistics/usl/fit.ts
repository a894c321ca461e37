// The Universal Scalability Law: throughput, peak, knee and limit by its formula, and the fit by least
// squares on X, within its bounds.
// Source: Gunther, Guerrilla Capacity Planning, Springer 2007, chapter 4; with gamma as in Gunther, "A
// General Theory of Computational Scalability", arXiv:0808.1431, and usl4j.

import { z } from 'zod';
import { boundedLeastSquares, inverseNormalMatrix } from '../bounded-least-squares';
import { InvalidData } from '../caller';
import { mean, sum } from '../descriptive';

/** X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1)). */
export const uslParametersSchema = z.strictObject({
  /** Contention: the share of work that waits for one place; 0 to 1. */
  alpha: z.number(),
  /** Coherency: the cost of every pair that must agree; 0 or more. */
  beta: z.number(),
  /** Throughput of one unit of N, in the unit of X. */
  gamma: z.number(),
});
export type UslParameters = z.infer<typeof uslParametersSchema>;

export const pointSchema = z.strictObject({
  n: z.number(),
  x: z.number(),
});
export type Point = z.infer<typeof pointSchema>;

function slowdown(model: UslParameters, n: number): number {
  return 1 + model.alpha * (n - 1) + model.beta * n * (n - 1);
}

/** X(N), in the unit of gamma. N is positive and need not be whole. */
export function throughputAt(model: UslParameters, n: number): number {
  return (model.gamma * n) / slowdown(model, n);
}

/** Partial derivatives of X(N) by alpha, beta and gamma. */
function throughputGradient(model: UslParameters, n: number): [number, number, number] {
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

export type UslParameterName = keyof UslParameters;

export interface UslFit extends UslParameters {
  readonly sumOfSquares: number;
  /** Parameters that ended at a bound and are held there; the rest are refitted. */
  readonly atBound: readonly UslParameterName[];
  /** sqrt(RSS / (n - 3)), in the unit of x. */
  readonly residualStandardError: number;
  /** From the three-parameter Jacobian, bound or not, as R's nls and usl print them. */
  readonly standardErrors: Readonly<Record<UslParameterName, number | null>>;
  /** Of these: n - 3, or one less than there are processes. */
  readonly degreesOfFreedom: number;
  /** For the parameters that are free, with n minus their number of degrees of freedom, or as above. */
  readonly free: {
    readonly degreesOfFreedom: number;
    readonly residualStandardError: number;
    readonly standardErrors: Readonly<Partial<Record<UslParameterName, number>>>;
    /** Of the free parameters in the order alpha, beta, gamma; null if singular. */
    readonly covariance: readonly (readonly number[])[] | null;
  };
}

/** Three parameters and one degree of freedom to judge them by. */
const FEWEST_OBSERVATIONS = 4;
/** Each parameter needs a level of its own. */
const FEWEST_LEVELS = 3;

const NAMES = ['alpha', 'beta', 'gamma'] as const;

/** Points as columns: a bootstrap refits ten thousand of them thousands of times. */
export interface Observations {
  readonly n: Float64Array;
  readonly x: Float64Array;
}

const observationsOf = (points: readonly Point[]): Observations => ({
  n: Float64Array.from(points, ({ n }) => n),
  x: Float64Array.from(points, ({ x }) => x),
});

/** Contention and coherency (the latter for N at its largest) from which the search starts. */
const STARTS: readonly (readonly [alpha: number, betaAtLargest: number])[] = [
  [0.01, 0.01],
  [0.1, 0.1],
  [0.1, 10],
  [0.5, 1],
  [0.9, 0.01],
];

/** Below this, alpha or beta N^2 changes no digit of X that anyone could measure: it is 0. */
const NOTHING = 1e-10;

/**
 * @param points n > 0 (need not be whole, may repeat), x > 0; four or more on three or more levels
 * @param processes of each point, where a process gave several: its points share what it differs by. Two or more
 * @throws InvalidData when there are too few, or one is not positive and finite
 */
export function fitUsl(points: readonly Point[], processes?: readonly number[]): UslFit {
  requirePoints(points);
  const observations = observationsOf(points);
  const largest = scaleOf(points).n;
  let best: UslParameters | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [alpha, betaAtLargest] of STARTS) {
    const beta = betaAtLargest / largest ** 2;
    const start = { alpha, beta, gamma: bestGamma(points, alpha, beta) };
    const { model, sumOfSquares } = refine(observations, start, []);
    if (sumOfSquares < least) {
      best = model;
      least = sumOfSquares;
    }
  }
  return describe(points, settle(observations, best as UslParameters), processes);
}

/** One refit from a near start, for the bootstrap: bounds as {@link fitUsl}, no statistics. */
export function refitUsl(observations: Observations, start: UslParameters): UslParameters {
  return settle(observations, refine(observations, start, []).model);
}

/** Sets what has reached 0 to exactly 0 and refits the rest. */
function settle(observations: Observations, fitted: UslParameters): UslParameters {
  const n = largestOf(observations.n);
  const held: UslParameterName[] = [];
  const model = { ...fitted };
  if (model.alpha < NOTHING) {
    model.alpha = 0;
    held.push('alpha');
  }
  if (model.beta * n * n < NOTHING) {
    model.beta = 0;
    held.push('beta');
  }
  return held.length === 0 ? model : refine(observations, model, held).model;
}

function requirePoints(points: readonly Point[]): void {
  for (const [i, { n, x }] of points.entries()) {
    if (!(n > 0 && x > 0 && Number.isFinite(n) && Number.isFinite(x))) {
      throw new InvalidData(`observation ${i} must have n > 0 and x > 0, got n=${n}, x=${x}`);
    }
  }
  const levels = new Set(points.map(({ n }) => n)).size;
  if (points.length < FEWEST_OBSERVATIONS || levels < FEWEST_LEVELS) {
    throw new InvalidData(
      `a USL fit needs ${FEWEST_OBSERVATIONS} observations on ${FEWEST_LEVELS} levels of n, ` +
        `got ${points.length} on ${levels}`,
    );
  }
}

/** The largest n and the largest x. (Spread into Math.max, a hundred thousand rows overflow the stack.) */
export const scaleOf = (points: readonly Point[]): Point =>
  points.reduce((most, { n, x }) => ({ n: Math.max(most.n, n), x: Math.max(most.x, x) }));

export interface Level {
  readonly n: number;
  readonly mean: number;
  readonly repeats: readonly number[];
}

/** In increasing order of n. */
export function levelsOf(points: readonly Point[]): Level[] {
  return [...Map.groupBy(points, ({ n }) => n)]
    .map(([n, own]) => {
      const repeats = own.map(({ x }) => x);
      return { n, mean: mean(repeats), repeats };
    })
    .sort((a, b) => a.n - b.n);
}

/** X is linear in gamma: its least squares value for given alpha and beta. */
function bestGamma(points: readonly Point[], alpha: number, beta: number): number {
  let products = 0;
  let squares = 0;
  for (const { n, x } of points) {
    const relative = throughputAt({ alpha, beta, gamma: 1 }, n);
    products += relative * x;
    squares += relative * relative;
  }
  return products / squares;
}

function refine(
  observations: Observations,
  start: UslParameters,
  held: readonly UslParameterName[],
): { model: UslParameters; sumOfSquares: number } {
  const { n: levels, x } = observations;
  const largestX = largestOf(x);
  // Units in which all three parameters are of order 1.
  const [betaUnit, gammaUnit] = [1 / largestOf(levels) ** 2, start.gamma];
  const toModel = (p: readonly number[]): UslParameters => ({
    alpha: p[0] as number,
    beta: (p[1] as number) * betaUnit,
    gamma: (p[2] as number) * gammaUnit,
  });
  const isHeld = NAMES.map((name) => held.includes(name));
  const begin = [start.alpha, start.beta / betaUnit, 1];
  const bound = (free: readonly number[]): number[] =>
    free.map((value, i) => (isHeld[i] ? (begin[i] as number) : value));
  const solution = boundedLeastSquares(
    {
      observed: x.map((value) => value / largestX),
      curve(p, row, gradient) {
        const n = levels[row] as number;
        const pairs = n * (n - 1) * betaUnit;
        const cost = 1 + (p[0] as number) * (n - 1) + (p[1] as number) * pairs;
        const ideal = (n * gammaUnit) / largestX / cost;
        const value = (p[2] as number) * ideal;
        gradient[0] = (-value * (n - 1)) / cost;
        gradient[1] = (-value * pairs) / cost;
        gradient[2] = ideal;
        return value;
      },
      lower: bound([0, 0, 1e-9]),
      upper: bound([1, Number.MAX_VALUE, Number.MAX_VALUE]),
    },
    begin,
  );
  return {
    model: toModel(solution.parameters),
    sumOfSquares: solution.sumOfSquares * largestX ** 2,
  };
}

const largestOf = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, value));

function describe(
  points: readonly Point[],
  model: UslParameters,
  processes: readonly number[] | undefined,
): UslFit {
  const sumOfSquares = points.reduce((t, { n, x }) => t + (throughputAt(model, n) - x) ** 2, 0);
  const jacobian = points.map(({ n }) => throughputGradient(model, n));
  const atBound = NAMES.filter(
    (name) => model[name] === 0 || (name === 'alpha' && model.alpha === 1),
  );
  const freeIndices = [0, 1, 2].filter((i) => !atBound.includes(NAMES[i] as UslParameterName));
  const degreesOf = (parameters: number): number =>
    processes ? new Set(processes).size - 1 : points.length - parameters;
  const residualStandardError = Math.sqrt(sumOfSquares / (points.length - 3));
  const freeError = Math.sqrt(sumOfSquares / (points.length - freeIndices.length));
  const residuals = points.map(({ n, x }) => x - throughputAt(model, n));
  const errors = { residuals, sumOfSquares, processes };
  const full = covarianceOf(jacobian, [0, 1, 2], errors);
  const covariance = covarianceOf(jacobian, freeIndices, errors);
  const deviation = (matrix: readonly (readonly number[])[], i: number): number =>
    Math.sqrt((matrix[i] as readonly number[])[i] as number);
  return {
    ...model,
    sumOfSquares,
    atBound,
    residualStandardError,
    standardErrors: Object.fromEntries(
      NAMES.map((name, i) => [name, full && deviation(full, i)]),
    ) as Record<UslParameterName, number | null>,
    degreesOfFreedom: degreesOf(3),
    free: {
      degreesOfFreedom: degreesOf(freeIndices.length),
      residualStandardError: freeError,
      standardErrors: Object.fromEntries(
        freeIndices.flatMap((i, k) => (covariance ? [[NAMES[i], deviation(covariance, k)]] : [])),
      ),
      covariance,
    },
  };
}

/**
 * s^2 (J'J)^-1, null if singular. Of processes it is the spread between them: each moves the estimate by
 * (J'J)^-1 times its own J'r (Liang and Zeger, Biometrika 73, 1986), with the usual correction for few.
 */
function covarianceOf(
  jacobian: readonly (readonly number[])[],
  parameters: readonly number[],
  errors: {
    residuals: readonly number[];
    sumOfSquares: number;
    processes: readonly number[] | undefined;
  },
): number[][] | null {
  const { residuals, sumOfSquares, processes } = errors;
  const inverse = inverseNormalMatrix(jacobian, parameters);
  if (inverse === null) return null;
  if (processes === undefined) {
    const variance = sumOfSquares / (residuals.length - parameters.length);
    return inverse.map((row) => row.map((value) => value * variance));
  }
  const rows = [...Map.groupBy(jacobian.keys(), (row) => processes[row]).values()];
  const moves = rows.map((own) => {
    const score = parameters.map((parameter) =>
      sum(own.map((row) => (jacobian[row]?.[parameter] ?? 0) * (residuals[row] ?? 0))),
    );
    return inverse.map((line) => sum(line.map((value, k) => value * (score[k] ?? 0))));
  });
  const ofFew = moves.length / (moves.length - 1);
  return parameters.map((_, i) =>
    parameters.map((__, k) => ofFew * sum(moves.map((move) => (move[i] ?? 0) * (move[k] ?? 0)))),
  );
}
