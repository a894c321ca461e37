// How sure a USL fit is of its parameters and its peak, and where it does not describe its data: shape,
// single levels, drift while measuring.

import type { Progress } from '../caller';
import { lag1Autocorrelation, mean } from '../descriptive';
import { betaCdf, normalCdf, studentQuantile } from '../distributions';
import { type Interval, type PartialInterval, percentileInterval, UPPER_POINT } from '../intervals';
import type { Random } from '../random';
import {
  type Level,
  levelsOf,
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
  const error = fit.free.standardErrors[name];
  if (error !== undefined) {
    const half = studentQuantile(UPPER_POINT, fit.free.degreesOfFreedom) * error;
    return [fit[name] - half, fit[name] + half];
  }
  const errorAtBound = fit.standardErrors[name];
  if (errorAtBound === null) return null;
  const half = studentQuantile(UPPER_POINT, fit.degreesOfFreedom) * errorAtBound;
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
  const half = studentQuantile(UPPER_POINT, fit.free.degreesOfFreedom) * error;
  return [peak.n - half, peak.n + half];
}

/**
 * The law, refitted within its bounds to the fitted curve with residuals dealt out again.
 *
 * @param processes as of {@link fitUsl}
 */
export function bootstrapUsl(
  points: readonly Point[],
  fit: UslFit,
  random: Random,
  resamples: number,
  {
    processes,
    onProgress = () => {},
  }: { processes?: readonly number[]; onProgress?: Progress } = {},
): UslParameters[] {
  const n = Float64Array.from(points, (point) => point.n);
  const fitted = n.map((level) => throughputAt(fit, level));
  const raw = points.map(({ x }, i) => x - (fitted[i] as number));
  const deal = processes ? wholeProcesses(raw, processes, random) : singleResiduals(raw, random);
  const smallest = Number.EPSILON * fitted.reduce((most, value) => Math.max(most, value));
  return Array.from({ length: resamples }, (_, made) => {
    onProgress(`resample ${made} of ${resamples}`);
    const residual = deal();
    const x = fitted.map((value, i) => Math.max(value + residual(i), smallest));
    return refitUsl({ n, x }, fit);
  });
}

/** Draws the residuals of a resample, by the index of a point. */
type Deal = () => (index: number) => number;

/**
 * Residual bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, 9.4): centred
 * residuals, inflated by sqrt(n / (n - 3)) because a fit of three parameters has eaten part of them.
 */
function singleResiduals(raw: readonly number[], random: Random): Deal {
  const centre = mean(raw);
  const inflation = Math.sqrt(raw.length / (raw.length - 3));
  const residuals = raw.map((value) => (value - centre) * inflation);
  return () => () => residuals[random.int(residuals.length)] as number;
}

/** The normal distribution's 97.5 % point. */
const NORMAL_UPPER_POINT = 1.959964;

/**
 * Wild cluster bootstrap (Cameron, Gelbach and Miller, Review of Economics and Statistics 90, 2008): all
 * residuals of a process times one normal deviate. So few processes make normal intervals too narrow, so that
 * they are widened to Student's.
 */
function wholeProcesses(
  raw: readonly number[],
  processes: readonly number[],
  random: Random,
): Deal {
  const all = [...new Set(processes)];
  const { length } = all;
  const inflation =
    (Math.sqrt(length / (length - 1)) * studentQuantile(UPPER_POINT, length - 1)) /
    NORMAL_UPPER_POINT;
  return () => {
    const weights = new Map(all.map((process) => [process, inflation * random.normal()]));
    return (index) => (raw[index] as number) * (weights.get(processes[index] as number) as number);
  };
}

/** Percentiles of the refits' peaks; an end is null where the resamples have no peak. */
export const peakInterval = (refits: readonly UslParameters[]): PartialInterval =>
  partialInterval(refits.map((refit) => peakOf(refit)?.n ?? null));

/** Percentiles of the refits' limits; an end is null where the resamples have no limit. */
export const limitInterval = (refits: readonly UslParameters[]): PartialInterval =>
  partialInterval(refits.map(limitOf));

function partialInterval(values: readonly (number | null)[]): PartialInterval {
  const finite = values.map((value) => value ?? Number.POSITIVE_INFINITY);
  const [low, high] = percentileInterval(finite);
  return [Number.isFinite(low) ? low : null, Number.isFinite(high) ? high : null];
}

/** A curve that misses a level's mean by more is no description of that level. */
const FAR_OFF = 0.15;
const SIGNIFICANCE = 0.05;
const PERMUTATIONS = 999;
/** With fewer residuals no arrangement of them is rare enough. */
const FEWEST_RESIDUALS = 6;
/** With more the permutations say what the normal limit does, and take seconds. */
const MANY_RESIDUALS = 200;

/**
 * One sentence for each kind of misfit; none where the law fits.
 *
 * @param points in the order of measuring, as far as that is known
 * @param inProcesses each process gave several: neighbours in time share it, whatever the machine does
 */
export function misfitsOf(
  points: readonly Point[],
  fit: UslFit,
  random: Random,
  inProcesses = false,
): string[] {
  const levels = levelsOf(points);
  const byLevel = levels.map((level) => level.mean - throughputAt(fit, level.n));
  const misfits = [...farOff(levels, fit), ...lackOfFit(points, levels, fit)];
  const shape = autocorrelation(byLevel, random);
  if (shape.p < SIGNIFICANCE) {
    misfits.push(
      `Neighbouring levels lie on the same side of the curve (autocorrelation ` +
        `${shape.value.toFixed(2)}, p = ${shape.p.toPrecision(2)}): the law has the wrong shape for ` +
        'these data.',
    );
  }
  if (inProcesses || isAscending(points)) return misfits;
  const drift = autocorrelation(
    points.map(({ n, x }) => x - throughputAt(fit, n)),
    random,
  );
  if (drift.p < SIGNIFICANCE) {
    misfits.push(
      `Residuals follow the order of the rows (autocorrelation ${drift.value.toFixed(2)}, ` +
        `p = ${drift.p.toPrecision(2)}): the machine may have changed while this was measured, and ` +
        'the intervals are too narrow.',
    );
  }
  return misfits;
}

function farOff(levels: readonly Level[], fit: UslFit): string[] {
  return levels.flatMap(({ n, mean: measured }) => {
    const off = throughputAt(fit, n) / measured - 1;
    if (Math.abs(off) <= FAR_OFF) return [];
    return [
      `At n = ${n} the curve lies ${Math.round(100 * Math.abs(off))} % ` +
        `${off > 0 ? 'above' : 'below'} what was measured.`,
    ];
  });
}

/** F test of lack of fit against the pure error of repeats (Draper and Smith, 1998, 2.1). */
function lackOfFit(points: readonly Point[], levels: readonly Level[], fit: UslFit): string[] {
  const pure = levels.reduce(
    (total, { mean: centre, repeats }) =>
      total + repeats.reduce((sum, x) => sum + (x - centre) ** 2, 0),
    0,
  );
  const pureDegrees = points.length - levels.length;
  const fitDegrees = levels.length - (3 - fit.atBound.length);
  if (pureDegrees < 1 || fitDegrees < 1 || pure === 0) return [];
  const f = (fit.sumOfSquares - pure) / fitDegrees / (pure / pureDegrees);
  const p = upperFTail(f, fitDegrees, pureDegrees);
  if (p >= SIGNIFICANCE) return [];
  return [
    `The law does not fit: the levels lie further from the curve than repeats of a level lie from ` +
      `each other (F = ${f.toPrecision(3)}, p = ${p.toPrecision(2)}). Trust what was measured, and ` +
      'not what the parameters say.',
  ];
}

/** P(F >= f) through the incomplete beta function (Abramowitz and Stegun 26.6.2). */
function upperFTail(f: number, between: number, within: number): number {
  return f <= 0 ? 1 : betaCdf(within / (within + between * f), within / 2, between / 2);
}

/** One-sided test of lag-1 autocorrelation (are neighbours alike?): by permutation, or in the limit. */
function autocorrelation(
  residuals: readonly number[],
  random: Random,
): { value: number; p: number } {
  const count = residuals.length;
  const value = count < 2 ? Number.NaN : lag1Autocorrelation(residuals);
  if (count < FEWEST_RESIDUALS || !(value > 0)) return { value, p: 1 };
  if (count > MANY_RESIDUALS) return { value, p: normalCdf(-value * Math.sqrt(count)) };
  let asHigh = 1;
  for (let i = 0; i < PERMUTATIONS; i += 1) {
    if (lag1Autocorrelation(random.shuffle([...residuals])) >= value) asHigh += 1;
  }
  return { value, p: asHigh / (PERMUTATIONS + 1) };
}

const isAscending = (points: readonly Point[]): boolean =>
  points.every(({ n }, i) => i === 0 || n >= (points[i - 1] as Point).n);
