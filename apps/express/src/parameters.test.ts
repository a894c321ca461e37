import { describe, expect, test } from 'vitest';
import { parseCount, parseInteger } from './parameters';

describe('count', () => {
  test.each([
    [undefined, 1, 'missing'],
    ['', 1, 'empty'],
    ['1', 1, 'the least'],
    ['20', 20, 'in range'],
    ['500', 500, 'the most'],
    ['501', 500, 'over the most'],
    ['99999999999999999999999', 500, 'beyond what a double holds exactly'],
    ['9'.repeat(400), 500, 'beyond what a double holds at all'],
    ['0', 1, 'under the least'],
    ['-7', 1, 'negative'],
    ['007', 7, 'leading zeros'],
    ['+5', 1, 'a plus sign is no minus sign'],
    [' 5', 1, 'a space'],
    ['5\n', 1, 'a line feed'],
    ['5.0', 1, 'not an integer'],
    ['1e2', 1, 'an exponent'],
    ['0x10', 1, 'hexadecimal'],
    ['５', 1, 'a digit that is not ASCII'],
    ['foo', 1, 'text'],
    [['2', '30'], 30, 'repeated: the last counts'],
    [['30', 'x'], 1, 'repeated: the last counts, even if it is none'],
  ])('%j gives %i rows (%s)', (value, rows, _why) => {
    expect(parseCount(value)).toBe(rows);
  });
});

describe('a required integer', () => {
  const bounds = { minimum: 1, maximum: 1_000 };

  test.each([
    ['1', 1],
    ['1000', 1_000],
    [['x', '12'], 12],
  ])('%j is %i', (value, expected) => {
    expect(parseInteger(value, 'units', bounds)).toBe(expected);
  });

  test.each([undefined, '', '0', '1001', '-1', '1.5', 'x', '9'.repeat(400), [['12', 'x']]])(
    '%j is refused with the field named',
    (value) => {
      expect(() => parseInteger(value, 'units', bounds)).toThrow(
        expect.objectContaining({
          status: 400,
          field: 'units',
          detail: 'units must be an integer from 1 to 1000.',
        }),
      );
    },
  );
});
