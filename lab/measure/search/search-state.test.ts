import { describe, expect, it } from 'vitest';
import { nextMove } from './search-move';
import { searchState } from './search-state';
import { fourMinutes, trialsOf } from './search-state.fixture';

describe('where the generator is the limit', () => {
  const limitAfter = (words: string) => searchState(fourMinutes, trialsOf(words)).generatorLimitRps;

  it.each([
    ['4000G5', null, 'one trial may be a hiccup'],
    ['4000G5 4000G5', 2000, 'nothing is known below: half of it'],
    ['1000H5 4000G5 4000G5', 2000, 'halfway in ratio to what was measured below'],
    ['3900H5 4000G5 4000G5', 3900, 'no lower than what was measured'],
    ['4000F5 4000G5 4000G5', null, 'what failed there is the subject’s own limit'],
  ])('%s: the next load is %s, as %s', (words, limit, _why) => {
    expect(limitAfter(words)).toBe(limit);
  });
});

describe('the time that a search has spent', () => {
  const timed = (words: string, ...tookSeconds: number[]) =>
    trialsOf(words).map((trial, index) => {
      const took = tookSeconds[index];
      return took === undefined ? trial : { ...trial, tookSeconds: took };
    });

  it('is the clock’s, where it knows: users who log in delay k6’s start', () => {
    // Steps of 7 s each, warm-up included.
    const { spentSeconds, overheadSeconds } = searchState(
      fourMinutes,
      timed('448H5 540F5', 10.1, 18.4, 17.2),
    );
    expect(spentSeconds).toBeCloseTo(10.1 + 18.4 + 17.2);
    expect(overheadSeconds).toBeCloseTo(17.2 - 7);
  });

  it('is that of the steps and three seconds each, where the clock knows less', () => {
    const { spentSeconds, overheadSeconds } = searchState(fourMinutes, timed('448H5', 4));
    expect(spentSeconds).toBe(2 * (7 + 3));
    expect(overheadSeconds).toBe(3);
  });

  it('leaves no trial that would end after the budget', () => {
    const trials = trialsOf('448H5 540F5 492F5 470F5');
    const slow = trials.map((trial) => ({ ...trial, tookSeconds: 46 }));
    expect(nextMove(fourMinutes, searchState(fourMinutes, trials)).kind).toBe('trial');
    expect(nextMove(fourMinutes, searchState(fourMinutes, slow))).toMatchObject({
      ending: 'budget',
    });
  });
});
