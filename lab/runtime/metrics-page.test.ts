import { describe, expect, it } from 'vitest';
import { sumsByName } from './metrics-page';

describe('counters of a metrics page', () => {
  const sum = sumsByName(`# HELP a_total Some.
# TYPE a_total counter
a_total{x="1",y="}"} 3
a_total{x="2"} 4
b_seconds 1.5e-3
`);

  it('are summed over their labels', () => {
    expect(sum('a_total')).toBe(7);
    expect(sum('b_seconds')).toBe(0.0015);
  });

  it('are 0 where the page has none', () => {
    expect(sum('c_total')).toBe(0);
  });
});
