import { describe, expect, it } from 'vitest';
import { blockOrder } from '../lab/measure/turns/block-order';
import { type BlockOf, orderOf, runsOf } from './side-by-side';

describe('three arms in turn', () => {
  const arms = ['one', 'two', 'three'] as const;
  const pairs = arms.flatMap((a, index) => arms.slice(index + 1).map((b) => [a, b] as const));

  it.each(pairs)('give %s and %s the order that a comparison asks for', (a, b) => {
    const order = [0, 1, 2, 3]
      .flatMap((turn) => orderOf(arms, turn))
      .filter((arm) => arm === a || arm === b)
      .map((arm) => (arm === a ? 'a' : 'b'));
    expect(order).toEqual(blockOrder(4));
  });
});

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
