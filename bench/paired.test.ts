import { expect, test } from 'vitest';
import { comparePaired, measureInTurn, renderPaired } from './paired';

test('arms take turns in mirrored blocks, and each figure is compared inside them', async () => {
  const order: string[] = [];
  let hour = 0;
  const runs = await measureInTurn(6, async (arm) => {
    order.push(arm);
    // A machine that gets slower all the time, by as much for both.
    hour += 1;
    const drift = Math.exp(-hour / 10);
    return { rate: drift * (arm === 'b' ? 200 : 100), other: 1 + hour / 100 };
  });
  expect(order.join('')).toBe('abbabaababba');
  const [rate] = comparePaired(runs);
  expect(rate).toMatchObject({ name: 'rate', comparison: { verdict: 'b-faster' } });
  expect(rate?.comparison.ratio).toBeCloseTo(2, 6);
  const text = renderPaired(comparePaired(runs), { figure: 'figure', a: 'theirs', b: 'ours' });
  expect(text).toMatch(/rate .*2\.000 \(.* ours better/);
  expect(text).toContain('Indicative only');
});
