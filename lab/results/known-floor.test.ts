import { describe, expect, it } from 'vitest';
import type { KnownFloor } from './noise-floors';
import { floorDoubts, floorOfVerdict } from './noise-floors';

const known = (change: Partial<KnownFloor>): KnownFloor => ({
  arm: 'a',
  workload: 'db',
  measure: 'latency-p99',
  floor: 0.03,
  run: 'noise-1',
  runs: 10,
  load: { rateRps: 300 },
  ...change,
});
const labels = { a: 'Express', b: 'Django' };

describe('the noise floor of a verdict', () => {
  it('is the larger of the two that its subjects have', () => {
    const floors = [known({}), known({ arm: 'b', floor: 0.05 })];
    const used = floorOfVerdict(floors, 'db', 'latency-p99');
    expect(used).toMatchObject({ arm: 'b', floor: 0.05 });
    expect(floorDoubts(floors, used, { rateRps: 300 }, labels)).toEqual([]);
  });

  it('is of the same workload and measure, or there is none', () => {
    expect(floorOfVerdict([known({})], 'json', 'latency-p99')).toBeUndefined();
    expect(floorOfVerdict([known({})], 'db', 'throughput')).toBeUndefined();
    expect(floorDoubts([], undefined, { users: 4 }, labels)).toEqual([]);
  });

  it('says whose is not known', () => {
    const floors = [known({})];
    expect(floorDoubts(floors, floors[0], { rateRps: 300 }, labels)).toEqual([
      'Only Express has a noise floor; that of Django is not known.',
    ]);
  });

  it('says when it was measured at a load far from this one, in either direction', () => {
    const floors = [known({}), known({ arm: 'b' })];
    const doubts = (rateRps: number) => floorDoubts(floors, floors[0], { rateRps }, labels);
    expect(doubts(400)).toEqual([]);
    for (const rateRps of [1000, 100]) {
      expect(doubts(rateRps).join()).toContain('another load: 300 requests per second');
    }
  });
});
