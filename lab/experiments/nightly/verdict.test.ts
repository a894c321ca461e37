import { describe, expect, it } from 'vitest';
import { expectNear } from '../../statistics/fixtures/within';
import { judgeNight, ratioOf, type SeriesSoFar } from './verdict';

/** Twenty blocks about a ratio, as far apart as those of a quiet machine. */
const blocksAt = (ratio: number, spread = 0.03): number[] =>
  Array.from({ length: 20 }, (_, i) => ratio * Math.exp(spread * ((i % 5) - 2) * 0.7));

const known: SeriesSoFar = { level: 1, spread: 0.008, suspicion: undefined };
const following = (ratio: number): SeriesSoFar => ({ ...known, suspicion: blocksAt(ratio) });
const stateOf = (blocks: number[], soFar = known, minEffect = 0.03) =>
  judgeNight(blocks, soFar, minEffect).state;

describe('the verdict of a night', () => {
  it.each([
    ['a night as the yardstick', blocksAt(1.005), known, 'quiet'],
    ['one night that is worse', blocksAt(1.06), known, 'suspicious'],
    ['a second one in a row', blocksAt(1.06), following(1.05), 'changed'],
    ['one that is better after one that was worse', blocksAt(0.94), following(1.05), 'suspicious'],
    ['one that is as before after one that was worse', blocksAt(1), following(1.05), 'quiet'],
    ['a step below the least effect, however sure', blocksAt(1.025, 0.001), known, 'quiet'],
    [
      'a large step that its own blocks cannot tell from chance',
      blocksAt(1.06, 0.3),
      known,
      'quiet',
    ],
    [
      'a step within what nights differ by, though no block shows it',
      blocksAt(1.06),
      { ...known, spread: 0.03 },
      'quiet',
    ],
    ['any, before there is a level', blocksAt(1.5), { ...known, level: null }, 'short'],
    ['a step from a measured level', blocksAt(2.2), { ...known, level: 2.05 }, 'suspicious'],
  ] as const)('%s', (_what, blocks, soFar, state) => {
    expect(stateOf([...blocks], soFar)).toBe(state);
  });

  it('has both nights in its change', () => {
    const { change } = judgeNight(blocksAt(1.07), following(1.05), 0.03);
    expectNear(change?.before, 1, 0);
    expectNear(change?.after, 1.06, 0.001);
    expectNear(change?.effect, 0.06, 0.001);
    expect(change?.p).toBeLessThan(1e-6);
  });

  it('takes the geometric mean of its blocks, so that a ratio and its inverse cancel', () => {
    expectNear(ratioOf([2, 0.5]), 1, 1e-12);
  });
});
