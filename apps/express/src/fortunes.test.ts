import { expect, test } from 'vitest';
import { compareCodePoints } from './fortunes';

test('messages sort by code point, as PostgreSQL sorts them under "C"', () => {
  const sorted = ['', 'A', 'A b', 'Ab', 'a', 'á', 'フ', '\uff5e', '😀', '😀a', '😁'];
  expect([...sorted].reverse().sort(compareCodePoints)).toEqual(sorted);
});
