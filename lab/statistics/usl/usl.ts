// What a USL fit says, and how sure it is: intervals, peak, knee, limit, in numbers and in words.

import { z } from 'zod';
import { InvalidData, type Progress } from '../caller';
import {
  intervalSchema,
  NO_INTERVAL,
  type PartialInterval,
  partialIntervalSchema,
  percentileInterval,
} from '../intervals';
import { seededRandom } from '../random';
import {
  FEWEST_LEVELS_FOR_A_PEAK,
  fallOf,
  fallSchema,
  judgePeak,
  limitingFactor,
  limitingFactorSchema,
  type TestedRange,
  testedRange,
  whyNoKnee,
  whyNoPeak,
} from './conclusions';
import {
  fitUsl,
  kneeOf,
  limitOf,
  type Point,
  peakOf,
  pointSchema,
  throughputAt,
  type UslFit,
  type UslParameterName,
  uslParametersSchema,
} from './fit';
import {
  bootstrapUsl,
  limitInterval,
  misfitsOf,
  parameterInterval,
  peakDeltaInterval,
  peakInterval,
} from './uncertainty';

/** From here on the bootstrap's interval of the peak may be taken at its word. */
const ENOUGH_FOR_A_BOOTSTRAP = 20;
const RESAMPLES = 2000;
const DEFAULT_SEED = 1;

export const uslAnalysisSchema = uslParametersSchema.extend({
  /** 95 %; an end is null where it does not exist, and a warning says why. */
  intervals: z.strictObject({
    alpha: partialIntervalSchema,
    beta: partialIntervalSchema,
    gamma: partialIntervalSchema,
    peakN: partialIntervalSchema,
    limit: partialIntervalSchema,
  }),
  standardErrors: z.strictObject({
    alpha: z.number().nullable(),
    beta: z.number().nullable(),
    gamma: z.number().nullable(),
  }),
  peak: z.strictObject({
    n: z.number().nullable(),
    x: z.number().nullable(),
    claimed: z.boolean(),
    why: z.string(),
  }),
  /** Null where the curve does not reach it, or the data do not: beyond its peak or the largest n. */
  knee: pointSchema.nullable(),
  /** Share of the best level's throughput that the largest level lost, and whether that is chance. */
  fall: fallSchema,
  /** gamma / alpha; null when alpha is 0. */
  limit: z.number().nullable(),
  limitedBy: z.strictObject({
    factor: limitingFactorSchema,
    words: z.string(),
  }),
  residualStandardError: z.number(),
  predictions: z
    .array(
      pointSchema.extend({
        interval: intervalSchema,
      }),
    )
    .readonly(),
  levels: z.number(),
  observations: z.number(),
  seed: z.number(),
  warnings: z.array(z.string()).readonly(),
});
export type UslAnalysis = z.infer<typeof uslAnalysisSchema>;

interface UslOptions {
  /** N at which to predict X; positive. */
  readonly predict?: readonly number[];
  /** Of each point, where a process gave several: what processes differ by is then in the intervals. */
  readonly processes?: readonly number[];
  readonly seed?: number;
  readonly resamples?: number;
  readonly onProgress?: Progress;
}

/**
 * Fits the USL and says what may be concluded from it.
 *
 * Intervals (95 %): Student's, from the Jacobian of the free parameters, for alpha, beta and
 * gamma; a bootstrap for the peak and the predictions, which are not linear in them.
 *
 * @param points see {@link fitUsl}, which also says what is thrown
 */
export function analyseUsl(points: readonly Point[], options: UslOptions = {}): UslAnalysis {
  const seed = options.seed ?? DEFAULT_SEED;
  const predict = options.predict ?? [];
  for (const n of predict) {
    if (!(n > 0)) throw new InvalidData(`a prediction needs n > 0, got ${n}`);
  }
  const { processes, resamples = RESAMPLES, onProgress } = options;
  const fit = fitUsl(points, processes);
  const random = seededRandom(seed);
  const refits = bootstrapUsl(points, fit, random, resamples, {
    ...(processes && { processes }),
    ...(onProgress && { onProgress }),
  });
  const tested = testedRange(points);
  const fall = fallOf(points);
  const peakN = peakOf(fit) ? peakInterval(refits) : NO_INTERVAL;
  const limit = limitOf(fit);
  const { alpha, beta, gamma, standardErrors, residualStandardError } = fit;
  return {
    alpha,
    beta,
    gamma,
    intervals: {
      alpha: withinBounds(fit, 'alpha'),
      beta: withinBounds(fit, 'beta'),
      gamma: withinBounds(fit, 'gamma'),
      peakN,
      limit: limit === null ? NO_INTERVAL : limitInterval(refits),
    },
    standardErrors,
    peak: judgePeak(fit, peakN, tested, fall),
    knee: whyNoKnee(fit, tested) === null ? kneeOf(fit) : null,
    fall,
    limit,
    limitedBy: limitingFactor(fit, tested),
    residualStandardError,
    predictions: predict.map((n) => ({
      n,
      x: throughputAt(fit, n),
      interval: percentileInterval(refits.map((refit) => throughputAt(refit, n))),
    })),
    levels: tested.levels,
    observations: points.length,
    seed,
    warnings: [
      ...misfitsOf(points, fit, random, processes !== undefined),
      ...parameterWarnings(fit, tested.levels),
      ...peakWarnings(fit, peakN, points.length),
      ...rangeWarnings(fit, tested, predict),
    ],
  };
}

/** The parameter's interval as far as the law allows: contention 0 to 1, the others 0 or more. */
function withinBounds(fit: UslFit, name: UslParameterName): PartialInterval {
  const interval = parameterInterval(fit, name);
  if (interval === null) return NO_INTERVAL;
  const most = name === 'alpha' ? 1 : Number.POSITIVE_INFINITY;
  return [Math.max(0, interval[0]), Math.min(most, interval[1])];
}

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
    const levels = beyond.map((n) => Number(n.toPrecision(4)));
    const few = levels.length > 3 ? `${levels[0]} to ${levels.at(-1)}` : levels.join(', ');
    warnings.push(
      `n = ${few} lies beyond the largest tested n = ${tested.largest}: an ` +
        'extrapolation, which trusts the law further than the data do.',
    );
  }
  return warnings;
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
