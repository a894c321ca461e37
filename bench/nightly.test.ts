// A seeded part of the tables in docs/nights.md: small enough to be quick, wide enough in its bounds
// to hold for any seed.
import { describe, expect, it } from 'vitest';
import { foundWithin, quietNights, tenYearSeconds } from './nightly';

describe('the nightly verdict, simulated', () => {
  it.each([0, 0.4])('hardly ever wakes anybody over a quiet machine, phi %d', (phi) => {
    const { raised, rerunsANight } = quietNights({ history: 60, phi }, 1);
    expect(raised).toBeLessThanOrEqual(3);
    expect(rerunsANight).toBeLessThan(4);
  });

  it.each([
    { step: 0.05, cv: 0.02, atLeast: 0.75 },
    { step: 0.1, cv: 0.05, atLeast: 0.6 },
  ])('finds a step of $step at a spread of $cv within five nights', ({ atLeast, ...setting }) => {
    const byNight = foundWithin({ history: 120, phi: 0, ...setting }, 5);
    expect(byNight.at(-1)).toBeGreaterThanOrEqual(atLeast);
    expect(byNight[0]).toBeLessThanOrEqual(byNight.at(-1) as number);
  });

  it('judges ten years of forty series in under five seconds', () => {
    expect(tenYearSeconds(4)).toBeLessThan(5);
  });
});
