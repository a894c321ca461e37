import { describe, expect, it } from 'vitest';
import { expectNear } from '../../statistics/fixtures/within';
import { type Random, seededRandom } from '../../statistics/random';
import {
  judgeNight,
  NIGHTS_LOOKED_BACK,
  NIGHTS_OF_A_LEVEL,
  type NightSeries,
  type NightVerdict,
} from './verdict';

const night = (level: number, random: Random): number[] => [level * (1 + 0.02 * random.normal())];
const nights = (count: number, level: number, random: Random): number[][] =>
  Array.from({ length: count }, () => night(level, random));

/** Ten series of `count` quiet nights; the first ends with nights at another level. */
function machine(count: number, stepped: number[][], random: Random): NightSeries[] {
  return Array.from({ length: 10 }, (_, i) => ({
    name: `s${i}`,
    better: 'lower' as const,
    nights: i === 0 ? [...nights(count, 100, random), ...stepped] : nights(count + 1, 100, random),
  }));
}

const stateOf = (verdicts: readonly NightVerdict[], name = 's0') =>
  verdicts.find((verdict) => verdict.name === name);

describe('the verdict of a night', () => {
  it('suspects a large step on its first night, and says how large and since when', () => {
    const random = seededRandom(1);
    const verdict = stateOf(judgeNight(machine(60, [[130]], random), { random }));
    expect(verdict).toMatchObject({ state: 'suspicious', direction: 'regression' });
    expect(verdict?.change?.index).toBe(60);
    expectNear(verdict?.change?.effect, 0.3, 0.02);
  });

  it('reports only after re-runs in the same night confirm it', () => {
    const random = seededRandom(2);
    const before = machine(60, [], random);
    const judge = (tonight: number[]): NightVerdict | undefined =>
      stateOf(
        judgeNight(
          before.map((one) =>
            one.name === 's0' ? { ...one, nights: [...one.nights, tonight] } : one,
          ),
          { random: seededRandom(3), only: new Set(['s0']) },
        ),
      );
    expect(judge([130])?.state).toBe('suspicious');
    expect(judge([130, 129, 131])).toMatchObject({ state: 'changed', direction: 'regression' });
    expect(judge([130, 129, 131])?.change?.index).toBe(60);
    expect(judge([130, 100, 101])?.state).toBe('unconfirmed');
    // Still unsure, so it is measured twice more, but not without end.
    expect(judge([106, 105, 105])?.state).toBe('suspicious');
    expect(judge([106, 105, 105, 109, 109])?.state).toBe('changed');
    expect(judge([104, 104, 102, 103, 102, 103, 102])?.state).toBe('unconfirmed');
  });

  it('finds a step even with a dozen nights of history, as the first weeks have', () => {
    const random = seededRandom(4);
    const series = machine(12, [[140, 139, 141]], random);
    expect(stateOf(judgeNight(series, { random }))?.state).toBe('changed');
  });

  it('stays the same the next night, and is gone on the night that it is fixed', () => {
    const random = seededRandom(11);
    const quiet = machine(60, [], random).map((one) => ({
      ...one,
      nights: one.nights.slice(0, 60),
    }));
    const judge = (...last: number[][]): NightVerdict | undefined => {
      const series = quiet.map((one) =>
        one.name === 's0' ? { ...one, nights: [...one.nights, ...last] } : one,
      );
      return stateOf(judgeNight(series, { random, only: new Set(['s0']) }));
    };
    const regressed = [130, 129, 131];
    expect(judge(regressed)).toMatchObject({ state: 'changed', change: { index: 60 } });
    expect(judge(regressed, [131])?.state).toBe('suspicious');
    expect(judge(regressed, regressed)).toMatchObject({ state: 'changed', change: { index: 60 } });
    expect(judge(regressed, regressed, [100, 101, 99])?.state).toBe('unconfirmed');
    const fixed = Array.from({ length: 20 }, () => [100 * (1 + 0.02 * random.normal())]);
    expect(judge(regressed, regressed, ...fixed)?.state).toBe('quiet');
  });

  it('reports an improvement as one, by what is better', () => {
    const random = seededRandom(5);
    const series = machine(60, [[70, 71, 69]], random);
    expect(stateOf(judgeNight(series, { random }))).toMatchObject({
      state: 'changed',
      direction: 'improvement',
    });
    const rates = series.map((one) => ({ ...one, better: 'higher' as const }));
    expect(stateOf(judgeNight(rates, { random }))?.direction).toBe('regression');
  });

  it('stays quiet over a step smaller than the least effect', () => {
    const random = seededRandom(6);
    const precise = machine(60, [], random).map((one) => ({
      ...one,
      nights: [
        ...Array.from({ length: 60 }, () => [100 + 0.05 * random.normal()]),
        [102, 102, 102],
      ],
    }));
    const only = new Set(['s0']);
    expect(stateOf(judgeNight(precise, { random, only }))?.state).toBe('unconfirmed');
    expect(stateOf(judgeNight(precise, { random, only, minEffect: 0.01 }))?.state).toBe('changed');
  });

  it('sees a small lasting step that no ten nights show', () => {
    const random = seededRandom(7);
    const series = machine(200, [...nights(60, 104, random), [104, 104.5, 104.2]], random).map(
      (one) => ({
        ...one,
        nights: one.name === 's0' ? one.nights : [...one.nights, ...nights(60, 100, random)],
      }),
    );
    const verdict = stateOf(judgeNight(series, { random, only: new Set(['s0']) }));
    expect(verdict?.state).toBe('changed');
    expectNear(verdict?.change?.index, 200, 3);
  });

  it('counts nights from the first given, also beyond those it looks back on', () => {
    const random = seededRandom(8);
    const verdict = stateOf(judgeNight(machine(600, [[130], [131]], random), { random }));
    expect(verdict?.change?.index).toBe(600);
  });

  it('gives the same verdict on ten years as on their last four hundred nights', () => {
    const decade = machine(3650, [[130], [131]], seededRandom(12));
    const recent = decade.map((one) => ({ ...one, nights: one.nights.slice(-NIGHTS_LOOKED_BACK) }));
    const verdict = stateOf(judgeNight(decade, { random: seededRandom(13) }));
    const ofRecent = stateOf(judgeNight(recent, { random: seededRandom(13) }));
    const before = 3652 - NIGHTS_LOOKED_BACK;
    expect(verdict?.change).toEqual({
      ...ofRecent?.change,
      index: (ofRecent?.change?.index ?? 0) + before,
    });
    expect(verdict?.change?.index).toBe(3650);
  });

  it('gives no verdict on a short series, and says why', () => {
    const random = seededRandom(9);
    const [verdict] = judgeNight(
      [{ name: 'new', better: 'lower', nights: nights(NIGHTS_OF_A_LEVEL, 100, random) }],
      { random },
    );
    expect(verdict).toMatchObject({ state: 'short', change: null });
    expect(verdict?.warnings[0]).toContain('9 nights before tonight');
    expect(judgeNight([], { random })).toEqual([]);
  });

  it('judges only the series in `only`', () => {
    const random = seededRandom(10);
    const verdicts = judgeNight(machine(30, [[100]], random), { random, only: new Set(['s3']) });
    expect(verdicts.map(({ name }) => name)).toEqual(['s3']);
  });
});
