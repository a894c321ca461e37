// Seeded random numbers: every resampling in the lab can be repeated bit for bit.

/** A stream of random numbers. All draws advance one shared state. */
export interface Random {
  /** An integer, uniform on 0 .. 2^32 - 1. */
  uint32(): number;
  /** A number, uniform on [0, 1) with 53 bits. */
  uniform(): number;
  /** An integer, uniform on 0 .. bound - 1. `bound` is a whole number from 1 to 2^32. */
  int(bound: number): number;
  /** A standard normal deviate. */
  normal(): number;
  /** Permutes in place (Fisher and Yates; Durstenfeld 1964) and returns its argument. */
  shuffle<T extends { length: number; [index: number]: number }>(values: T): T;
}

const TWO_POW_32 = 2 ** 32;

/**
 * xoshiro128** 1.1 (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM
 * TOMS 47(4), 2021): 32-bit arithmetic, which JavaScript does exactly; period 2^128 - 1.
 *
 * @param state four 32-bit words, not all zero
 */
export function xoshiro128StarStar(state: readonly [number, number, number, number]): Random {
  let [s0, s1, s2, s3] = state.map((word) => word >>> 0) as [number, number, number, number];
  if ((s0 | s1 | s2 | s3) === 0) {
    throw new RangeError('xoshiro128** needs a state that is not all zero');
  }

  return drawsFrom((): number => {
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result;
  });
}

/** Every kind of draw, from a source of 32-bit integers. */
function drawsFrom(uint32: () => number): Random {
  let spareNormal: number | undefined;

  // 27 and 26 bits make the 53 that a double holds.
  const uniform = (): number => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53;

  const int = (bound: number): number => {
    if (!Number.isInteger(bound) || bound < 1 || bound > TWO_POW_32) {
      throw new RangeError(`int(bound) needs a whole number from 1 to 2^32, got ${bound}`);
    }
    let draw = uint32();
    // Draws at or above the largest multiple of `bound` would favour small results: draw again. That
    // multiple lies less than `bound` below 2^32; a division for each draw would cost more than it.
    if (draw >= TWO_POW_32 - bound) {
      const limit = TWO_POW_32 - (TWO_POW_32 % bound);
      while (draw >= limit) draw = uint32();
    }
    return draw % bound;
  };

  const normal = (): number => {
    if (spareNormal !== undefined) {
      const spare = spareNormal;
      spareNormal = undefined;
      return spare;
    }
    // Marsaglia and Bray's polar method, SIAM Review 6(3), 1964.
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        spareNormal = y * scale;
        return x * scale;
      }
    }
  };

  return {
    uint32,
    uniform,
    int,
    normal,
    shuffle(values) {
      for (let last = values.length - 1; last > 0; last -= 1) {
        const other = int(last + 1);
        const kept = values[last] as number;
        values[last] = values[other] as number;
        values[other] = kept;
      }
      return values;
    },
  };
}

/**
 * A generator from one number, so that a seed can be printed in a report and typed back in.
 * The state is filled by SplitMix32-style mixing (Steele, Lea and Flood, OOPSLA 2014), so that
 * neighbouring seeds give unrelated streams.
 *
 * @param seed any finite number; its 53-bit integer part is used
 */
export function seededRandom(seed: number): Random {
  if (!Number.isFinite(seed)) throw new RangeError(`a seed must be a finite number, got ${seed}`);
  const whole = Math.trunc(Math.abs(seed));
  let mixed = (whole >>> 0) ^ Math.imul(Math.floor(whole / TWO_POW_32) >>> 0, 0x85ebca6b);
  if (seed < 0) mixed = ~mixed;
  const next = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let word = mixed ^ (mixed >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
  return xoshiro128StarStar([next(), next(), next(), next() | 1]);
}
