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
  const rows = changeTable(0.2).map((row) => ({ ...row, name: `${row.machine}, ${row.pace}` }));
  const [steady = [], changing = []] = [true, false].map((isSteady) =>
    rows.filter(({ machine }) => (machine === 'steady') === isSteady),
  );

  it.each(steady)('is seldom seen in one that stays the same: $name', ({ noticed, both, rmse }) => {
    expect(noticed).toBeLessThan(0.1);
    expect(both).toBeGreaterThan(0.95);
    expect(rmse).toBeLessThan(0.03);
  });

  it.each(changing)('is noticed in most searches, which end with bounds: $name', (row) => {
    expect(row.noticed).toBeGreaterThan(0.75);
    expect(row.lower).toBeGreaterThan(0.9);
    expect(row.rmse).toBeLessThan(0.04);
  });
});
