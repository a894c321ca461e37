import { afterEach, expect, it, vi } from 'vitest';
import { withProgress } from './analyse-progress';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What is written to stderr by a computation that tells its place at these times. */
function writtenAt(timesMs: readonly number[]): string[] {
  const written: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  const result = withProgress('Fitting data.csv', (onProgress) => {
    for (const [i, time] of timesMs.entries()) {
      clock.mockReturnValue(time);
      onProgress(`resample ${i}`);
    }
    return 'done';
  });
  expect(result).toBe('done');
  return written;
}

it('says nothing of what is done within two seconds', () => {
  expect(writtenAt([0, 500, 1900])).toEqual([]);
});

it('says where a long computation is, every ten seconds where nobody watches', () => {
  expect(writtenAt([0, 2100, 3000, 11_000, 12_200])).toEqual([
    'Fitting data.csv: resample 1\n',
    'Fitting data.csv: resample 4\n',
  ]);
});
