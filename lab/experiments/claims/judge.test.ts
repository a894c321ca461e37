import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../statistics/random';
import { claims } from './catalogue';
import type { Evidence, Figure } from './design';
import { judge, type Outcome, outcomeOf, type Rule, type Test, type Verdict } from './judge';

const figure = (key: string, interval: Figure['interval'], rest: Partial<Figure> = {}): Figure => ({
  key,
  title: `figure ${key}`,
  unit: 'times',
  value: Math.sqrt((interval[0] ?? 1) * (interval[1] ?? 1)),
  interval,
  noiseFloor: null,
  runs: 10,
  ...rest,
});
const evidence = (...figures: Figure[]): Evidence => ({
  experiment: 'e',
  sources: [{ run: 'r', startedAt: '2026-01-01T00:00:00.000Z', commit: null, reused: true }],
  figures,
  absent: [],
  warnings: [],
});
const above = (key: string, bound = 2): Test => ({
  experiment: 'e',
  figure: key,
  side: 'above',
  bound,
});
const judged = (rule: Rule, ...figures: Figure[]) =>
  judge(rule, { evidence: [evidence(...figures)], missing: [] });

describe('one figure and one bound', () => {
  it.each<[string, Figure['interval'], Partial<Figure>, Outcome]>([
    ['wholly above holds', [2.1, 2.5], {}, 'holds'],
    ['wholly below fails', [1.5, 1.9], {}, 'fails'],
    ['across the bound decides nothing', [1.9, 2.1], {}, 'open'],
    ['an end on the bound decides nothing', [2, 2.5], {}, 'open'],
    ['no interval decides nothing', [null, null], {}, 'open'],
    ['one known end above holds', [2.1, null], { isBounds: true }, 'holds'],
    ['one known end below decides nothing above', [1.9, null], { isBounds: true }, 'open'],
    ['inside what A against A shows holds', [2.1, 2.2], { noiseFloor: 0.1 }, 'holds'],
    ['what was counted is its own interval', [3, 3], { runs: null }, 'holds'],
  ])('%s', (_why, interval, rest, outcome) => {
    expect(outcomeOf(above('x'), figure('x', interval, rest)).outcome).toBe(outcome);
  });

  it('says how many blocks have an even chance, as many as bring the interval to the bound', () => {
    // Ten blocks of this spread: half a width of ln 1.1, a bound that is half of that away.
    const value = 2 * Math.sqrt(1.1);
    const inTurns = { inTurns: true } as const;
    const straddling = figure('x', [value / 1.1, value * 1.1], inTurns);
    const { why } = outcomeOf(above('x'), straddling);
    const said = /about (\d+) blocks instead of 10 would have an even chance to decide it/;
    const [, blocks] = said.exec(why ?? '') ?? [];
    // Four times as many for half the width, and somewhat fewer because Student's factor falls.
    expect(Number(blocks)).toBeGreaterThan(30);
    expect(Number(blocks)).toBeLessThan(40);
    const ofRepeats = { ofRepeats: true, degreesOfFreedom: 9 } as const;
    const ofScaling = figure('x', [value / 1.1, value * 1.1], ofRepeats);
    expect(outcomeOf(above('x'), ofScaling).why).toBe(why?.replace('blocks', 'repeats'));
    // A tenth of the width takes about a hundred times as many; the bound itself is never left.
    const near = 2 * 1.1 ** (1 / 10);
    for (const middle of [near, 2]) {
      const onIt = figure('x', [middle / 1.1, middle * 1.1], inTurns);
      expect(outcomeOf(above('x'), onIt).why).toBe(
        'the interval contains the threshold, and no affordable number of blocks would decide it',
      );
    }
    const rounds = figure('x', [value / 1.1, value * 1.1], { runs: 3 });
    expect(outcomeOf(above('x'), rounds).why).toBe('the interval contains the threshold');
    const bounds = figure('x', [1.8, 2.4], { isBounds: true, runs: 1 });
    expect(outcomeOf(above('x'), bounds).why).toBe(
      'the threshold lies between the bounds of the search',
    );
  });

  it('counts repeats by the degrees of freedom of both arms', () => {
    const of = (degreesOfFreedom: number) => {
      const rest = { ofRepeats: true, runs: 5, degreesOfFreedom } as const;
      const value = 2 * Math.sqrt(1.1);
      const { why } = outcomeOf(above('x'), figure('x', [value / 1.1, value * 1.1], rest));
      return Number(/about (\d+) repeats instead of 5/.exec(why ?? '')?.[1]);
    };
    // Half the width. Of one arm: t(4) / sqrt(5) / 2 = 0.621, t(12) / sqrt(13) = 0.604, t(11) / sqrt(12) = 0.635.
    expect(of(4)).toBe(13);
    // Of two arms: t(8) / sqrt(5) / 2 = 0.516, t(30) / sqrt(16) = 0.511, t(28) / sqrt(15) = 0.529.
    expect(of(8)).toBe(16);
    const { degreesOfFreedom: _, ...earlier } = figure('x', [1.7, 2.6], { ofRepeats: true });
    expect(outcomeOf(above('x'), earlier).why).toBe('the interval contains the threshold');
  });

  it('below mirrors above', () => {
    const low = figure('x', [1.5, 1.9]);
    expect(outcomeOf({ side: 'below', bound: 2 }, low).outcome).toBe('holds');
    expect(outcomeOf({ side: 'below', bound: 1 }, low).outcome).toBe('fails');
  });
});

describe('a verdict', () => {
  const both: Rule = { tests: [above('x'), above('y')] };
  const high = (key: string) => figure(key, [3, 4]);
  const low = (key: string) => figure(key, [1, 1.5]);
  const wide = (key: string) => figure(key, [1, 4]);

  it.each<[string, Figure[], Verdict]>([
    ['supported, where all hold', [high('x'), high('y')], 'supported'],
    ['refuted, where all fail', [low('x'), low('y')], 'refuted'],
    ['depends, where they disagree', [high('x'), low('y')], 'depends'],
    ['not enough evidence, where one is open', [high('x'), wide('y')], 'not enough evidence'],
    [
      'not enough evidence, where one fails and one is open',
      [low('x'), wide('y')],
      'not enough evidence',
    ],
    ['not enough evidence, where one is missing', [high('x')], 'not enough evidence'],
  ])('is %s', (_why, figures, verdict) => {
    expect(judged(both, ...figures).verdict).toBe(verdict);
  });

  it('names what it depends on', () => {
    const { because } = judged(both, high('x'), low('y'));
    expect(because).toBe('what is asked: it holds for figure x; it does not for figure y');
  });

  it('says why there is no figure', () => {
    const missing = [{ experiment: 'e', why: 'nobody ran it', impossible: false }];
    const { verdict, because } = judge(both, { evidence: [], missing });
    expect([verdict, because]).toEqual(['not enough evidence', 'nobody ran it']);
  });

  it('depends on what this machine can never tell, and cannot be tested where that is all', () => {
    const missing = [{ experiment: 'w', why: 'one core', impossible: true }];
    const ofCores: Test = { ...above('z'), experiment: 'w' };
    const known = { evidence: [evidence(high('x'))], missing };
    expect(judge({ tests: [above('x'), ofCores] }, known)).toMatchObject({
      verdict: 'depends',
      because: 'what cannot be tested here: z of w, because one core',
    });
    const failing = { evidence: [evidence(low('x'))], missing };
    expect(judge({ tests: [above('x'), ofCores] }, failing).verdict).toBe('refuted');
    const alone = judge({ tests: [ofCores] }, known);
    expect([alone.verdict, alone.because]).toEqual(['cannot be tested here', 'one core']);
  });

  it('is never supported where it depends on more than can be tested', () => {
    const rule: Rule = { tests: [above('x')], provided: 'many machines' };
    expect(judged(rule, high('x'))).toMatchObject({ verdict: 'depends', because: 'many machines' });
    expect(judged(rule, low('x')).verdict).toBe('refuted');
  });

  it('waits until what it assumes is sure', () => {
    const rule: Rule = { given: [above('x')], tests: [above('y')] };
    expect(judged(rule, high('x'), high('y')).verdict).toBe('supported');
    expect(judged(rule, wide('x'), high('y')).verdict).toBe('not enough evidence');
    expect(judged(rule, low('x'), high('y')).verdict).toBe('not enough evidence');
  });

  it('shows the figure that came nearest to deciding otherwise', () => {
    const near = figure('y', [2.1, 2.2]);
    const { decisive } = judged(both, high('x'), near);
    expect(decisive.map(({ measured }) => measured)).toEqual([near]);
  });

  it('is indicative where a figure has fewer than ten runs an arm, and not for what was counted', () => {
    const few = figure('x', [3, 4], { runs: 9 });
    const counted = figure('x', [3, 3], { runs: null });
    expect(judged({ tests: [above('x')] }, few).indicative).toBe(true);
    expect(judged({ tests: [above('x')] }, high('x')).indicative).toBe(false);
    expect(judged({ tests: [above('x')] }, counted).indicative).toBe(false);
  });
});

it('widening an interval never makes a verdict more certain', () => {
  const random = seededRandom(11);
  const keys = ['a', 'b', 'c'];
  const rule: Rule = { tests: keys.map((key) => above(key)) };
  const draw = (key: string): Figure => {
    const centre = 2 * Math.exp(0.5 * random.normal());
    const half = Math.exp(0.3 * Math.abs(random.normal()));
    return figure(key, [centre / half, centre * half], { noiseFloor: 0.02 });
  };
  const sure: Verdict[] = ['supported', 'refuted', 'depends'];
  const seen = new Set<Verdict>();
  for (let round = 0; round < 2000; round += 1) {
    const figures = keys.map(draw);
    const [first, ...rest] = figures as [Figure, ...Figure[]];
    const [low, high] = first.interval as [number, number];
    const factor = 1 + random.uniform();
    const wider = { ...first, interval: [low / factor, high * factor] as const };
    const before = judged(rule, ...figures).verdict;
    const after = judged(rule, wider, ...rest).verdict;
    seen.add(before);
    // It may take a verdict away, and make no other of it: `depends` may lose one of its sides.
    if (after !== before) expect(after, `${before} became ${after}`).toBe('not enough evidence');
    if (before === 'not enough evidence') expect(sure).not.toContain(after);
  }
  expect(seen.size).toBe(4);
});

it.each<[string, Figure['interval'], Verdict]>([
  ['is gone where it is within the bound on either side', [0.95, 1.05], 'supported'],
  ['is not gone where it is as wide as ever', [1.8, 2.2], 'refuted'],
  ['is not gone where it is turned round', [0.45, 0.55], 'not enough evidence'],
  ['may be turned round where its interval says so', [0.85, 1.05], 'not enough evidence'],
])('a gap that tuning closes %s', (_how, interval, verdict) => {
  const rule = claims.find(({ id }) => id === 'tuning-negates') as Rule;
  const of = (experiment: string, ends: Figure['interval']): Evidence => ({
    ...evidence(figure('cpu-per-request', ends)),
    experiment,
  });
  const all = ['db', 'mixed'].flatMap((workload) => [
    of(`apps-${workload}`, [1.8, 2.2]),
    of(`tuned-${workload}`, interval),
  ]);
  expect(judge(rule, { evidence: all, missing: [] }).verdict).toBe(verdict);
});
