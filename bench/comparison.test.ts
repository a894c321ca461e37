// A seeded tenth of the table in docs/method.md. With 300 seeds a true 95 % shows as 92.5 to 97.5 %
// nineteen times in twenty: the bounds below are the requirement widened by that.
import { describe, expect, it } from 'vitest';
import { coverageTable, powerOf } from './comparison';

describe('the comparison, simulated', () => {
  const rows = coverageTable(0.1).filter(({ order }) => order === 'mirrored');

  it.each(rows)(
    'covers the truth at $runs runs per arm, phi $phi, cv $cv',
    ({ covered, seeds }) => {
      expect(covered / seeds).toBeGreaterThanOrEqual(0.925);
      expect(covered / seeds).toBeLessThanOrEqual(0.985);
    },
  );

  it.each(rows)('seldom cries faster over nothing at $runs runs, phi $phi, cv $cv', (row) => {
    expect(row.calledFaster / row.seeds).toBeLessThanOrEqual(0.075);
  });

  it('finds 10 % at a spread of 5 % with ten runs per arm, and 2 % hardly ever', () => {
    const experiment = { order: 'mirrored', runs: 10, phi: 0, cv: 0.05 } as const;
    expect(powerOf({ ...experiment, ratio: 1.1 }, 300)).toBeGreaterThan(0.8);
    expect(powerOf({ ...experiment, ratio: 1.02 }, 300)).toBeLessThan(0.25);
  });
});
