import { expect, it } from 'vitest';
import { headlineOf } from './answer';

it.each([
  [
    'Express carries at least 1.8 times as much micro as Django: 1,180 to 1,534 against 512 to 640 requests per second.',
    'Express carries at least 1.8 times as much micro as Django',
  ],
  [
    'Express holds 99 % of micro within 100 ms at 1,180 requests per second (p99 70 ms), and no longer at 1,534.',
    'Express holds 99 % of micro within 100 ms at 1,180 requests per second',
  ],
  [
    'Django: not settled in 4 minutes: below 402 requests per second (the SLO was broken in 3 of 5 long trials).',
    'Django: not settled in 4 minutes',
  ],
  ['No regression.', 'No regression.'],
])('in a list "%s" is "%s"', (sentence, headline) => {
  expect(headlineOf({ sentences: [sentence, 'Another.'], warnings: [] })).toBe(headline);
});

it('a run without an answer has an empty one', () => {
  expect(headlineOf({ sentences: [], warnings: [] })).toBe('');
});
