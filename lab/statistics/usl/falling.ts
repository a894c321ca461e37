// Whether throughput falls beyond its best level, or only stops growing.
//
// The interval of coherency cannot tell: the USL bends too softly for a full core or a full pool, and
// its coherency then makes up for the misfit. So a second curve, with a knee as sharp as the data
// want, is fitted with and without coherency:
//
//   X(N) = g N / ((1 + (g N / C)^p)^(1/p) + b N^2)
//
// With b = 0 it grows to C and never falls; with p = 1 it has the shape of the USL. A fall is found
// when b improves the fit by more than chance (Student's t of one added parameter).

import { boundedLeastSquares } from '../bounded-least-squares';
import { mean } from '../descriptive';
import { studentTwoSided } from '../distributions';
import type { Point } from './fit';

/** Stricter than 0.05: the noise of few observations is known badly (npm run bench -- usl). */
const SIGNIFICANCE = 0.001;

/** A smaller fall of the measured means is a plateau, whatever its significance. */
const LEAST_FALL = 0.05;

/** From a soft bend, as the USL's, to a corner. */
const SHARPNESS = { least: 0.5, starts: [1, 3, 8], greatest: 30 } as const;
/** Coherency at the largest level, in units of the cost of one: little, and much. */
const COHERENCY_STARTS = [0.05, 0.5] as const;

const PARAMETERS = 4;
const STEP = 1e-6;

export interface Fall {
  /** Share of the best level's mean throughput that is lost at the largest level; 0 to 1. */
  readonly share: number;
  /** One-sided p-value of coherency in the curve with a free knee; 1 where nothing falls. */
  readonly p: number;
  readonly found: boolean;
}

/** @param points as of a USL fit; the fall is judged at the largest n */
export function fallOf(points: readonly Point[]): Fall {
  const share = measuredFall(points);
  if (share < LEAST_FALL || points.length <= PARAMETERS) return { share, p: 1, found: false };
  const scaled = inUnitsOfTheLargest(points);
  const rising = leastSquares(scaled, [0]);
  const falling = Math.min(rising, leastSquares(scaled, COHERENCY_STARTS));
  const degreesOfFreedom = points.length - PARAMETERS;
  const t = Math.sqrt((rising - falling) / (falling / degreesOfFreedom));
  const p = rising === falling ? 1 : studentTwoSided(t, degreesOfFreedom) / 2;
  return { share, p, found: p < SIGNIFICANCE };
}

function measuredFall(points: readonly Point[]): number {
  const byLevel = Map.groupBy(points, ({ n }) => n);
  const means = new Map([...byLevel].map(([n, own]) => [n, mean(own.map(({ x }) => x))]));
  const last = means.get(largest(means.keys())) as number;
  return 1 - last / largest(means.values());
}

/** Spread into Math.max, a hundred thousand rows would overflow the stack. */
const largest = (values: Iterable<number>): number =>
  [...values].reduce((most, value) => Math.max(most, value));

function inUnitsOfTheLargest(points: readonly Point[]): Point[] {
  const n = largest(points.map((point) => point.n));
  const x = largest(points.map((point) => point.x));
  return points.map((point) => ({ n: point.n / n, x: point.x / x }));
}

/** Sum of squares of the best curve; coherency is held at 0 where that is its only start. */
function leastSquares(points: readonly Point[], coherencyStarts: readonly number[]): number {
  const residuals = (parameters: readonly number[]): number[] =>
    points.map(({ n, x }) => curveAt(parameters, n) - x);
  const first = points.reduce((least, point) => (point.n < least.n ? point : least));
  const growth = first.x / first.n;
  const problem = {
    residuals,
    jacobian: (parameters: readonly number[]) => centralDifferences(residuals, parameters),
    lower: [1e-9, 1e-9, Math.log(SHARPNESS.least), 0],
    upper: [
      Number.MAX_VALUE,
      Number.MAX_VALUE,
      Math.log(SHARPNESS.greatest),
      coherencyStarts.some((start) => start > 0) ? Number.MAX_VALUE : 0,
    ],
  };
  const sums = SHARPNESS.starts.flatMap((sharpness) =>
    coherencyStarts.map((coherency) => {
      const start = [growth, 1, Math.log(sharpness), coherency * growth];
      return boundedLeastSquares(problem, start).sumOfSquares;
    }),
  );
  return Math.min(...sums);
}

/** Of g, C, log p and b. The larger of the two terms is taken out of the power: it would overflow. */
function curveAt(parameters: readonly number[], n: number): number {
  const [growth, ceiling, logSharpness, coherency] = parameters as [number, number, number, number];
  const sharpness = Math.exp(logSharpness);
  const load = (growth * n) / ceiling;
  const large = Math.max(1, load);
  const small = Math.min(1, load);
  const cost = large * (1 + (small / large) ** sharpness) ** (1 / sharpness);
  return (growth * n) / (cost + coherency * n * n);
}

function centralDifferences(
  of: (parameters: readonly number[]) => number[],
  at: readonly number[],
): number[][] {
  const columns = at.map((value, i) => {
    const step = STEP * Math.max(1, Math.abs(value));
    const above = of(at.with(i, value + step));
    const below = of(at.with(i, value - step));
    return above.map((high, row) => (high - (below[row] as number)) / (2 * step));
  });
  return of(at).map((_, row) => columns.map((column) => column[row] as number));
}
