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

  it('takes a quarter more trial time than best-of-five bisection at most, which asks for no change', () => {
    const { meanSeconds = 0 } = rows.get('best-of-five bisection') ?? {};
    expect(ours?.meanSeconds).toBeLessThan(1.25 * meanSeconds);
  });
});

describe('a machine whose speed changes during the search, simulated', () => {
  const rows = changeTable(0.1).map((row) => ({ ...row, name: `${row.machine}, ${row.pace}` }));
  const of = (pace: string, isSteady: boolean) =>
    rows.filter((row) => row.pace === pace && (row.machine === 'steady') === isSteady);

  it.each(of('2 % wide', true))('ends within 2 % where it does not: $name', ({ rmse, both }) => {
    expect(rmse).toBeLessThan(0.025);
    expect(both).toBe(1);
  });

  it.each(of('2 % wide', false))('is noticed, and ends within 3 %: $name', (row) => {
    expect(row.noticed).toBeGreaterThan(0.9);
    expect(row.both).toBeGreaterThan(0.85);
    expect(row.rmse).toBeLessThan(0.035);
  });

  it.each(of('full, 10 min', true))('has both bounds in ten minutes: $name', (row) => {
    expect(row.noticed).toBeLessThan(0.15);
    expect(row.both).toBeGreaterThan(0.9);
    expect(row.rmse).toBeLessThan(0.05);
  });

  it.each(of('full, 10 min', false))('has a lower bound in ten minutes: $name', (row) => {
    expect(row.noticed).toBeGreaterThan(0.6);
    expect(row.lower).toBeGreaterThan(0.9);
  });

  it.each(of('brief, 4 min', true))('has bounds in four minutes, mostly both: $name', (row) => {
    expect(row.lower).toBeGreaterThan(0.9);
    expect(row.both).toBeGreaterThan(0.6);
  });
});
