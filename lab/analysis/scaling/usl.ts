// What a USL fit says, and how sure it is: intervals, peak, knee, limit, in numbers and in words.

import { percentileInterval } from '../statistics/bootstrap';
import { type Interval, NO_INTERVAL, type PartialInterval } from '../statistics/intervals';
import { seededRandom } from '../statistics/random';
import { fitUsl, type UslFit } from './usl-fit';
import { bootstrapUsl, parameterInterval, peakDeltaInterval, peakInterval } from './usl-intervals';
import { kneeOf, limitOf, type Point, peakOf, throughputAt, type UslParameters } from './usl-model';

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
  };
  readonly standardErrors: UslFit['standardErrors'];
  readonly peak: {
    readonly n: number | null;
    readonly x: number | null;
    readonly claimed: boolean;
    readonly why: string;
  };
  readonly knee: Point | null;
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
  const warnings: string[] = [];
  const refits = bootstrapUsl(points, fit, seededRandom(seed), options.resamples ?? RESAMPLES);
  const levels = new Set(points.map(({ n }) => n)).size;
  const tested = points.map(({ n }) => n);
  const largest = Math.max(...tested);
  const beta = parameterInterval(fit, 'beta');

  warnings.push(...parameterWarnings(fit, levels));
  const peak = judgePeak(fit, beta, [Math.min(...tested), largest], levels);
  const peakN = peakOf(fit) ? peakInterval(refits) : NO_INTERVAL;
  if (peakN[0] === null) {
    warnings.push(`intervals.peakN is null: ${whyNoPeak(fit)}.`);
  } else if (peakN[1] === null) {
    warnings.push(
      'intervals.peakN has no upper end: in more than 2.5 % of the resamples coherency is 0.',
    );
  }
  const delta = peakDeltaInterval(fit);
  if (delta && points.length < ENOUGH_FOR_A_BOOTSTRAP) {
    warnings.push(
      `intervals.peakN is a bootstrap's, too narrow with ${points.length} observations (it covers ` +
        '84 % at 6 and 89 % at 10, not 95 %: npm run bench -- usl); the delta method gives ' +
        `${delta[0].toPrecision(4)} to ${delta[1].toPrecision(4)}.`,
    );
  }
  const limit = limitOf(fit);
  if (limit === null) warnings.push('limit is null: contention is 0, so it sets no limit.');
  const beyond = predict.filter((n) => n > largest);
  if (beyond.length > 0) {
    warnings.push(
      `n = ${beyond.join(', ')} lies beyond the largest tested n = ${largest}: an extrapolation, ` +
        'which trusts the law further than the data do.',
    );
  }

  return {
    alpha: fit.alpha,
    beta: fit.beta,
    gamma: fit.gamma,
    intervals: {
      alpha: parameterInterval(fit, 'alpha') ?? NO_INTERVAL,
      beta: beta ?? NO_INTERVAL,
      gamma: parameterInterval(fit, 'gamma') ?? NO_INTERVAL,
      peakN,
    },
    standardErrors: fit.standardErrors,
    peak,
    knee: kneeOf(fit),
    limit,
    limitedBy: limitingFactor(fit, largest),
    residualStandardError: fit.residualStandardError,
    predictions: predict.map((n) => ({
      n,
      x: throughputAt(fit, n),
      interval: percentileInterval(refits.map((refit) => throughputAt(refit, n))).interval,
    })),
    levels,
    observations: points.length,
    seed,
    warnings,
  };
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
      warnings.push(`intervals.${name} is null: the observations do not determine ${name}.`);
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
  beta: Interval | null,
  [smallest, largest]: readonly [number, number],
  levels: number,
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
  if (!beta || beta[0] <= 0) {
    return no('the interval of coherency contains 0: there may be no peak at all');
  }
  if (peak.n > largest) {
    return no(`the fitted peak at n = ${at} lies beyond the largest tested n = ${largest}`);
  }
  if (peak.n < smallest) {
    return no(`the fitted peak at n = ${at} lies below the smallest tested n = ${smallest}`);
  }
  return {
    ...peak,
    claimed: true,
    why: `the interval of coherency excludes 0 and n = ${at} lies inside the tested range`,
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
  return {
    factor,
    words:
      `${factor[0]?.toUpperCase()}${factor.slice(1)} limits it (${meaning}): at n = ${largest}, ` +
      `${percent(lost)} of the ideal is lost, ${percent(part / (contention + coherency))} of that ` +
      `to ${factor}.`,
  };
}
