import { describe, expect, it } from 'vitest';
import { mean, standardDeviation } from './descriptive';
import { seededRandom, xoshiro128StarStar } from './random';

describe('xoshiro128**', () => {
  it('gives the reference stream of its authors from the state 1, 2, 3, 4', () => {
    // Worked out from the authors' xoshiro128starstar.c in exact integers (Python).
    const random = xoshiro128StarStar([1, 2, 3, 4]);
    const stream = Array.from({ length: 10 }, () => random.uint32());
    expect(stream).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ]);
  });

  it('refuses the one state it cannot leave', () => {
    expect(() => xoshiro128StarStar([0, 0, 0, 0])).toThrow('not all zero');
  });
});

describe('a seeded generator', () => {
  it('repeats itself for a seed and differs between neighbouring seeds', () => {
    const stream = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    expect(stream(7)).toEqual(stream(7));
    expect(stream(7)).not.toEqual(stream(8));
    expect(stream(2 ** 40)).not.toEqual(stream(0));
    expect(stream(-7)).not.toEqual(stream(7));
    expect(() => seededRandom(Number.NaN)).toThrow('finite');
  });

  it('draws whole numbers evenly, even for a bound that does not divide 2^32', () => {
    const random = seededRandom(1);
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i += 1) {
      const draw = random.int(3);
      counts[draw] = (counts[draw] as number) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    expect(() => random.int(0)).toThrow('whole number');
  });

  it.each([1, 3, 7, 100, 2 ** 31 + 1, 3 * 2 ** 30, 2 ** 32 - 1, 2 ** 32])(
    'draws below %d as if each draw were held against the largest multiple of it',
    (bound) => {
      const [random, plain] = [seededRandom(4), seededRandom(4)];
      const limit = 2 ** 32 - (2 ** 32 % bound);
      for (let i = 0; i < 2000; i += 1) {
        let draw = plain.uint32();
        while (draw >= limit) draw = plain.uint32();
        expect(random.int(bound)).toBe(draw % bound);
      }
    },
  );

  it('draws normal deviates of mean 0 and standard deviation 1', () => {
    const random = seededRandom(2);
    const values = Array.from({ length: 40_000 }, () => random.normal());
    expect(Math.abs(mean(values))).toBeLessThan(0.02);
    expect(Math.abs(standardDeviation(values) - 1)).toBeLessThan(0.02);
    const tail = values.filter((value) => Math.abs(value) > 1.959964).length / values.length;
    expect(Math.abs(tail - 0.05)).toBeLessThan(0.005);
  });

  it('shuffles every value to every place', () => {
    const random = seededRandom(3);
    const firsts = new Set<number>();
    for (let i = 0; i < 200; i += 1) {
      const shuffled = random.shuffle([1, 2, 3, 4]);
      expect([...shuffled].sort()).toEqual([1, 2, 3, 4]);
      firsts.add(shuffled[0] as number);
    }
    expect(firsts.size).toBe(4);
  });
});
