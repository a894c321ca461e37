import { expect, it } from 'vitest';
import { armOf, type Series } from '../../measure/turns/interleaved';
import { compare } from '../../statistics/comparison';
import { expectWithin, TEN_DIGITS } from '../../statistics/fixtures/within';
import { compareFixture } from '../turns.fixture';
import { meanOfArm } from './analyse';

const { experiment } = compareFixture().found;
if (experiment?.kind !== 'compare') throw new Error('no comparison');
const [first] = experiment.compared;
if (first === undefined) throw new Error('nothing was compared');

it('the figures of both arms have the ratio beside them, however skewed the blocks are', () => {
  // Most of B's runs take 5, a few of them far longer; one block has a run of A more.
  const values = { a: [4, 4, 5, 4, 5, 4], b: [5, 60, 5, 5, 50, 5] };
  const runs = (['a', 'b'] as const).flatMap((arm) =>
    values[arm].map((value, block) => ({
      ...{ trial: block + 1, subject: 0, arm, block, value, outcome: 'held' as const },
    })),
  );
  const extra = { trial: 9, subject: 0, arm: 'a' as const, block: 0, value: 9 };
  const skewed: Series = { ...first, runs: [...runs, { ...extra, outcome: 'held' }] };
  const { ratio } = compare(armOf(skewed, 'a'), armOf(skewed, 'b'));
  expect(ratio).toBeGreaterThan(2);
  expectWithin(meanOfArm(skewed, 'b') / meanOfArm(skewed, 'a'), ratio, TEN_DIGITS);
});
