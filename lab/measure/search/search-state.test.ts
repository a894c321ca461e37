import { describe, expect, it } from 'vitest';
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
