import { describe, expect, it } from 'vitest';
import { readTimes } from './columns';

/** Whether the column has an order, and the times are in it. */
function orderOf(...cells: (string | undefined)[]): 'unknown' | 'ascending' | 'other' {
  const reading = readTimes(cells);
  if (reading === null) return 'unknown';
  const values = reading.values.filter((value) => !Number.isNaN(value));
  return values.every((value, i) => i === 0 || value >= (values[i - 1] as number))
    ? 'ascending'
    : 'other';
}

describe('a column of times', () => {
  it.each([
    [['0', '1', '2'], 'numbers from 0'],
    [['-1', '0', '1'], 'numbers below 0'],
    [['1764362297.25', '1764362297.5'], 'seconds since 1970'],
    [['20251128', '20260101'], 'dates without hyphens'],
    [['2026-01-31', '2026-02-01'], 'dates'],
    [['2025-12', '2026-01'], 'months'],
    [['2026-01-31', '2026-01-31 00:30', '2026-01-31T23:59:59.5'], 'dates and local times'],
    [['20261128T091105Z', '20261128T091106Z'], 'the basic format'],
    [['2026-10-25T02:50+02:00', '2026-10-25T02:10+01:00'], 'clocks set back, with offsets'],
    [['2026-10-25 02:50:00 +0200', '2026-10-25 01:10 UTC'], 'offsets in several ways'],
    [['2026-01-31T24:00Z', '2026-02-01T00:01Z'], 'the end of a day'],
    [['2016-12-31T23:59:60Z', '2017-01-01T00:00Z'], 'a leap second'],
    [['2026-W09', '2026-W10'], 'weeks'],
    [['2026-W09-7', '2026W101'], 'days of weeks'],
    [['5', undefined, '7'], 'an empty cell'],
    [[undefined, undefined], 'no times at all'],
    [['2024-02-28', '2024-02-29'], 'a leap day'],
  ] as [(string | undefined)[], string][])('%j is in order: %s', (cells) => {
    expect(orderOf(...cells)).toBe('ascending');
  });

  it.each([
    [['1', '0'], 'numbers'],
    [['1764362297', '1764362298000', '1764362299'], 'seconds and milliseconds'],
    [['2026-01-02', '2026-01-01'], 'dates'],
    [['2026-10-25 02:50', '2026-10-25 02:10'], 'local times'],
    [['2026-W10', '2026-W09'], 'weeks'],
    [['2026-01-01T00:00+01:00', '2025-12-31T22:59Z'], 'an offset that hides the order'],
  ] as [(string | undefined)[], string][])('%j is not in order: %s', (cells) => {
    expect(orderOf(...cells)).toBe('other');
  });

  it.each([
    [['05/01/2026', '04/02/2026'], 'days or months first'],
    [['31.12.2026', '01.01.2026'], 'points'],
    [['build 9', 'build 13'], 'names with numbers'],
    [['1.9.0', '1.10.0'], 'versions'],
    [['9', '2026-01-01'], 'numbers and dates'],
    [['2026-01-01T00:00', '2026-01-01T00:00Z'], 'some with an offset'],
    [['2026-01-01', '2026-02-30'], 'a day that does not exist'],
    [['2026-01-01', '2026-13-01'], 'a month that does not exist'],
    [['2026-01-01T25:00', '2026-01-01T26:00'], 'an hour that does not exist'],
    [['2026-W09', '2026-01-01'], 'weeks and dates'],
    [['Nov 28, 2026', 'Nov 29, 2026'], 'names of months'],
    [['NaN', '1'], 'no number'],
  ] as [(string | undefined)[], string][])('%j has no order that is known: %s', (cells) => {
    expect(orderOf(...cells)).toBe('unknown');
  });
});
