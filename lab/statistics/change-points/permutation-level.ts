// A permutation test that makes no more draws than its level needs.

/** Draws for each unit of 1 / level: two, so that one unlucky draw does not lose a change. */
const DRAWS_A_LEVEL = 2;

export interface Reached {
  /** (1 + reached) / (1 + made): exact when significant, else an estimate from fewer draws. */
  readonly p: number;
  readonly significant: boolean;
}

/**
 * Draws end early once the level is out of reach (Besag and Clifford, Biometrika 78(2), 1991).
 *
 * @param isReached draws once without a change, and says whether it reached what was observed
 */
export function reachedBy(isReached: () => boolean, level: number): Reached {
  const draws = Math.ceil(DRAWS_A_LEVEL / level) - 1;
  let reached = 0;
  for (let made = 1; made <= draws; made += 1) {
    if (isReached()) reached += 1;
    if (1 + reached > level * (1 + draws)) {
      return { p: (1 + reached) / (1 + made), significant: false };
    }
  }
  return { p: (1 + reached) / (1 + draws), significant: true };
}
