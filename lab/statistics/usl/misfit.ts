// Where a fitted USL does not describe its data: shape, single levels, drift while measuring.

import { lag1Autocorrelation, mean } from '../descriptive';
import { betaCdf, normalCdf } from '../distributions';
import type { Random } from '../random';
import type { UslFit } from './fit';
import { type Point, throughputAt } from './fit';

/** A curve that misses a level's mean by more is no description of that level. */
const FAR_OFF = 0.15;
const SIGNIFICANCE = 0.05;
const PERMUTATIONS = 999;
/** With fewer residuals no arrangement of them is rare enough. */
const FEWEST_RESIDUALS = 6;
/** With more the permutations say what the normal limit does, and take seconds. */
const MANY_RESIDUALS = 200;

interface Level {
  readonly n: number;
  readonly mean: number;
  readonly repeats: readonly number[];
}

/**
 * One sentence for each kind of misfit; none where the law fits.
 *
 * @param points in the order of measuring, as far as that is known
 */
export function misfitsOf(points: readonly Point[], fit: UslFit, random: Random): string[] {
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
  if (isAscending(points)) return misfits;
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

function levelsOf(points: readonly Point[]): Level[] {
  return [...Map.groupBy(points, ({ n }) => n)]
    .map(([n, own]) => {
      const repeats = own.map(({ x }) => x);
      return { n, mean: mean(repeats), repeats };
    })
    .sort((a, b) => a.n - b.n);
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
