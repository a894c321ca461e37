// Is a change of level a step, or the middle of a drift or a slow cycle? Both tests for a change find all
// three: they compare the values before with those after.

import { mean } from '../descriptive';
import type { Random } from '../random';
import { assumedCarryOver, carriedOverNoise, carryOver, reachedBy } from './change-test';

/** A way to move without a step: a line, a line that bends at some place, a cubic, or a slow cycle. */
interface Curve {
  readonly parameters: number;
  /** Orthonormal, and orthogonal to a constant. */
  readonly basis: readonly Float64Array[];
}

/** Places where a line may bend, and cycles that a series may hold, each of so many values or more. */
const BENDS = 12;
const CYCLES = [1, 1.5, 2, 2.5, 3, 4] as const;
const FEWEST_VALUES_OF_A_CYCLE = 12;
const LINE_PARAMETERS = 2;
/** A level, two coefficients and a place or a period; or the four of a cubic. */
const CURVE_PARAMETERS = 4;
/**
 * Positive evidence (Kass and Raftery, JASA 90, 1995): what has four parameters also bends up to a step
 * near the end. Less calls steps drifts, more calls drifts steps (npm run bench -- changes).
 */
const POSITIVE = 3;

function curvesOver(n: number): Curve[] {
  const column = (of: (place: number) => number): Float64Array =>
    Float64Array.from({ length: n }, (_, t) => of((2 * t) / (n - 1) - 1));
  const line = column((x) => x);
  const bends = Array.from({ length: BENDS }, (_, i) => (2 * (i + 1)) / (BENDS + 1) - 1);
  const cycles = CYCLES.filter((count) => n / count >= FEWEST_VALUES_OF_A_CYCLE);
  return [
    { parameters: LINE_PARAMETERS, basis: orthonormal([line]) },
    ...[
      [line, column((x) => x ** 2), column((x) => x ** 3)],
      ...bends.map((at) => [line, column((x) => Math.max(0, x - at))]),
      ...cycles.map((count) => [
        column((x) => Math.cos(Math.PI * count * x)),
        column((x) => Math.sin(Math.PI * count * x)),
      ]),
    ].map((columns) => ({ parameters: CURVE_PARAMETERS, basis: orthonormal(columns) })),
  ];
}

/** Gram and Schmidt's method, beginning with a constant, which is left out. */
function orthonormal(columns: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const column of columns) {
    const centre = mean([...column]);
    const rest = column.map((value) => value - centre);
    for (const earlier of basis) {
      const along = dot(rest, earlier);
      for (let t = 0; t < rest.length; t += 1) {
        rest[t] = (rest[t] as number) - along * (earlier[t] as number);
      }
    }
    const length = Math.sqrt(dot(rest, rest));
    basis.push(rest.map((value) => value / length));
  }
  return basis;
}

function dot(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0;
  for (let t = 0; t < left.length; t += 1) sum += (left[t] as number) * (right[t] as number);
  return sum;
}

const centred = (values: ArrayLike<number>): Float64Array => {
  const copy = Float64Array.from(values);
  const centre = mean([...copy]);
  return copy.map((value) => value - centre);
};

/** Squares that a curve takes away from those about the mean. */
const explainedBy = ({ basis }: Curve, deviations: Float64Array): number =>
  basis.reduce((sum, column) => sum + dot(deviations, column) ** 2, 0);

/** Bayesian information criterion (Schwarz, Annals of Statistics 6(2), 1978): the lower, the better. */
const criterion = (squares: number, parameters: number, n: number): number =>
  n * Math.log(squares) + parameters * Math.log(n);

function bestCurve(values: readonly number[]): { curve: Curve; criterion: number } {
  const deviations = centred(values);
  const all = dot(deviations, deviations);
  return curvesOver(values.length)
    .map((curve) => {
      const left = Math.max(Number.MIN_VALUE, all - explainedBy(curve, deviations));
      const margin = curve.parameters > LINE_PARAMETERS ? POSITIVE : 0;
      return { curve, criterion: criterion(left, curve.parameters, values.length) + margin };
    })
    .reduce((best, one) => (one.criterion < best.criterion ? one : best));
}

/** The best curve through values, six or more. */
export function smooth(values: readonly number[]): Float64Array {
  const deviations = centred(values);
  const centre = mean(values);
  const fitted = deviations.map(() => centre);
  for (const column of bestCurve(values).curve.basis) {
    const along = dot(deviations, column);
    for (let t = 0; t < fitted.length; t += 1) {
      fitted[t] = (fitted[t] as number) + along * (column[t] as number);
    }
  }
  return fitted;
}

/**
 * Whether a curve describes values better than steps do.
 *
 * @param values of both sides of the changes; fewer than six are never called gradual
 * @param indices of the changes among them
 */
export function isGradual(values: readonly number[], indices: readonly number[]): boolean {
  // A curve of four parameters fits fewer values exactly, or nearly so.
  if (values.length < 6) return false;
  const ends = [0, ...indices, values.length];
  let steps = 0;
  for (const [i, start] of ends.slice(0, -1).entries()) {
    const regime = centred(values.slice(start, ends[i + 1]));
    steps += dot(regime, regime);
  }
  if (steps === 0) return false;
  const ofSteps = criterion(steps, 2 * indices.length + 1, values.length);
  return bestCurve(values).criterion < ofSteps;
}

/**
 * Whether values without a step follow a curve more than their noise brings about. The tests for a
 * change take a clean drift for noise that carries over; about the curve, it does not.
 */
export function followsTrend(values: readonly number[], level: number, random: Random): boolean {
  const curves = curvesOver(values.length);
  const shareOf = (sample: ArrayLike<number>): number => {
    const deviations = centred(sample);
    const all = dot(deviations, deviations);
    const most = curves.reduce((max, curve) => Math.max(max, explainedBy(curve, deviations)), 0);
    return all === 0 ? 0 : most / all;
  };
  const share = shareOf(values);
  if (share === 0) return false;
  const fitted = smooth(values);
  const residuals = values.map((value, t) => value - (fitted[t] as number));
  // The curve has taken part of the autocorrelation away, as each of its parameters does.
  const seen = carryOver([residuals]);
  const rho = seen + ((CURVE_PARAMETERS - 1) * (1 + 4 * seen)) / values.length;
  const assumed = assumedCarryOver(rho, values.length, { rho, weight: 0 });
  const draw = carriedOverNoise(residuals, assumed, random);
  return reachedBy(() => shareOf(draw()) >= share, level).significant;
}
