// Source: fixtures/energy-statistics.json (MongoDB signal-processing-algorithms, Apache Otava);
// energy statistics 1e-9 relative of computed and 1.5e-3 of published, change points exact.
import { describe, expect, it } from 'vitest';
import acceptance from '../fixtures/energy-statistics.json';
import { expectNear, expectWithin, TEN_DIGITS } from '../fixtures/within';
import { seededRandom } from '../statistics/random';
import { eDivisive } from './e-divisive';
import { energyStatistics, type Observation } from './energy';
import { greatestSplit, splitterOf } from './energy-split';
import { greatestUSplit, windowedChangePoints } from './windowed-t-test';

const { data, expected } = acceptance;

/** first, first + step, ... up to and including last. */
function from<T>(first: number, last: number, step: number, make: (i: number) => T): T[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, k) =>
    make(first + k * step),
  );
}
const numbers = (first: number, last: number, step = 1): number[] =>
  from(first, last, step, (i) => i);

const energyCases: Record<string, [Observation[], Observation[]]> = {
  same: [numbers(10, 69), numbers(10, 69)],
  similar: [numbers(1, 99), numbers(1, 104)],
  different: [numbers(1, 99), numbers(10_000, 12_999, 14)],
  'univariate 1': [numbers(1, 299), numbers(1000, 4999, 10)],
  'univariate 2': [numbers(300, 499), numbers(400, 899, 11)],
  'very similar': [numbers(10, 69), numbers(12, 64)],
  'three variables': [
    from(100, 199, 1, (i) => [i, i + 7, i + 4]),
    from(100, 399, 12, (i) => [i, i + 2, i + 3]),
  ],
  'two variables': [from(0, 99, 1, (i) => [i, i + 1]), from(0, 999, 1, (i) => [i, i + 10])],
};

describe('energy statistics', () => {
  it.each(expected.energy_statistics)('of $case', ({ case: name, computed, published }) => {
    const [x, y] = energyCases[name] as [Observation[], Observation[]];
    const ours = energyStatistics(x, y);
    for (const statistic of ['e', 't', 'h'] as const) {
      expectWithin(ours[statistic], computed[statistic], TEN_DIGITS);
      expectNear(ours[statistic], published[statistic], 1.5e-3);
    }
  });

  it('refuse an empty sample and mixed widths', () => {
    expect(() => energyStatistics([], [1])).toThrow('observation in each sample');
    expect(() => energyStatistics([1], [[1, 2]])).toThrow('same number of variables');
    expect(() => energyStatistics([[1, 2]], [[1, 2, 3]])).toThrow('same number of variables');
  });
});

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

  it('agrees with the published q_U', () => {
    const { tau, kappa, q } = greatestUSplit(series);
    expect({ tau, kappa }).toEqual({ tau: wanted.q_U_max.tau, kappa: wanted.q_U_max.kappa });
    expectWithin(q, wanted.q_U_max.q, TEN_DIGITS);
    expectWithin(greatestUSplit(series.slice(5)).q, wanted.next_split_after_5.q_U, TEN_DIGITS);
  });

  it('is the t statistic of the two parts, for numbers, for vectors, and in any order', () => {
    const random = seededRandom(3);
    const values = Array.from({ length: 40 }, () => Math.round(10 * random.normal()) + 1e6);
    const order = random.shuffle(Int32Array.from(values.keys()));
    const permuted = [...order].map((i) => values[i] as number);
    const q = splitterOf(values).statistics(order);
    const asVectors = splitterOf(values.map((value) => [value])).statistics(order);
    for (let k = 1; k < values.length; k += 1) {
      const { t } = energyStatistics(permuted.slice(0, k), permuted.slice(k));
      expectNear(q[k], t, 1e-8);
      expectNear(asVectors[k], t, 1e-8);
    }
  });
});

describe('E-divisive', () => {
  const named: Record<string, Observation[]> = {
    ...data.e_divisive_series,
    e_divisive_two_variables: from(0, 299, 1, (i) =>
      i < 100 ? [0, 0] : i < 200 ? [1, 1] : [20, 20],
    ),
    e_divisive_long_step: from(0, 1999, 1, (i) => (i < 1000 ? 0 : 1)),
  };
  const cases = expected.e_divisive_permutation.cases.filter(
    (wanted) => !('not_an_acceptance_case' in wanted),
  );

  it.each(cases)('finds the published changes of $series', (wanted) => {
    const long = (named[wanted.series] as Observation[]).length > 300;
    const points = eDivisive(named[wanted.series] as Observation[], {
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

describe('the windowed t-test', () => {
  const indices = (series: number[], windowLength: number, maxPValue: number, minMagnitude = 0) =>
    windowedChangePoints(series, { windowLength, maxPValue, minMagnitude }).map(
      ({ index }) => index,
    );

  it('splits the small series as published', () => {
    expect(indices(data.otava_small, 50, 0.01)).toEqual(
      expected.otava.small.t_test_p_0_01.published,
    );
  });

  it('finds a change beyond its window', () => {
    const { window_len, max_pvalue, published } = expected.otava.window_10;
    expect(indices(data.otava_window_10, window_len, max_pvalue)).toEqual(published);
  });

  it('finds changes in short series, with and without a least magnitude, with a mean of 0', () => {
    const { window_len, max_pvalue, min_magnitude_0_2, ...short } = expected.otava.short;
    for (const name of ['series_1', 'series_2', 'series_with_zeros'] as const) {
      expect(indices(data.otava_short[name], window_len, max_pvalue)).toEqual(short[name].computed);
    }
    for (const name of ['series_1', 'series_2'] as const) {
      expect(indices(data.otava_short[name], window_len, max_pvalue, 0.2)).toEqual(
        min_magnitude_0_2[name],
      );
    }
  });

  it.each(expected.otava.tigerbeetle.cases)(
    'gives the correctly merged list of TigerBeetle at p $max_pvalue, magnitude $min_magnitude',
    (wanted) => {
      expect(
        indices(data.tigerbeetle_365, wanted.window_len, wanted.max_pvalue, wanted.min_magnitude),
      ).toEqual(wanted.fresh);
    },
  );

  it('refuses a window of one', () => {
    expect(() => indices([1, 2], 1, 0.01)).toThrow('two values or more');
  });
});
