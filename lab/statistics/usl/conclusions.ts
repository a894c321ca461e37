// What a USL fit allows one to say: whether there is a peak or a knee, what limits growth, and whether
// throughput falls beyond its best level or only stops growing.

import { z } from 'zod';
import { boundedLeastSquares } from '../bounded-least-squares';
import { studentTwoSided } from '../distributions';
import type { PartialInterval } from '../intervals';
import {
  kneeOf,
  levelsOf,
  type Point,
  peakOf,
  scaleOf,
  throughputAt,
  type UslFit,
  type UslParameterName,
} from './fit';
import { parameterInterval } from './uncertainty';
import type { UslAnalysis } from './usl';

/** Fewer levels than this and a third parameter fits the noise: no peak is claimed. */
export const FEWEST_LEVELS_FOR_A_PEAK = 6;

export const limitingFactorSchema = z.enum(['nothing', 'contention', 'coherency']);
export type LimitingFactor = z.infer<typeof limitingFactorSchema>;

export const fallSchema = z.strictObject({
  /** Share of the best level's mean throughput that is lost at the largest level; 0 to 1. */
  share: z.number(),
  /** One-sided p-value of coherency in the curve with a free knee; 1 where nothing falls. */
  p: z.number(),
  found: z.boolean(),
});
type Fall = z.infer<typeof fallSchema>;

export interface TestedRange {
  readonly smallest: number;
  readonly largest: number;
  readonly levels: number;
}

export function testedRange(points: readonly Point[]): TestedRange {
  const levels = levelsOf(points).map(({ n }) => n);
  return { smallest: levels[0] as number, largest: levels.at(-1) as number, levels: levels.length };
}

const containsZero = (fit: UslFit, name: UslParameterName): boolean =>
  (parameterInterval(fit, name)?.[0] ?? 0) <= 0;

/** Null where there is a knee: a place on the curve that was tested, before any peak. */
export function whyNoKnee(fit: UslFit, { largest }: TestedRange): string | null {
  const knee = kneeOf(fit);
  if (!knee) return 'contention is 0, so the curve has none';
  const at = `1 / alpha = ${knee.n.toPrecision(4)}`;
  const peak = peakOf(fit);
  if (peak && knee.n > peak.n) {
    return `${at} lies beyond the fitted peak at n = ${peak.n.toPrecision(4)}`;
  }
  if (knee.n > largest) return `${at} lies beyond the largest tested n = ${largest}`;
  return containsZero(fit, 'alpha') ? 'the interval of contention contains 0' : null;
}

export const whyNoPeak = ({ beta }: UslFit): string =>
  beta === 0
    ? 'coherency is 0: the curve has no peak'
    : 'contention is 1: no number of units does more than one';

export function judgePeak(
  fit: UslFit,
  peakN: PartialInterval,
  { smallest, largest, levels }: TestedRange,
  fall: Fall,
): UslAnalysis['peak'] {
  const peak = peakOf(fit);
  if (!peak) {
    return { n: null, x: null, claimed: false, why: whyNoPeak(fit) };
  }
  const at = peak.n.toPrecision(4);
  const no = (why: string): UslAnalysis['peak'] => ({ ...peak, claimed: false, why });
  if (levels < FEWEST_LEVELS_FOR_A_PEAK) {
    return no(`${levels} levels of n are too few; ${FEWEST_LEVELS_FOR_A_PEAK} are needed`);
  }
  if (containsZero(fit, 'beta')) {
    return no('the interval of coherency contains 0: there may be no peak at all');
  }
  if (peak.n > largest) {
    return no(`the fitted peak at n = ${at} lies beyond the largest tested n = ${largest}`);
  }
  if (peak.n < smallest) {
    return no(`the fitted peak at n = ${at} lies below the smallest tested n = ${smallest}`);
  }
  if (!fall.found) {
    return no(
      'what was measured stops growing and does not clearly fall, as at a full core or a full pool',
    );
  }
  if (peakN[1] === null) return no('the interval of the peak has no upper end');
  return {
    ...peak,
    claimed: true,
    why:
      `the interval of coherency excludes 0, n = ${at} lies inside the tested range, and throughput ` +
      `falls by ${Math.round(100 * fall.share)} % beyond its best level`,
  };
}

/** Below this share of lost efficiency a curve is called straight. */
const HARDLY_ANY_LOSS = 0.05;

/** The ideal is as much for each unit as one unit gives; below one, as the smallest part of one gives. */
export function limitingFactor(
  fit: UslFit,
  { smallest, largest }: Pick<TestedRange, 'smallest' | 'largest'>,
): UslAnalysis['limitedBy'] {
  const least = Math.min(1, smallest);
  const contention = fit.alpha * (largest - least);
  const coherency = Math.max(0, fit.beta * (largest * (largest - 1) - least * (least - 1)));
  const perUnit = (n: number): number => throughputAt(fit, n) / n;
  const lost = Math.max(0, 1 - perUnit(largest) / perUnit(least));
  const ideal = least < 1 ? `the ideal, growth in proportion to n = ${least},` : 'the ideal';
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  if (lost < HARDLY_ANY_LOSS) {
    return {
      factor: 'nothing',
      words: `Nothing limits it yet: at n = ${largest} only ${percent(lost)} of ${ideal} is lost.`,
    };
  }
  const [factor, meaning, part] =
    coherency > contention
      ? (['coherency', 'units waiting to agree with each other', coherency] as const)
      : (['contention', 'units queueing for something shared', contention] as const);
  const doubt = containsZero(fit, factor === 'coherency' ? 'beta' : 'alpha')
    ? ` These data do not prove it: the interval of ${factor} contains 0.`
    : '';
  return {
    factor,
    words:
      `${factor[0]?.toUpperCase()}${factor.slice(1)} limits it (${meaning}): at n = ${largest}, ` +
      `${percent(lost)} of ${ideal} is lost, ${percent(part / (contention + coherency))} of that ` +
      `to ${factor}.${doubt}`,
  };
}

// The interval of coherency cannot tell: the USL bends too softly for a full core or a full pool, and
// its coherency then makes up for the misfit. So a second curve, with a knee as sharp as the data
// want, is fitted with and without coherency:
//
//   X(N) = g N / ((1 + (g N / C)^p)^(1/p) + b N^2)
//
// With b = 0 it grows to C and never falls; with p = 1 it has the shape of the USL. A fall is found
// when b improves the fit by more than chance (Student's t of one added parameter).

/** Stricter than 0.05: the noise of few observations is known badly (npm run bench -- usl). */
const SIGNIFICANCE = 0.001;

/** A smaller fall of the measured means is a plateau, whatever its significance. */
const LEAST_FALL = 0.05;

/** From a soft bend, as the USL's, to a corner. */
const SHARPNESS = { least: 0.5, starts: [1, 3, 8], greatest: 30 } as const;
/** Coherency at the largest level, in units of the cost of one: little, and much. */
const COHERENCY_STARTS = [0.05, 0.5] as const;

const PARAMETERS = 4;

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
  const means = levelsOf(points).map((level) => level.mean);
  return 1 - (means.at(-1) as number) / means.reduce((most, value) => Math.max(most, value));
}

function inUnitsOfTheLargest(points: readonly Point[]): Point[] {
  const { n, x } = scaleOf(points);
  return points.map((point) => ({ n: point.n / n, x: point.x / x }));
}

/** Sum of squares of the best curve; coherency is held at 0 where that is its only start. */
function leastSquares(points: readonly Point[], coherencyStarts: readonly number[]): number {
  const levels = Float64Array.from(points, ({ n }) => n);
  const first = points.reduce((least, point) => (point.n < least.n ? point : least));
  const growth = first.x / first.n;
  const problem = {
    observed: Float64Array.from(points, ({ x }) => x),
    curve: (parameters: readonly number[], row: number, gradient: Float64Array) =>
      curveAt(parameters, levels[row] as number, gradient),
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

/**
 * Of g, C, log p and b. With u = g N / C and A = (1 + u^p)^(1/p), the larger of the two terms is taken
 * out of the power, which would overflow: s = u^p / (1 + u^p) is the share of the other's.
 */
function curveAt(parameters: readonly number[], n: number, gradient: Float64Array): number {
  const [growth, ceiling, logSharpness, coherency] = parameters as [number, number, number, number];
  const sharpness = Math.exp(logSharpness);
  const load = (growth * n) / ceiling;
  const large = Math.max(1, load);
  const power = (Math.min(1, load) / large) ** sharpness;
  const bend = large * (1 + power) ** (1 / sharpness);
  const cost = bend + coherency * n * n;
  const value = (growth * n) / cost;
  const share = (load > 1 ? 1 : power) / (1 + power);
  const byBend = -value / cost;
  const byLoad = (byBend * bend * share) / load;
  const logSum = Math.log(large) * sharpness + Math.log1p(power);
  gradient[0] = n / cost + (byLoad * n) / ceiling;
  gradient[1] = (-byLoad * load) / ceiling;
  gradient[2] = byBend * bend * (share * Math.log(load) - logSum / sharpness);
  gradient[3] = byBend * n * n;
  return value;
}
