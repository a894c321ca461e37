import { expect, it } from 'vitest';
import { peakClaims, SIX_LEVELS, uslCoverage } from './usl';

it("covers the parameters with Student's t better than a bootstrap does", () => {
  const [few] = uslCoverage(0.15, [SIX_LEVELS]);
  // 150 seeds: a true 95 % shows as 91 % or more 99 times in 100.
  expect(few?.alpha.student).toBeGreaterThanOrEqual(0.91);
  expect(few?.alpha.bootstrap).toBeLessThan(few?.alpha.student as number);
});

it('claims peaks of curves that fall, and none of curves that only stop growing', () => {
  for (const { name, falls, claimed } of peakClaims(0.05)) {
    if (falls) expect(claimed[0], name).toBe(1);
    else expect(claimed, name).toEqual([0, 0, 0]);
  }
});
