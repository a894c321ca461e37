import { describe, expect, it, test } from 'vitest';
import { seededRandom } from '../../statistics/random';
import { describeBroken, formatCheckedBound, formatCheckedFigure, toldApart } from './checked';
import { type Check, judgeStep } from './validity';

const check = (figure: number, bound: number, unit = 'cores'): Check => ({
  ...{ name: 'steal', figure, bound, unit, reason: 'because' },
  outcome: figure > bound ? 'broken' : 'ok',
});

describe('a figure beside its bound', () => {
  test.each([
    [0.104, 0.1, 'cores', 'steal 0.104 cores, at most 0.100 allowed'],
    [0.6, 0.1, 'cores', 'steal 0.6 cores, at most 0.1 allowed'],
    [0.15, 0.1, 'cores', 'steal 0.15 cores, at most 0.10 allowed'],
    [0.1 + 1e-9, 0.1, 'cores', 'steal over 0.1 cores, at most 0.1 allowed'],
    [0.2, 0.1234, 'cores', 'steal 0.2 cores, at most 0.1234 allowed'],
    [0.803, 0.8, 'share', 'steal 80.3 %, at most 80.0 % allowed'],
    [0.07 + 1e-17, 0.07 - 1e-17, 'share', 'steal over 7 %, at most 7 % allowed'],
    [1, 1 / 3, 'share', 'steal 100 %, at most 33.33 % allowed'],
    [3, 0, 'answers', 'steal 3 answers, none allowed'],
    [0.0004, 0, 's', 'steal 0.0004 s, none allowed'],
  ])('%d over %d %s: %s', (figure, bound, unit, said) => {
    expect(describeBroken(check(figure, bound, unit))).toBe(said);
  });

  /** In hundredths and farther, closer and closer to the bound, on both sides of it. */
  const cases = (() => {
    const random = seededRandom(16);
    return Array.from({ length: 3000 }, () => {
      const bound = Number((random.uniform() * 2).toFixed(2));
      const off = 10 ** (-14 * random.uniform()) * (random.uniform() < 0.5 ? -1 : 1);
      return { bound, figure: Math.max(0, bound + off) };
    });
  })();
  const readBack = (said: string, bound: number): number => {
    const [, word, digits] = /^(over |under )?([\d.]+)/.exec(said) ?? [];
    if (word === undefined) return Number(digits);
    expect(Number(digits), said).toBe(bound);
    return word === 'over ' ? Infinity : -Infinity;
  };

  it('is printed so that the two compare as the numbers do, in sentences and in tables', () => {
    for (const unit of ['cores', 'share', 'answers']) {
      for (const { figure, bound } of cases) {
        const one = check(figure, bound, unit);
        const limit = unit === 'share' ? Number((100 * bound).toPrecision(12)) : bound;
        const printed = formatCheckedFigure(one);
        const side = Math.sign(figure - bound);
        expect(Math.sign(readBack(printed, limit) - limit), `${figure} ${bound}`).toBe(side);
        if (bound > 0) expect(formatCheckedBound(one)).toContain(`at most ${limit} `);
        if (side <= 0) continue;
        const [, said = '', allowed = ''] =
          /^steal (.+?) (?:%|cores|answers), (?:at most )?([\d.]+|none)/.exec(
            describeBroken(one),
          ) ?? [];
        expect(said).not.toBe(allowed);
        const most = allowed === 'none' ? 0 : Number(allowed);
        expect(readBack(said, limit), describeBroken(one)).toBeGreaterThan(most);
      }
    }
  });

  it('is what every broken check of a step says', () => {
    const { reasons, checks } = judgeStep({
      ...{
        measured: true,
        unmeasuredBecause: '',
        subjectIncidents: [],
        cutSeconds: 0.001,
        wrongBodies: 1,
        dropped: 0,
      },
      ...{ generatorShare: 0.8001, lateShare: 0.0101, heldUp: { ms: 20.04, sloMs: 100 } },
      interference: {
        ...{ otherCores: 1, stealCores: 0 },
        sets: [
          {
            parts: ['subject'],
            cores: 1,
            others: 0.1004,
            steal: 0.1000001,
            waiting: 1,
            longestHiccupMs: 0,
          },
          {
            parts: ['generator'],
            cores: 3,
            others: 0.0999,
            steal: 0,
            waiting: null,
            longestHiccupMs: 0,
          },
        ],
      },
      ...{ waitingShare: 1, littlesLaw: { users: 100, product: 105.01, cycleSeconds: 1 } },
    });
    const broken = checks.filter(({ outcome }) => outcome === 'broken');
    expect(broken).toHaveLength(8);
    expect(reasons.map((reason) => reason.split(': ')[0])).toEqual(broken.map(describeBroken));
    for (const reason of reasons) expect(reason).toMatch(/ (none|at most [\d.]+( %)?) allowed: /);
  });
});

it('keeps the decimals that are asked for where they tell enough', () => {
  expect(toldApart(12.34, 10, 1)).toBe('12.3');
  expect(toldApart(9.97, 10, 0)).toBe('9.97');
  expect(toldApart(10, 10, 1)).toBe('10.0');
});
