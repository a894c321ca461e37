import { expect, test } from 'vitest';
import { comparePaired, type PairedRuns, renderPaired } from './paired';

test('each figure is compared inside its blocks', () => {
  // A machine that gets slower all the time, by as much for both.
  const blocks = [0, 1, 2, 3, 4, 5].map((hour) => ({ block: String(hour), drift: 0.9 ** hour }));
  const times = (factor: number) =>
    blocks.map(({ block, drift }) => ({ block, value: drift * factor }));
  const runs: PairedRuns = new Map([['rate', { a: times(100), b: times(200) }]]);
  const [rate] = comparePaired(runs);
  expect(rate).toMatchObject({ name: 'rate', comparison: { verdict: 'b-faster' } });
  expect(rate?.comparison.ratio).toBeCloseTo(2, 6);
  const text = renderPaired(comparePaired(runs), { figure: 'figure', a: 'theirs', b: 'ours' });
  expect(text).toMatch(/rate .*2\.000 \(.* ours better/);
  expect(text).toContain('Indicative only');
});
