// Source: fixtures/energy-statistics.json (MongoDB signal-processing-algorithms, Apache Otava);
// energy statistics 1e-9 relative of computed and 1.5e-3 of published, change points exact.
import { describe, expect, it } from 'vitest';
import { mean } from '../descriptive';
import acceptance from '../fixtures/energy-statistics.json';
import { expectNear, expectWithin, TEN_DIGITS } from '../fixtures/within';
import { seededRandom } from '../random';
import { eDivisive, greatestSplit, splitterOf } from './e-divisive';

const { data, expected } = acceptance;

/** n m / (n + m) (2 mean|x-y| - mean|x-x'| - mean|y-y'|), by its definition (Szekely and Rizzo 2013). */
function energyT(x: readonly number[], y: readonly number[]): number {
  const distance = (a: readonly number[], b: readonly number[]): number =>
    mean(a.flatMap((one) => b.map((other) => Math.abs(one - other))));
  const energy = 2 * distance(x, y) - distance(x, x) - distance(y, y);
  return ((x.length * y.length) / (x.length + y.length)) * energy;
}

describe('the greatest split', () => {
  const series = data.otava_small;
  const wanted = expected.q_on_otava_small;

  it('agrees with the published q_V at every split', () => {
    const q = splitterOf(series).statistics();
    for (const [i, value] of wanted.q_V_by_tau_from_1.entries()) {
      expectWithin(q[i + 1], value, TEN_DIGITS);
    }
    expect(greatestSplit(q)?.index).toBe(wanted.q_V_max.tau);
    const next = greatestSplit(splitterOf(series.slice(5)).statistics());
    expect(next?.index).toBe(wanted.next_split_after_5.tau - 5);
    expectWithin(next?.q, wanted.next_split_after_5.q_V, TEN_DIGITS);
  });

  it('is the energy distance of the two parts, in any order', () => {
    const random = seededRandom(3);
    const values = Array.from({ length: 40 }, () => Math.round(10 * random.normal()) + 1e6);
    const order = random.shuffle(Int32Array.from(values.keys()));
    const permuted = [...order].map((i) => values[i] as number);
    const q = splitterOf(values).statistics(order);
    for (let k = 1; k < values.length; k += 1) {
      expectNear(q[k], energyT(permuted.slice(0, k), permuted.slice(k)), 1e-8);
    }
  });
});

describe('E-divisive', () => {
  const named: Record<string, number[]> = {
    ...data.e_divisive_series,
    e_divisive_long_step: Array.from({ length: 2000 }, (_, i) => (i < 1000 ? 0 : 1)),
  };
  const cases = expected.e_divisive_permutation.cases.filter(
    ({ series, ...wanted }) => series in named && !('not_an_acceptance_case' in wanted),
  );

  it.each(cases)('finds the published changes of $series', (wanted) => {
    const long = (named[wanted.series] as number[]).length > 300;
    const points = eDivisive(named[wanted.series] as number[], {
      maxPValue: wanted.max_pvalue,
      permutations: long ? 199 : 999,
      random: seededRandom(1),
    });
    const changes = wanted.computed ?? wanted.computed_with_many_permutations;
    expect(points.map(({ index }) => index)).toEqual(changes);
  });

  it('splits the small series where many permutations do', () => {
    const many = expected.otava.small.permutation.computed_many_permutations;
    for (const [maxPValue, wanted] of [
      [0.05, many.max_pvalue_0_05],
      [0.01, many.max_pvalue_0_01],
    ] as const) {
      const points = eDivisive(data.otava_small, {
        maxPValue,
        permutations: 1999,
        random: seededRandom(1),
      });
      expect(points.map(({ index }) => index)).toEqual(wanted);
    }
  });

  it('finds the obvious changes of TigerBeetle', () => {
    const points = eDivisive(data.tigerbeetle_365, {
      maxPValue: 0.01,
      permutations: 199,
      random: seededRandom(1),
    });
    for (const obvious of [15, 71]) {
      expect(Math.min(...points.map(({ index }) => Math.abs(index - obvious)))).toBeLessThanOrEqual(
        2,
      );
    }
  });

  it('has nothing to split in one value or none', () => {
    const options = { maxPValue: 0.05, permutations: 99, random: seededRandom(1) };
    expect(eDivisive([], options)).toEqual([]);
    expect(eDivisive([1], options)).toEqual([]);
  });
});
