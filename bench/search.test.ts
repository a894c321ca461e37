// A seeded tenth of the table in docs/method.md.
import { describe, expect, it } from 'vitest';
import { searchTable } from './search';

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
