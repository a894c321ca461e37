// Figures of several generators are those of all their values, not means of their figures.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../statistics/random';
import { mergeSummaries, quantilesOf } from './merge';
import { summaryWith, trialPlan } from './merge.fixture';

/** Two generators of which one sees a subject that is ten times slower, as when it waits for a core. */
const random = seededRandom(7);
const quick = Array.from({ length: 9_001 }, () => 1 + random.uniform());
const slow = Array.from({ length: 1_234 }, () => 10 + 40 * random.uniform() ** 3);

const both = mergeSummaries(
  trialPlan,
  [summaryWith(quick, { startedAtMs: 5_020 }), summaryWith(slow, { startedAtMs: 5_000 })],
  [{ step_01: quick }, { step_01: slow }],
);
const [merged] = both?.steps ?? [];

describe('the figures of two generators', () => {
  it('have the quantiles of the values of both', () => {
    const all = [...quick, ...slow].sort((a, b) => a - b);
    // Type 7, which k6 uses: the value at (n - 1) p, between two of them on the line that joins these.
    const at = (p: number) => {
      const place = (all.length - 1) * p;
      const [low = 0, high = 0] = [all[Math.floor(place)], all[Math.ceil(place)]];
      return low + (place - Math.floor(place)) * (high - low);
    };
    const { p50, p95, p99, p999, min, max, count } = merged?.latencyMs ?? {};
    expect(count).toBe(10_235);
    for (const [found = 0, p] of [
      [p50, 0.5],
      [p95, 0.95],
      [p99, 0.99],
      [p999, 0.999],
      [min, 0],
      [max, 1],
    ] as const) {
      expect(Math.abs(found / at(p) - 1), `quantile ${p}`).toBeLessThan(1e-9);
    }
    // The mean of the two p95 would be far off.
    const mean = ((quantilesOf(quick)?.p95 ?? 0) + (quantilesOf(slow)?.p95 ?? 0)) / 2;
    expect(Math.abs(mean / (p95 ?? 0) - 1)).toBeGreaterThan(0.1);
  });

  it('add up what is counted, and begin when the first did', () => {
    expect(merged).toMatchObject({ requests: 10_235, iterations: 10_235, droppedIterations: 6 });
    expect(merged?.startedAtMs).toBe(5_000);
    expect(merged?.scheduleLagMs).toMatchObject({ samples: 40, over50: 2 });
    expect(merged?.iterationMs?.count).toBe(10_235);
  });

  it('are there as far as one is left, and not where there is none', () => {
    const one = mergeSummaries(trialPlan, [summaryWith(quick, {})], [{ step_01: quick }, {}]);
    expect(one?.steps[0]?.latencyMs).toEqual(quantilesOf(quick));
    expect(mergeSummaries(trialPlan, [], [{}, {}])).toBeNull();
  });
});
