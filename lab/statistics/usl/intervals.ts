// How sure a USL fit is of its parameters, its peak and its predictions.

import { mean } from '../descriptive';
import { studentQuantile } from '../distributions';
import { CONFIDENCE, type Interval, type PartialInterval, percentileInterval } from '../intervals';
import type { Random } from '../random';
import {
  limitOf,
  type Point,
  peakOf,
  refitUsl,
  throughputAt,
  type UslFit,
  type UslParameterName,
  type UslParameters,
} from './fit';

/**
 * Student's interval of one parameter, estimate -/+ t(0.975) standard errors; null if the data do
 * not determine it. A parameter at its bound gets its upper side from the three-parameter Jacobian.
 */
export function parameterInterval(fit: UslFit, name: UslParameterName): Interval | null {
  const upper = 1 - (1 - CONFIDENCE) / 2;
  const error = fit.free.standardErrors[name];
  if (error !== undefined) {
    const half = studentQuantile(upper, fit.free.degreesOfFreedom) * error;
    return [fit[name] - half, fit[name] + half];
  }
  const errorAtBound = fit.standardErrors[name];
  if (errorAtBound === null) return null;
  const degreesOfFreedom = fit.free.degreesOfFreedom - fit.atBound.length;
  const half = studentQuantile(upper, degreesOfFreedom) * errorAtBound;
  return fit[name] === 0 ? [0, half] : [fit[name] - half, fit[name]];
}

/**
 * Interval of the peak by the delta method, with Student's quantile: N* = sqrt((1-alpha)/beta) has
 * derivatives -N* / (2 (1 - alpha)) and -N* / (2 beta). Symmetric, so the bootstrap is printed.
 * Null where alpha or beta is at a bound.
 */
export function peakDeltaInterval(fit: UslFit): Interval | null {
  const peak = peakOf(fit);
  const { covariance } = fit.free;
  if (!peak || !covariance || fit.atBound.length > 0) return null;
  const [[aa, ab], [, bb]] = covariance as [[number, number], [number, number]];
  const byAlpha = -peak.n / (2 * (1 - fit.alpha));
  const byBeta = -peak.n / (2 * fit.beta);
  const error = Math.sqrt(byAlpha ** 2 * aa + 2 * byAlpha * byBeta * ab + byBeta ** 2 * bb);
  const half = studentQuantile(1 - (1 - CONFIDENCE) / 2, fit.free.degreesOfFreedom) * error;
  return [peak.n - half, peak.n + half];
}

/**
 * Residual bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, 9.4): centred
 * residuals, inflated by sqrt(n / (n - 3)) because a fit of three parameters has eaten part of
 * them, are dealt out again over the fitted curve and the law is refitted within its bounds.
 */
export function bootstrapUsl(
  points: readonly Point[],
  fit: UslFit,
  random: Random,
  resamples: number,
): UslParameters[] {
  const fitted = points.map(({ n }) => throughputAt(fit, n));
  const raw = points.map(({ x }, i) => x - (fitted[i] as number));
  const centre = mean(raw);
  const inflation = Math.sqrt(points.length / (points.length - 3));
  const residuals = raw.map((value) => (value - centre) * inflation);
  const smallest = Number.EPSILON * Math.max(...fitted);
  return Array.from({ length: resamples }, () =>
    refitUsl(
      points.map(({ n }, i) => {
        const drawn = residuals[random.int(residuals.length)] as number;
        return { n, x: Math.max((fitted[i] as number) + drawn, smallest) };
      }),
      fit,
    ),
  );
}

/** Percentiles of the refits' peaks; an end is null where the resamples have no peak. */
export const peakInterval = (refits: readonly UslParameters[]): PartialInterval =>
  partialInterval(refits.map((refit) => peakOf(refit)?.n ?? null));

/** Percentiles of the refits' limits; an end is null where the resamples have no limit. */
export const limitInterval = (refits: readonly UslParameters[]): PartialInterval =>
  partialInterval(refits.map(limitOf));

function partialInterval(values: readonly (number | null)[]): PartialInterval {
  const finite = values.map((value) => value ?? Number.POSITIVE_INFINITY);
  const [low, high] = percentileInterval(finite).interval;
  return [Number.isFinite(low) ? low : null, Number.isFinite(high) ? high : null];
}
