// What a USL fit allows one to say: whether there is a peak or a knee, and what limits growth.

import type { PartialInterval } from '../intervals';
import type { Fall } from './falling';
import { kneeOf, type Point, peakOf, type UslFit, type UslParameterName } from './fit';
import { parameterInterval } from './intervals';
import type { UslAnalysis } from './usl';

/** Fewer levels than this and a third parameter fits the noise: no peak is claimed. */
export const FEWEST_LEVELS_FOR_A_PEAK = 6;

export type LimitingFactor = 'nothing' | 'contention' | 'coherency';

export interface TestedRange {
  readonly smallest: number;
  readonly largest: number;
  readonly levels: number;
}

export function testedRange(points: readonly Point[]): TestedRange {
  const levels = [...new Set(points.map(({ n }) => n))].sort((a, b) => a - b);
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

export function limitingFactor(fit: UslFit, largest: number): UslAnalysis['limitedBy'] {
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
