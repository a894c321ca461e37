// The score interval of a share, for counts of simulated experiments.

import { bisect, normalCdf } from '../../lab/statistics/distributions';
import { type Interval, requireCounts, UPPER_POINT } from '../../lab/statistics/intervals';

/** Beyond it the normal distribution has no probability that a double could hold. */
const FARTHEST = 39;

/** The z with P(Z <= z) = p, for 0 < p < 1. */
export const normalQuantile = (p: number): number =>
  bisect((z) => normalCdf(z) - p, -FARTHEST, FARTHEST);

/** Score interval of a share (Wilson, JASA 22, 1927): right on average, short. */
export function wilsonInterval(successes: number, trials: number): Interval {
  requireCounts(successes, trials);
  const z2 = normalQuantile(UPPER_POINT) ** 2;
  const share = successes / trials;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    Math.sqrt(z2 * ((share * (1 - share)) / trials + z2 / (4 * trials ** 2))) / (1 + z2 / trials);
  return [
    successes === 0 ? 0 : Math.max(0, centre - half),
    successes === trials ? 1 : Math.min(1, centre + half),
  ];
}
