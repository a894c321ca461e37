// A seeded tenth of the table in docs/method.md.
import { describe, expect, it } from 'vitest';
import { changeTable, searchTable } from './search';

describe('the capacity search, simulated', () => {
  const rows = new Map(searchTable(0.1).map((row) => [row.method, row]));
  const ours = rows.get('MLRsearch (ours)');
  const others = [...rows.values()].filter((row) => row !== ours);

  it('ends within 2 % of the true capacity', () => {
    expect(ours?.rmse).toBeLessThan(0.02);
  });

  it.each(others)('ends closer than $method', ({ rmse }) => {
    expect(ours?.rmse).toBeLessThan(rmse);
  });

  it('takes less trial time than best-of-five bisection', () => {
    expect(ours?.meanSeconds).toBeLessThan(
      rows.get('best-of-five bisection')?.meanSeconds as number,
    );
  });
});

describe('a machine whose speed changes during the search, simulated', () => {
  const rows = new Map(changeTable(0.5).map((row) => [row.change, row]));
  const changing = [...rows.values()].filter(({ change }) => change !== 'steady');

  it('is seldom seen in one that stays the same', () => {
    expect(rows.get('steady')?.noticed).toBeLessThan(0.05);
  });

  it.each(changing)('is noticed in most searches: $change', ({ noticed, held }) => {
    expect(noticed).toBeGreaterThan(0.75);
    expect(held).toBe(1);
  });
});
