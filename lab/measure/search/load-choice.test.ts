// Which load a search tries when its time is nearly up and a bound is missing.
import { expect, it } from 'vitest';
import { nextMove } from './search-move';
import { searchState } from './search-state';
import { fourMinutes, trialsOf } from './search-state.fixture';

const bracketed = '400H5 480F5 440F5 420H5';
const held = '400H15 400H15 400H15';

it.each([
  [`${bracketed} ${held}`, 438, 5, 'there is time: close to the median'],
  [`${bracketed} ${held} 430H15 430F15`, 491, 15, 'one far enough above it to fail'],
  [
    `${bracketed} 480F5 ${held} 430H15 430F15`,
    480,
    15,
    'one that failed, and so needs fewer trials',
  ],
  [
    `${bracketed} 440F15 430F15 410F15 420F15 400H15`,
    400,
    15,
    'no lower bound either: that comes first',
  ],
])('%s: %i for %i s, as %s', (words, load, durationSeconds, _why) => {
  const state = searchState(fourMinutes, trialsOf(words));
  expect(nextMove(fourMinutes, state, false)).toEqual({ kind: 'trial', load, durationSeconds });
});
