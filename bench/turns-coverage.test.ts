// A seeded tenth of the table in docs/method.md, on the two machines that are hardest on it. Of 200
// comparisons a true 93 to 97 % shows as 88.5 to 99.5 % more than 99 times in a hundred.
import { describe, expect, it } from 'vitest';
import { coverageInTurns } from './turns-coverage';

describe('a comparison in turns, simulated with a drifting machine, stalls and block effects', () => {
  const rows = coverageInTurns(0.1, ['drifting', 'stalls half seen']);

  it.each(rows)(
    'covers the truth: $machine, $blocks blocks, ratio $ratio, $measure',
    ({ covered, comparisons }) => {
      expect(covered / comparisons).toBeGreaterThanOrEqual(0.885);
      expect(covered / comparisons).toBeLessThanOrEqual(0.995);
    },
  );

  it('covers 93 to 97 % on the whole', () => {
    const sum = (of: (row: (typeof rows)[number]) => number) =>
      rows.reduce((total, row) => total + of(row), 0);
    const share = sum(({ covered }) => covered) / sum(({ comparisons }) => comparisons);
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(0.97);
  });

  it('finds CPU per request within a few percent where means are lost in stalls', () => {
    const half = (measure: string) =>
      rows.find(
        (row) =>
          row.machine === 'stalls half seen' &&
          row.measure === measure &&
          row.blocks === 10 &&
          row.ratio === 1,
      )?.halfWidth ?? Number.NaN;
    expect(half('CPU per request')).toBeLessThan(0.05);
    expect(half('median')).toBeLessThan(0.06);
    expect(half('mean')).toBeGreaterThan(0.1);
  });
});
