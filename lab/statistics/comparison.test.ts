// Source: fixtures/descriptive.json, ratio_bootstrap; bootstrap ends inside the accepted range.
import { describe, expect, it } from 'vitest';
import { blockOrder, turnOrder } from '../measure/turns/block-order';
import { blocksFor, compare, noiseFloor } from './comparison';
import type { Sample } from './contrast';
import acceptance from './fixtures/descriptive.json';
import { expectNear, expectWithin, TEN_DIGITS } from './fixtures/within';
import { seededRandom } from './random';

const { data, expected } = acceptance;
const runs = (values: readonly number[], block?: (i: number) => string): Sample[] =>
  values.map((value, i) => (block ? { value, block: block(i) } : { value }));

describe('ratio of one value per run', () => {
  const { a, b } = data.ratio_flat;
  const wanted = expected.ratio_bootstrap.flat;

  it("prints Welch's interval, which is a little wider and covers better", () => {
    const ours = compare(runs(a), runs(b));
    expectWithin(ours.ratio, wanted.point, TEN_DIGITS);
    expectWithin(ours.interval[0], wanted.welch_on_logs_ci95[0] as number, TEN_DIGITS);
    expectWithin(ours.interval[1], wanted.welch_on_logs_ci95[1] as number, TEN_DIGITS);
    expect(ours).toMatchObject({ method: 'Welch on logs', indicative: false, n: { a: 10, b: 10 } });
  });
});

describe('ratio of runs with windows', () => {
  const { a, b } = data.ratio_nested;
  const wanted = expected.ratio_bootstrap.nested;
  const windows = (arm: string, rows: number[][]): Sample[] =>
    rows.flatMap((row, i) => row.map((value) => ({ value, block: `${arm}${i}` })));

  it('never resamples windows as if they were runs', () => {
    const { interval, method } = compare(windows('a', a), windows('b', b));
    const wrong = wanted.wrong_answer.pooled_windows;
    expect(method).toBe('Welch on block means');
    expect(interval[0]).toBeLessThan(wrong.lower);
    expect(interval[1]).toBeGreaterThan(wrong.upper);
    // Logs of means and means of logs differ in the fifth digit here.
    expectWithin(interval[0], wanted.welch_on_run_means_ci95[0] as number, 1e-4);
    expectWithin(interval[1], wanted.welch_on_run_means_ci95[1] as number, 1e-4);
  });
});

describe('ratio of runs whose windows are of different number', () => {
  const runOf = (name: string, value: number, windows: number): Sample[] =>
    Array.from({ length: windows }, () => ({ value, block: name }));

  it('weighs each run the same, as its interval does', () => {
    const { ratio, interval } = compare(
      [...runOf('a0', 100, 9), ...runOf('a1', 200, 1)],
      [...runOf('b0', 110, 1), ...runOf('b1', 220, 9)],
    );
    expectWithin(ratio, 1.1, TEN_DIGITS);
    expectWithin(Math.sqrt((interval[0] ?? 0) * (interval[1] ?? 0)), ratio, TEN_DIGITS);
  });
});

describe('the verdict', () => {
  const random = seededRandom(21);
  const arm = (level: number, cv: number, n = 10): number[] =>
    Array.from({ length: n }, () => level * Math.exp(cv * random.normal()));

  it.each([
    { why: 'a clear gain', level: 1.3, cv: 0.02, better: 'higher', verdict: 'b-faster' },
    {
      why: 'a clear gain where less is better',
      level: 0.7,
      cv: 0.02,
      better: 'lower',
      verdict: 'b-faster',
    },
    {
      why: 'a clear loss where less is better',
      level: 1.3,
      cv: 0.02,
      better: 'lower',
      verdict: 'a-faster',
    },
    {
      why: 'a difference smaller than the margin',
      level: 1.02,
      cv: 0.002,
      better: 'higher',
      verdict: 'equivalent',
    },
    {
      why: 'too much noise to say',
      level: 1.02,
      cv: 0.2,
      better: 'higher',
      verdict: 'no-detectable-difference',
    },
  ] as const)('of $why is $verdict', ({ level, cv, better, verdict }) => {
    const result = compare(runs(arm(100, cv)), runs(arm(100 * level, cv)), { better });
    expect(result.verdict).toBe(verdict);
  });

  it('asks for equivalence before difference', () => {
    const result = compare(runs(arm(100, 0.002)), runs(arm(102, 0.002)));
    expect(result.interval[0]).toBeGreaterThan(1);
    expect(result.verdict).toBe('equivalent');
    expect(compare(runs(arm(100, 0.002)), runs(arm(102, 0.002)), { margin: 0.01 }).verdict).toBe(
      'b-faster',
    );
  });

  it('is mirrored when the arms change places', () => {
    const [a, b] = [runs(arm(100, 0.05)), runs(arm(120, 0.05))];
    const there = compare(a, b);
    const back = compare(b, a);
    expectNear(there.ratio * back.ratio, 1, 1e-12);
    expectNear((there.interval[0] as number) * (back.interval[1] as number), 1, 1e-12);
    expect([there.verdict, back.verdict]).toEqual(['b-faster', 'a-faster']);
    expectNear(there.cliffsDelta, -back.cliffsDelta, 1e-12);
    expect(there.cliffsDelta).toBeGreaterThan(0);
  });

  it('names the noise floor, its absence, and a difference inside it', () => {
    const [a, b] = [runs(arm(100, 0.005)), runs(arm(108, 0.005))];
    expect(compare(a, b, { noiseFloor: null }).warnings.join()).toContain('No noise floor');
    expect(compare(a, b).warnings).toEqual([]);
    expect(compare(a, b, { noiseFloor: 0.02 }).warnings).toEqual([]);
    expect(compare(a, b, { noiseFloor: 0.2 }).warnings.join()).toContain('inside the noise floor');
  });

  it('is indicative below ten runs per arm', () => {
    const result = compare(runs(arm(100, 0.02, 9)), runs(arm(100, 0.02, 12)));
    expect(result.indicative).toBe(true);
    expect(result.warnings.join()).toContain('Indicative only: 9 and 12 runs');
  });

  it('has no interval for a single run, and says why', () => {
    const result = compare(runs([100]), runs([110, 111]));
    expect(result).toMatchObject({ interval: [null, null], verdict: 'no-detectable-difference' });
    expect(result.warnings.join()).toContain('There is no interval');
    expect(result.smallestDetectableChange).toBeNull();
  });

  it('refuses values without a logarithm, empty arms and a negative margin', () => {
    expect(() => compare(runs([1, 0]), runs([1]))).toThrow('value 1 is 0');
    expect(() => compare([], runs([1]))).toThrow('a run in each arm');
    expect(() => compare(runs([1]), runs([1]), { margin: -1 })).toThrow('margin');
  });
});

describe('blocks', () => {
  // Blocks drift by far more than B gains: only the pairing sees the gain.
  const drift = [1, 1.4, 0.8, 1.9, 1.2];
  const noise = [0.002, -0.001, 0.001, -0.002, 0.0005];
  const a = drift.flatMap((d, i) => [
    { value: 100 * d, block: `${i}` },
    { value: 101 * d, block: `${i}` },
  ]);
  const b = drift.flatMap((d, i) => [
    { value: 110 * d * (1 + (noise[i] as number)), block: `${i}` },
    { value: 111.1 * d, block: `${i}` },
  ]);

  it('pair the arms', () => {
    const paired = compare(a, b);
    expect(paired).toMatchObject({ method: 't on block contrasts', verdict: 'b-faster' });
    expect(paired.n).toEqual({ a: 10, b: 10, blocks: 5 });
    expectNear(paired.ratio, 1.1, 0.001);
    const alone = compare(runs(a.map(({ value }) => value)), runs(b.map(({ value }) => value)));
    expect(alone.verdict).toBe('no-detectable-difference');
    expectNear(alone.ratio, paired.ratio, 1e-12);
  });

  it('pair no run that belongs to none, and say so', () => {
    const mixed = compare([...a, { value: 1000 }], b);
    expectNear(mixed.ratio, 1.1, 0.001);
    expect(mixed.warnings.join()).toContain('1 run(s) belong to no block and are left out');
  });

  it('of one arm only are left out with a warning, and too few give no interval', () => {
    expect(compare(a, b.slice(2)).warnings.join()).toContain(
      '1 block(s) have runs of one arm only',
    );
    expect(compare(a, b.slice(1)).warnings.join()).toContain('different numbers of runs');
    expect(compare(a.slice(0, 4), b.slice(0, 4)).interval).toEqual([null, null]);
  });
});

describe('the order of runs', () => {
  it('cancels a steady drift inside every block, and mirrors neighbouring blocks', () => {
    const order = blockOrder(6);
    expect(order.join('')).toBe('abbabaababba');
    for (let block = 0; block < 3; block += 1) {
      const places = (arm: string) =>
        [0, 1, 2, 3].filter((place) => order[4 * block + place] === arm);
      expect(places('a').reduce((t, i) => t + i)).toBe(places('b').reduce((t, i) => t + i));
    }
    expect(() => blockOrder(5)).toThrow('must be even');
  });
});

describe('the turns of few runs', () => {
  it('go in mirrored pairs, so that three runs per arm have an interval', () => {
    const turns = turnOrder(3);
    expect(turns.map(({ arm }) => arm).join('')).toBe('abbaab');
    expect(turns.map(({ block }) => block)).toEqual([0, 0, 1, 1, 2, 2]);
    const runs = (wanted: string): Sample[] =>
      turns.flatMap(({ arm, block }, index) =>
        arm === wanted ? [{ value: 100 + index, block: `${block}` }] : [],
      );
    expect(compare(runs('a'), runs('b'))).toMatchObject({ n: { blocks: 3 } });
    expect(compare(runs('a'), runs('b')).interval[0]).not.toBeNull();
  });

  it('become blocks of four from ten on, which must be even', () => {
    expect(turnOrder(10).map(({ arm }) => arm)).toEqual(blockOrder(10));
    expect(turnOrder(10).at(-1)).toEqual({ arm: 'a', block: 4 });
    expect(() => turnOrder(11)).toThrow('must be even');
    expect(() => turnOrder(0)).toThrow('a run in each arm');
  });
});

describe('noise floor', () => {
  const planned = { runs: 10, blocks: 5 };
  it('is the far end of the A/A interval, with what it lets later runs detect', () => {
    const random = seededRandom(3);
    const arm = (): Sample[] => runs(Array.from({ length: 10 }, () => 50 + random.normal()));
    const noise = noiseFloor(arm(), arm(), planned);
    const [low, high] = noise.interval as [number, number];
    expectNear(noise.floor, Math.max(high, 1 / low) - 1, 1e-12);
    expectNear(noise.cv, 0.02, 0.008);
    expectWithin(noise.smallestDetectableChange, Math.expm1((noise.cv as number) * 1.662476), 1e-6);
    expect(noise.warnings).toEqual([]);
  });

  it('says when A differs from A', () => {
    const noise = noiseFloor(runs([100, 101, 99, 100]), runs([120, 121, 119, 120]), planned);
    expect(noise.warnings.join()).toContain('A against A differs');
    expect(noiseFloor(runs([100]), runs([100]), planned).floor).toBeNull();
  });
});

describe('the blocks that a half width takes', () => {
  const n = { a: 10, b: 10, blocks: 10 };
  it.each<[string, [number, number], number, number | null]>([
    ['three at least: two give no interval', [0.9999, 1.0001], 0.5, 3],
    ['as many as there were for the same half width', [1 / 1.1, 1.1], 0.1001, 10],
    ['none that could be measured', [0.01, 100], 0.001, null],
  ])('%s', (_why, interval, halfWidth, blocks) => {
    expect(blocksFor(halfWidth, { interval, n })).toBe(blocks);
  });
});
