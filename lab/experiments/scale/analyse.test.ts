import { describe, expect, it } from 'vitest';
import { keptBy } from './analyse';
import type { ScalePoint } from './design';

const point = (repeat: number, level: number, rps: number, change: Partial<ScalePoint> = {}) => ({
  ...{ level, repeat, order: repeat + 1, rps, users: level, p99Ms: 5, subjectCores: 1 },
  ...{ databaseCores: 0.2, state: 'valid' as const, outcome: 'held' as const, reasons: [] },
  ...change,
});

/** Of three repeats; of each the throughput with 1, 8 and 64 users. */
const pointsOf = (...repeats: [number, number, number][]): ScalePoint[] =>
  repeats.flatMap((rates, repeat) =>
    [1, 8, 64].map((level, index) => point(repeat, level, rates[index] as number)),
  );

describe('the share of throughput kept', () => {
  it('is that of the largest level over the best of the others', () => {
    const points = pointsOf([100, 200, 150], [100, 200, 160], [100, 200, 155]);
    expect(keptBy(points, 64)).toMatchObject({ level: 64, best: 8, repeats: 3 });
  });

  it('has no figure where a repeat got no right answer at the largest level', () => {
    expect(keptBy(pointsOf([100, 200, 150], [100, 200, 0], [100, 200, 155]), 64)).toBeNull();
  });

  it('is not that of a smaller level where no repeat of the largest counts', () => {
    const points = pointsOf([100, 200, 150], [100, 200, 160], [100, 200, 155]).map((one) =>
      one.level === 64 ? { ...one, state: 'void' as const } : one,
    );
    expect(keptBy(points, 64)).toBeNull();
  });

  it('leaves out a repeat that was void there, which says nothing of the app', () => {
    const points = pointsOf([100, 200, 150], [100, 200, 0], [100, 200, 155]).map((one) =>
      one.repeat === 1 ? { ...one, state: 'void' as const } : one,
    );
    expect(keptBy(points, 64)).toMatchObject({ repeats: 2 });
  });
});
