// Is there a change of level in this stretch, more than its own noise brings about?

import { mean } from '../descriptive';
import type { Random } from '../random';
import { assumedCarryOver, carriedOverNoise, carryOver, type Pooled } from './carry-over';
import { type Reached, reachedBy } from './permutation-level';
import { greatestRelativeSplit } from './relative-split';

export interface ChangeTestOptions {
  /** The p-value that counts as significant, already corrected for the number of series. */
  readonly level: number;
  readonly pooled: Pooled;
  readonly random: Random;
}

export interface ChangeTest extends Reached {
  /** Where the two sides differ most: the first value of the new regime. */
  readonly index: number;
}

/**
 * Fits the best single change (energy statistics), and asks how often noise of the same spread and
 * carry-over, without any change, is split as well. The p-value allows for the choice of the index,
 * and for a short stretch, as the share of dispersion explained does not depend on its spread.
 *
 * @param values three or more, of one stretch between accepted changes
 */
export function testForChange(values: readonly number[], options: ChangeTestOptions): ChangeTest {
  const { level, random, pooled } = options;
  const { index, share } = greatestRelativeSplit(Float64Array.from(values));
  if (share === 0) return { index, p: 1, significant: false };
  const sides = [values.slice(0, index), values.slice(index)];
  const residuals = sides.flatMap((side) => {
    const centre = mean(side);
    return side.map((value) => value - centre);
  });
  const rho = assumedCarryOver(carryOver(sides), values.length, pooled);
  const draw = carriedOverNoise(residuals, rho, random);
  const isReached = (): boolean => greatestRelativeSplit(draw()).share >= share;
  return { index, ...reachedBy(isReached, level) };
}
