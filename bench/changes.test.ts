// A seeded part of the tables in docs/nights.md, with bounds that hold for any seed.
import { describe, expect, it } from 'vitest';
import { claimedOfNothing, foundSoon, SHAPES, told } from './changes';

describe('lab analyse changes, simulated', () => {
  it('claims nothing of quiet series more often than its level', () => {
    // 90 seeds: a true 1 % shows as 6 % or more once in 4,000 times.
    expect(claimedOfNothing(65, 0, 0.3)).toBeLessThan(0.06);
    expect(claimedOfNothing(65, 0.4, 0.3)).toBeLessThan(0.08);
  });

  it('finds most steps of 5 % at a spread of 2 % within five values', () => {
    expect(foundSoon(60, 0, 0.3)).toBeGreaterThan(0.78);
  });

  it.each(Object.keys(SHAPES) as (keyof typeof SHAPES)[])('tells %s', (shape) => {
    const { asStep, asTrend } = told(shape, 0.1);
    const isStep = shape.startsWith('a step') || shape.startsWith('up');
    // 30 seeds: what is true of 80 % shows as 55 % or less once in 900 times.
    expect(isStep ? asTrend : asStep).toBeLessThan(0.45);
    expect(isStep ? asStep : asTrend).toBeGreaterThan(0.55);
  });
});
