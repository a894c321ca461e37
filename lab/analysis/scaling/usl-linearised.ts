// Gunther's linearised USL fit of 2007: another estimator, kept to compare with old results only.

import type { Point } from './usl-model';

export interface LinearisedUsl {
  readonly sigma: number;
  readonly kappa: number;
  /** X at the smallest n, from which capacities are formed. */
  readonly gamma: number;
}

/**
 * C = X / X(1), y = N / C - 1 = a (N-1)^2 + b (N-1) without intercept, kappa = a, sigma = b - a
 * (Gunther 2007, section 5.2; R package usl before 2.0.0). It takes X(1) as exact.
 *
 * @throws RangeError unless there is an observation at n = 1
 */
export function fitLinearisedUsl(points: readonly Point[]): LinearisedUsl {
  const first = points.find(({ n }) => n === 1);
  if (!first) throw new RangeError('the linearised method needs an observation at n = 1');
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let sy1 = 0;
  let sy2 = 0;
  for (const { n, x } of points) {
    const load = n - 1;
    const y = (n * first.x) / x - 1;
    s2 += load ** 2;
    s3 += load ** 3;
    s4 += load ** 4;
    sy1 += y * load;
    sy2 += y * load ** 2;
  }
  const determinant = s4 * s2 - s3 * s3;
  const a = (sy2 * s2 - sy1 * s3) / determinant;
  const b = (sy1 * s4 - sy2 * s3) / determinant;
  return { sigma: b - a, kappa: a, gamma: first.x };
}
