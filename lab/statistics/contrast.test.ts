// Source: fixtures/descriptive.json (effsize, R's t.test); p-values 1e-6 absolute,
// the rest 1e-9 relative.
import { describe, expect, it } from 'vitest';
import { turnOrder } from '../measure/turns/block-order';
import { compare } from './comparison';
import { cliffsDelta, detectable, smallestDetectableChange, welch } from './contrast';
import { studentTwoSided } from './distributions';
import acceptance from './fixtures/descriptive.json';
import { expectInside, expectNear, expectWithin, TEN_DIGITS } from './fixtures/within';
import { seededRandom } from './random';

const { data, expected } = acceptance;

describe("Cliff's delta", () => {
  const control110 = data.control.map((value) => value + 110);
  const samples: Record<string, [number[], number[]]> = {
    'treatment vs control': [data.treatment, data.control],
    'x1 vs control': [data.x1, data.control],
    'x1 vs control + 110': [data.x1, control110],
    'control vs treatment': [data.control, data.treatment],
    identical: [data.control, data.control],
  };

  it.each(expected.cliffs_delta)('reproduces $case', ({ case: name, delta }) => {
    const [x, y] = samples[name] as [number[], number[]];
    const ours = cliffsDelta(x, y);
    expectNear(ours.delta, delta, 1e-9 * Math.max(Math.abs(delta), 0.1));
  });

  it('reproduces the interval with the unbiased variance and Student', () => {
    const { computed } = expected.cliffs_delta_ci;
    const ours = cliffsDelta(data.treatment, data.control);
    expectWithin(ours.interval?.[0], computed.lower, TEN_DIGITS);
    expectWithin(ours.interval?.[1], computed.upper, TEN_DIGITS);
  });

  it('stays within -1 and 1 when the samples do not overlap, and needs two values for an interval', () => {
    expect(cliffsDelta(data.x1, control110).interval).toEqual([-1, -1]);
    expect(cliffsDelta([1], [2, 3])).toMatchObject({ delta: -1, interval: null });
    expect(() => cliffsDelta([], [1])).toThrow('each sample');
  });
});

describe('t tests', () => {
  const samples: Record<string, [number[], number[]]> = {
    aspirin: [data.aspirin.a, data.aspirin.b],
    sleep: [data.sleep.group_1, data.sleep.group_2],
    'unequal sizes and variances (made up)': [data.unequal.a, data.unequal.b],
  };

  it.each(expected.welch)('reproduces Welch on $case', (wanted) => {
    const [x, y] = samples[wanted.case] as [number[], number[]];
    const ours = welch(x, y);
    const t = ours.difference / ours.standardError;
    expectWithin(t, wanted.t, TEN_DIGITS);
    expectWithin(ours.degreesOfFreedom, wanted.df, TEN_DIGITS);
    expectNear(studentTwoSided(t, ours.degreesOfFreedom), wanted.p_two_sided, 1e-6);
    expectWithin(ours.difference, wanted.difference, TEN_DIGITS);
    expectWithin(ours.interval[0], wanted.ci95[0] as number, TEN_DIGITS);
    expectWithin(ours.interval[1], wanted.ci95[1] as number, TEN_DIGITS);
  });
});

describe('the smallest detectable change', () => {
  it.each(expected.smallest_detectable_change.cases)(
    'is $mde of two independent arms at cv $cv and $n_per_arm runs per arm',
    ({ cv, n_per_arm, mde }) => {
      expectWithin(detectable(cv * Math.sqrt(2 / n_per_arm), 2 * n_per_arm - 2), mde, TEN_DIGITS);
    },
  );

  it('is found four times in five by the comparison that is made', () => {
    const random = seededRandom(11);
    const [cv, repeats] = [0.05, 2000];
    for (const runs of [5, 10, 16]) {
      const order = turnOrder(runs);
      const blocks = (order.at(-1)?.block ?? 0) + 1;
      const change = smallestDetectableChange(cv, { runs, blocks }) ?? Number.NaN;
      const arm = (wanted: string, level: number) =>
        order.flatMap(({ arm, block }) =>
          arm === wanted
            ? { value: level * Math.exp(cv * random.normal()), block: `${block}` }
            : [],
        );
      const found = Array.from({ length: repeats }, () =>
        compare(arm('a', 1), arm('b', 1 + change)),
      ).filter(({ interval: [low] }) => (low ?? 0) > 1);
      expectInside(found.length / repeats, [0.75, 0.87]);
    }
  });

  it('is unknown of two blocks, which give no interval', () => {
    expect(smallestDetectableChange(0.05, { runs: 2, blocks: 2 })).toBeNull();
  });
});
