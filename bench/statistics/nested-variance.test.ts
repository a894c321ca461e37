// Source: fixtures/kalibera.json (softdevteam/libkalibera); components 1e-9 relative of computed and
// 1e-4 of published, counts and slices exact, bootstrap inside its accepted range.
import { describe, expect, it } from 'vitest';
import { standardDeviation } from '../../lab/statistics/descriptive';
import acceptance from '../../lab/statistics/fixtures/kalibera.json';
import {
  expectInside,
  expectNear,
  expectWithin,
  TEN_DIGITS,
} from '../../lab/statistics/fixtures/within';
import { seededRandom } from '../../lab/statistics/random';
import {
  bootstrapMeanRatio,
  confidenceSlice,
  hierarchicalMeans,
  optimalRepetitions,
  varianceComponents,
} from './nested-variance';

const { data, expected } = acceptance;

function expectAll(actual: readonly number[], wanted: readonly number[], relative: number): void {
  expect(actual).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) expectWithin(actual[i], value, relative);
}

describe('variance components', () => {
  it('reproduces three levels and their optimal repetitions', () => {
    const ours = varianceComponents(data.three_levels.values);
    expectAll(ours.s2, expected.three_levels.computed.S2, TEN_DIGITS);
    expectAll(ours.t2, expected.three_levels.computed.T2, TEN_DIGITS);
    expectAll(ours.t2, expected.three_levels.published.T2, 1e-4);
    const costs = [...data.three_levels.costs_high_to_low].reverse();
    const optimal = optimalRepetitions(ours, costs);
    expectAll(optimal.unrounded, expected.three_levels.computed.optimal_unrounded, TEN_DIGITS);
    expect(optimal.rounded).toEqual(expected.three_levels.computed.optimal);
  });

  it('keeps a negative component as it is, and asks one repetition of a level that adds nothing', () => {
    const ours = varianceComponents(data.worked_example_three_levels);
    const wanted = expected.worked_example_three_levels.computed;
    expectAll(ours.s2, wanted.S2, TEN_DIGITS);
    expectAll(ours.t2, wanted.T2, TEN_DIGITS);
    expect(ours.grandMean).toBe(wanted.grand_mean);
    expect(ours.t2[1]).toBeLessThan(0);
    expect(optimalRepetitions(ours, [1, 10, 100])).toEqual({
      unrounded: [Number.POSITIVE_INFINITY, 1],
      rounded: [Number.POSITIVE_INFINITY, 1],
    });
  });

  it('reproduces two levels', () => {
    const ours = varianceComponents(data.worked_example_two_levels);
    expectAll(ours.s2, expected.worked_example_two_levels.computed.S2, TEN_DIGITS);
    expectAll(ours.t2, expected.worked_example_two_levels.computed.T2, TEN_DIGITS);
  });

  it('takes the grand mean over every level', () => {
    expect(varianceComponents(data.means_example).grandMean).toBe(
      expected.means_example.grand_mean,
    );
  });

  it('finds no variance in equal values', () => {
    expect(varianceComponents(expected.zero_variance.values).s2).toEqual([0]);
  });

  it('refuses ragged nesting and costs that do not fit', () => {
    expect(() => varianceComponents([[1, 2], [3]])).toThrow('same number of repetitions');
    expect(() => varianceComponents([])).toThrow('not be empty');
    expect(() => optimalRepetitions({ t2: [1, 1] }, [1])).toThrow('2 positive costs');
  });
});

describe('confidence slice', () => {
  const from = (first: number, n: number): number[] =>
    Array.from({ length: n }, (_, i) => first + i);
  it.each(expected.confidence_slice.published)('of $n values at $level', (wanted) => {
    const values = wanted.n === 1000 ? from(15, 1000) : from(0, wanted.n);
    const { lower, median, upper } = confidenceSlice(values, wanted.level);
    expect({ lower, median, upper }).toEqual({
      lower: wanted.lower,
      median: wanted.median,
      upper: wanted.upper,
    });
  });
});

describe('hierarchical bootstrap of a ratio', () => {
  const {
    case_1,
    case_2,
    exact_sd_of_resampled_mean_case_1_numerator: sd,
  } = expected.hierarchical_bootstrap_ratio;

  it.each([
    ['case 1', data.ratio_case_1, case_1],
    ['case 2', data.ratio_case_2, case_2],
  ] as const)('lies inside the accepted range for any seed: %s', (_name, arms, wanted) => {
    for (const seed of [1, 2, 3]) {
      const ours = bootstrapMeanRatio(arms.numerator, arms.denominator, 10_000, seededRandom(seed));
      expectWithin(ours.ratio, wanted.point, TEN_DIGITS);
      expectInside(ours.interval[0], wanted.accept.lower);
      expectInside(ours.median, wanted.accept.median);
      expectInside(ours.interval[1], wanted.accept.upper);
    }
  });

  it('spreads as the exact formula says', () => {
    const means = hierarchicalMeans(data.ratio_case_1.numerator, 40_000, seededRandom(9));
    // 0.4 %: the standard error of a standard deviation from 40,000 draws.
    expectWithin(standardDeviation([...means]), sd.value, 4 * 0.004);
  });

  it('calls a ratio over zero infinite, never NaN', () => {
    const zero = [
      [0, 0],
      [0, 0],
    ];
    const ours = bootstrapMeanRatio(data.ratio_case_1.numerator, zero, 200, seededRandom(1));
    expect(ours.ratio).toBe(Number.POSITIVE_INFINITY);
    expect(ours.interval).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(() => hierarchicalMeans([[]], 1, seededRandom(1))).toThrow('no row empty');
  });

  it('is the reciprocal of the ratio turned round', () => {
    const there = bootstrapMeanRatio(
      data.ratio_case_2.numerator,
      data.ratio_case_2.denominator,
      1000,
      seededRandom(1),
    );
    const back = bootstrapMeanRatio(
      data.ratio_case_2.denominator,
      data.ratio_case_2.numerator,
      1000,
      seededRandom(1),
    );
    expectNear(there.ratio * back.ratio, 1, 1e-5);
  });
});
