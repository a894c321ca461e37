// A seeded part of the tables in docs/nights.md: small enough to be quick, wide enough in its bounds
// to hold for any seed.
import { describe, expect, it } from 'vitest';
import { foundWithin, quietNights } from './simulated-nights';

describe('the nightly verdict, simulated', () => {
  it.each([0, 0.4])('hardly ever wakes anybody over a quiet machine, phi %d', (phi) => {
    const { raised, rerunsANight } = quietNights({ history: 60, phi }, [1]);
    expect(raised[0]).toBeLessThanOrEqual(3);
    expect(rerunsANight).toBeLessThan(20);
  });

  it.each([
    { step: 0.05, cv: 0.02, phi: 0, atLeast: 0.8 },
    { step: 0.1, cv: 0.05, phi: 0, atLeast: 0.7 },
    { step: 0.05, cv: 0.02, phi: 0.4, atLeast: 0.8 },
    { step: 0.1, cv: 0.05, phi: 0.4, atLeast: 0.7 },
  ])(
    'finds a step of $step at a spread of $cv within five nights, phi $phi',
    ({ atLeast, ...machine }) => {
      const byNight = foundWithin({ history: 120, ...machine }, [1, 2, 3, 4, 5]);
      expect(byNight.at(-1)).toBeGreaterThanOrEqual(atLeast);
      expect(byNight[0]).toBeLessThanOrEqual(byNight.at(-1) as number);
    },
  );
});
