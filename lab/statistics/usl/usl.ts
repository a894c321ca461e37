// What a USL fit says, and how sure it is: intervals, peak, knee, limit, in numbers and in words.

import { percentileInterval } from '../bootstrap';
import { type Interval, NO_INTERVAL, type PartialInterval } from '../intervals';
import { seededRandom } from '../random';
import { type Fall, fallOf } from './falling';
import { fitUsl, type UslFit, type UslParameterName } from './fit';
import {
  bootstrapUsl,
  limitInterval,
  parameterInterval,
  peakDeltaInterval,
  peakInterval,
} from './intervals';
import { misfitsOf } from './misfit';
import { kneeOf, limitOf, type Point, peakOf, throughputAt, type UslParameters } from './model';

/** Fewer levels than this and a third parameter fits the noise: no peak is claimed. */
export const FEWEST_LEVELS_FOR_A_PEAK = 6;

/** From here on the bootstrap's interval of the peak may be taken at its word. */
const ENOUGH_FOR_A_BOOTSTRAP = 20;
const RESAMPLES = 2000;
const DEFAULT_SEED = 1;

export interface UslAnalysis extends UslParameters {
  /** 95 %; an end is null where it does not exist, and a warning says why. */
  readonly intervals: {
    readonly alpha: PartialInterval;
    readonly beta: PartialInterval;
    readonly gamma: PartialInterval;
    readonly peakN: PartialInterval;
    readonly limit: PartialInterval;
  };
  readonly standardErrors: UslFit['standardErrors'];
  readonly peak: {
    readonly n: number | null;
    readonly x: number | null;
    readonly claimed: boolean;
    readonly why: string;
  };
  /** Null where the curve does not reach it, or the data do not: beyond its peak or the largest n. */
  readonly knee: Point | null;
  /** Share of the best level's throughput that the largest level lost, and whether that is chance. */
  readonly fall: Fall;
  /** gamma / alpha; null when alpha is 0. */
  readonly limit: number | null;
  readonly limitedBy: { readonly factor: LimitingFactor; readonly words: string };
  readonly residualStandardError: number;
  readonly predictions: readonly (Point & { readonly interval: Interval })[];
  readonly levels: number;
  readonly observations: number;
  readonly seed: number;
  readonly warnings: readonly string[];
}

export type LimitingFactor = 'nothing' | 'contention' | 'coherency';

export interface UslOptions {
  /** N at which to predict X; positive. */
  readonly predict?: readonly number[];
  readonly seed?: number;
  readonly resamples?: number;
}

/**
 * Fits the USL and says what may be concluded from it.
 *
 * Intervals (95 %): Student's, from the Jacobian of the free parameters, for alpha, beta and
 * gamma; a residual bootstrap for the peak and the predictions, which are not linear in them.
 *
 * @param points see {@link fitUsl}, which also says what is thrown
 */
export function analyseUsl(points: readonly Point[], options: UslOptions = {}): UslAnalysis {
  const seed = options.seed ?? DEFAULT_SEED;
  const predict = options.predict ?? [];
  for (const n of predict) {
    if (!(n > 0)) throw new RangeError(`a prediction needs n > 0, got ${n}`);
  }
  const fit = fitUsl(points);
  const random = seededRandom(seed);
  const refits = bootstrapUsl(points, fit, random, options.resamples ?? RESAMPLES);
  const tested = testedRange(points);
  const fall = fallOf(points);
  const peakN = peakOf(fit) ? peakInterval(refits) : NO_INTERVAL;
  const peak = judgePeak(fit, peakN, tested, fall);
  return {
    alpha: fit.alpha,
    beta: fit.beta,
    gamma: fit.gamma,
    intervals: {
      alpha: withinBounds(fit, 'alpha'),
      beta: withinBounds(fit, 'beta'),
      gamma: withinBounds(fit, 'gamma'),
      peakN,
      limit: limitOf(fit) === null ? NO_INTERVAL : limitInterval(refits),
    },
    standardErrors: fit.standardErrors,
    peak,
    knee: whyNoKnee(fit, tested) === null ? kneeOf(fit) : null,
    fall,
    limit: limitOf(fit),
    limitedBy: limitingFactor(fit, tested.largest),
    residualStandardError: fit.residualStandardError,
    predictions: predict.map((n) => ({
      n,
      x: throughputAt(fit, n),
      interval: percentileInterval(refits.map((refit) => throughputAt(refit, n))).interval,
    })),
    levels: tested.levels,
    observations: points.length,
    seed,
    warnings: [
      ...misfitsOf(points, fit, random),
      ...parameterWarnings(fit, tested.levels),
      ...peakWarnings(fit, peakN, points.length),
      ...rangeWarnings(fit, tested, predict),
    ],
  };
}

interface TestedRange {
  readonly smallest: number;
  readonly largest: number;
  readonly levels: number;
}

function testedRange(points: readonly Point[]): TestedRange {
  const levels = [...new Set(points.map(({ n }) => n))].sort((a, b) => a - b);
  return { smallest: levels[0] as number, largest: levels.at(-1) as number, levels: levels.length };
}

/** The parameter's interval as far as the law allows: contention 0 to 1, the others 0 or more. */
function withinBounds(fit: UslFit, name: UslParameterName): PartialInterval {
  const interval = parameterInterval(fit, name);
  if (interval === null) return NO_INTERVAL;
  const most = name === 'alpha' ? 1 : Number.POSITIVE_INFINITY;
  return [Math.max(0, interval[0]), Math.min(most, interval[1])];
}

const containsZero = (fit: UslFit, name: UslParameterName): boolean =>
  (parameterInterval(fit, name)?.[0] ?? 0) <= 0;

function peakWarnings(fit: UslFit, peakN: PartialInterval, observations: number): string[] {
  if (peakN[0] === null) return [`The peak has no interval: ${whyNoPeak(fit)}.`];
  const warnings =
    peakN[1] === null
      ? [
          'The interval of the peak has no upper end: in more than 2.5 % of the resamples coherency is 0.',
        ]
      : [];
  if (observations >= ENOUGH_FOR_A_BOOTSTRAP) return warnings;
  const delta = peakDeltaInterval(fit);
  const better = delta
    ? `; the delta method gives ${delta[0].toPrecision(4)} to ${delta[1].toPrecision(4)}`
    : '';
  return [
    ...warnings,
    `The interval of the peak is a bootstrap's, too narrow with ${observations} observations (it covers ` +
      `84 % at 6 and 89 % at 10, not 95 %: npm run bench -- usl)${better}.`,
  ];
}

function rangeWarnings(fit: UslFit, tested: TestedRange, predict: readonly number[]): string[] {
  const warnings: string[] = [];
  if (limitOf(fit) === null) {
    warnings.push('There is no limit of contention: contention is 0.');
  }
  const noKnee = whyNoKnee(fit, tested);
  if (noKnee !== null) warnings.push(`There is no knee: ${noKnee}.`);
  const beyond = predict.filter((n) => n > tested.largest);
  if (beyond.length > 0) {
    warnings.push(
      `n = ${beyond.join(', ')} lies beyond the largest tested n = ${tested.largest}: an ` +
        'extrapolation, which trusts the law further than the data do.',
    );
  }
  return warnings;
}

/** Null where there is a knee: a place on the curve that was tested, before any peak. */
function whyNoKnee(fit: UslFit, { largest }: TestedRange): string | null {
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

function parameterWarnings(fit: UslFit, levels: number): string[] {
  const warnings: string[] = [];
  for (const name of fit.atBound) {
    const bound = fit[name];
    warnings.push(
      `${name} reached its bound ${bound}: it is set to ${bound}, the others are refitted, and ` +
        'its interval is one-sided.',
    );
  }
  for (const name of ['alpha', 'beta', 'gamma'] as const) {
    const interval = parameterInterval(fit, name);
    if (interval === null) {
      warnings.push(`${name} has no interval: the observations do not determine it.`);
    } else if (interval[0] <= 0 && !fit.atBound.includes(name)) {
      warnings.push(`The interval of ${name} contains 0: these data cannot tell it from none.`);
    }
  }
  if (levels < FEWEST_LEVELS_FOR_A_PEAK) {
    warnings.push(
      `Only ${levels} levels of n: with fewer than ${FEWEST_LEVELS_FOR_A_PEAK} three parameters ` +
        'follow the noise. Measure more levels.',
    );
  }
  return warnings;
}

const whyNoPeak = ({ beta }: UslFit): string =>
  beta === 0
    ? 'coherency is 0: the curve has no peak'
    : 'contention is 1: no number of units does more than one';

function judgePeak(
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

function limitingFactor(fit: UslFit, largest: number): UslAnalysis['limitedBy'] {
  const contention = fit.alpha * Math.max(0, largest - 1);
  const coherency = fit.beta * largest * Math.max(0, largest - 1);
  const lost = 1 - 1 / (1 + contention + coherency);
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  if (lost < HARDLY_ANY_LOSS) {
    return {
      factor: 'nothing',
      words: `Nothing limits it yet: at n = ${largest} only ${percent(lost)} of the ideal is lost.`,
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
      `${percent(lost)} of the ideal is lost, ${percent(part / (contention + coherency))} of that ` +
      `to ${factor}.${doubt}`,
  };
}
