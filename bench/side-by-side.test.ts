import { expect, it } from 'vitest';
import { blockOrder } from '../lab/measure/turns/block-order';
import { type BlockOf, orderOf, runsOf } from './side-by-side';

it('gives two arms the order that a comparison asks for', () => {
  expect([0, 1, 2, 3].flatMap((turn) => orderOf(['a', 'b'], turn))).toEqual(blockOrder(4));
});

it.each([3, 4])(
  'lets none of %i arms follow itself, and each have each place equally often',
  (size) => {
    const arms = Array.from({ length: size }, (_, index) => index);
    const rounds = Array.from({ length: 2 * size }, (_, turn) => orderOf(arms, turn));
    const turns = rounds.flat();
    // The next rounds begin as these did.
    expect(turns.filter((arm, at) => arm === turns[(at + 1) % turns.length])).toEqual([]);
    for (const arm of arms) {
      const places = rounds.map((round) => round.indexOf(arm)).sort();
      expect(places).toEqual(arms.flatMap((place) => [place, place]));
      const when = turns.flatMap((one, at) => (one === arm ? [at] : []));
      // As late as the others on average: a steady drift cancels.
      expect(when.reduce((sum, at) => sum + at) / when.length).toBe((turns.length - 1) / 2);
    }
  },
);

it('gives each arm one run per block', () => {
  const share = (answered: number) => ({
    ...{ answered, seconds: 2, requestsPerSecond: answered / 2 },
    ...{ serverCpuSeconds: 1, databaseCpuSeconds: 0 },
  });
  const blocks: BlockOf<'a' | 'b'>[] = [
    { a: { '/json': share(10) }, b: { '/json': share(20) } },
    { a: { '/json': share(12) }, b: { '/json': share(24) } },
  ];
  expect(runsOf(blocks, 'b', '/json', ({ requestsPerSecond }) => requestsPerSecond)).toEqual([
    { block: '0', value: 10 },
    { block: '1', value: 12 },
  ]);
});
