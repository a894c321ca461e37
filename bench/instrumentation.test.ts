import { describe, expect, it } from 'vitest';
import { blockOrder } from '../lab/analysis/comparing/block-order';
import { blockOf } from './instrumentation';
import { type ArmName, arms } from './instrumentation/arms';

describe('three arms in turn', () => {
  const pairs = arms.flatMap((a, index) => arms.slice(index + 1).map((b) => [a, b] as const));

  it.each(pairs)('give %s and %s the order that a comparison asks for', (a, b) => {
    const order = [0, 1, 2, 3]
      .flatMap(blockOf)
      .filter((arm) => arm === a || arm === b)
      .map((arm: ArmName) => (arm === a ? 'a' : 'b'));
    expect(order).toEqual(blockOrder(8));
  });
});
