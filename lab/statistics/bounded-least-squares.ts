// Nonlinear least squares with bounds, for a handful of parameters.
// (ml-levenberg-marquardt clamps a step to its bounds without freeing the other parameters, and so
// stops short when one of them belongs at its bound; that case is the one the USL needs most.)

interface LeastSquaresProblem {
  readonly observed: ArrayLike<number>;
  /** The curve at an observation; writes its derivatives by each parameter. */
  curve(parameters: readonly number[], row: number, gradient: Float64Array): number;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

interface LeastSquaresSolution {
  readonly parameters: readonly number[];
  readonly sumOfSquares: number;
}

const MOST_STEPS = 500;
const LEAST_DAMPING = 1e-14;
const GREATEST_DAMPING = 1e14;
const SETTLED = 1e-9;

/**
 * Levenberg and Marquardt's method (Marquardt, SIAM J. 11(2), 1963) on the parameters that are
 * free, a parameter being held while it sits at a bound and the gradient pushes it outwards
 * (projected as in Kanzow, Yamashita and Fukushima, J. Comp. Appl. Math. 172, 2004).
 *
 * @param start is moved inside the bounds; the solution is a local minimum: try several starts
 */
export function boundedLeastSquares(
  problem: LeastSquaresProblem,
  start: readonly number[],
): LeastSquaresSolution {
  let parameters = clamp(start, problem);
  let here = normalEquations(problem, parameters);
  let damping = 1e-3;

  for (let step = 0; step < MOST_STEPS && damping <= GREATEST_DAMPING; step += 1) {
    const { gradient, hessian } = here;
    const free = parameters.flatMap((value, i) => {
      const slope = gradient[i] as number;
      const stuckLow = value <= (problem.lower[i] as number) && slope >= 0;
      const stuckHigh = value >= (problem.upper[i] as number) && slope <= 0;
      return stuckLow || stuckHigh ? [] : [i];
    });
    if (free.length === 0) break;

    let settled = false;
    while (damping <= GREATEST_DAMPING) {
      const move = dampedStep(gradient, hessian, free, damping);
      const next =
        move &&
        clamp(
          parameters.map((value, i) => value + (move[free.indexOf(i)] ?? 0)),
          problem,
        );
      const there = next && normalEquations(problem, next);
      if (next && there && there.sumOfSquares <= here.sumOfSquares) {
        settled = next.every(
          (value, i) => Math.abs(value - (parameters[i] as number)) <= SETTLED * Math.abs(value),
        );
        parameters = next;
        here = there;
        damping = Math.max(damping / 10, LEAST_DAMPING);
        break;
      }
      damping *= 10;
    }
    if (settled) break;
  }
  return { parameters, sumOfSquares: here.sumOfSquares };
}

/**
 * Inverse of J'J, the unscaled covariance of the parameters; null when it is singular.
 *
 * @param columns the parameters to keep, by index; the others are held
 */
export function inverseNormalMatrix(
  jacobian: readonly (readonly number[])[],
  columns: readonly number[],
): number[][] | null {
  const hessian = normalMatrix(columnsOf(jacobian));
  const matrix = columns.map((i) => columns.map((j) => entry(hessian, i, j)));
  const inverse = columns.map((_, unit) =>
    solve(
      matrix,
      columns.map((_column, i) => (i === unit ? 1 : 0)),
    ),
  );
  return inverse.every((column) => column !== null) ? inverse : null;
}

function clamp(values: readonly number[], problem: LeastSquaresProblem): number[] {
  return values.map((value, i) =>
    Math.min(Math.max(value, problem.lower[i] as number), problem.upper[i] as number),
  );
}

/** r'r, J'r and J'J, summed row by row: J itself, of ten thousand rows, would be made thousands of times. */
function normalEquations({ observed, curve }: LeastSquaresProblem, at: readonly number[]) {
  const size = at.length;
  const slopes = new Float64Array(size);
  const byResidual = new Float64Array(size);
  const bySlope = new Float64Array(size * size);
  let squares = 0;
  for (let row = 0; row < observed.length; row += 1) {
    const residual = curve(at, row, slopes) - (observed[row] as number);
    squares += residual * residual;
    for (let i = 0; i < size; i += 1) {
      const slope = slopes[i] as number;
      byResidual[i] = (byResidual[i] as number) + slope * residual;
      for (let j = 0; j <= i; j += 1) {
        const place = i * size + j;
        bySlope[place] = (bySlope[place] as number) + slope * (slopes[j] as number);
      }
    }
  }
  const gradient = [...byResidual];
  const hessian = at.map((_, i) =>
    at.map((_column, j) => bySlope[Math.max(i, j) * size + Math.min(i, j)] as number),
  );
  const sumOfSquares = Number.isFinite(squares) ? squares : Number.POSITIVE_INFINITY;
  return { sumOfSquares, gradient, hessian };
}

function entry(matrix: readonly (readonly number[])[], row: number, column: number): number {
  return (matrix[row] as readonly number[])[column] as number;
}

const columnsOf = (rows: readonly (readonly number[])[]): number[][] =>
  (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] as number));

const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((total, value, k) => total + value * (right[k] as number), 0);

/** J'J, of the columns of J. */
const normalMatrix = (columns: readonly (readonly number[])[]): number[][] =>
  columns.map((left) => columns.map((right) => dot(left, right)));

/** Solves (H + damping diag H) d = -g on the free parameters. */
function dampedStep(
  gradient: readonly number[],
  hessian: readonly (readonly number[])[],
  free: readonly number[],
  damping: number,
): number[] | null {
  return solve(
    free.map((i) => free.map((j) => entry(hessian, i, j) * (i === j ? 1 + damping : 1))),
    free.map((i) => -(gradient[i] as number)),
  );
}

/** Gaussian elimination with row pivoting after scaling; null when the matrix is singular. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | null {
  const size = right.length;
  // Scaling by the diagonal makes "almost zero" mean the same for every parameter's unit.
  const scale = matrix.map((row, i) => 1 / Math.sqrt(row[i] as number));
  if (scale.some((factor) => !Number.isFinite(factor))) return null;
  const rows = matrix.map((row, i) => [
    ...row.map((value, j) => value * (scale[i] as number) * (scale[j] as number)),
    (right[i] as number) * (scale[i] as number),
  ]);
  for (let pivot = 0; pivot < size; pivot += 1) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row += 1) {
      if (Math.abs(entry(rows, row, pivot)) > Math.abs(entry(rows, best, pivot))) best = row;
    }
    [rows[pivot], rows[best]] = [rows[best] as number[], rows[pivot] as number[]];
    const pivotRow = rows[pivot] as number[];
    const head = pivotRow[pivot] as number;
    if (Math.abs(head) < 1e-15) return null;
    for (let row = 0; row < size; row += 1) {
      if (row === pivot) continue;
      const target = rows[row] as number[];
      const factor = (target[pivot] as number) / head;
      for (let column = pivot; column <= size; column += 1) {
        target[column] = (target[column] as number) - factor * (pivotRow[column] as number);
      }
    }
  }
  return rows.map((row, i) => ((row[size] as number) / (row[i] as number)) * (scale[i] as number));
}
