import { describe, expect, it } from 'vitest';
import { LabError } from '../errors';
import { asDiskFullError, roomProblem } from './shop-size';

describe('room for a shop', () => {
  it('is there, or what it takes and what there is are said with a way out', () => {
    expect(roomProblem(1e12, '1m', '/data')).toBeUndefined();
    const problem = roomProblem(1e9, '1m', '/data');
    expect(problem?.exitCode).toBe(5);
    expect(problem?.message).toMatch(
      /1,000,000 products needs [\d.]+ GB of disk.*\/data has 1\.0 GB free.*HEADROOM_STATE/,
    );
  });

  it.each(['1k', '100k'] as const)(
    'a smaller shop (%s) fits where a large one does not',
    (size) => {
      expect(roomProblem(1e9, size, '/data')).toBeUndefined();
    },
  );

  it('that ran out is told as such, and any other failure as it is', () => {
    const full = Object.assign(new Error('could not extend file'), { code: '53100' });
    expect(() => asDiskFullError('1m')(full)).toThrow(LabError);
    expect(() => asDiskFullError('1m')(full)).toThrow(/disk was full.*1,000,000 products/);
    const other = Object.assign(new Error('syntax error'), { code: '42601' });
    expect(() => asDiskFullError('1m')(other)).toThrow(other);
  });
});
