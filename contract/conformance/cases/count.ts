// How `count` is read: anything but an optional minus sign and decimal digits is 1, then 1..500.
import { expect } from 'vitest';
import type { components } from '../../generated/http';
import type { Case } from '../case';
import { ask } from '../orderly';

type World = components['schemas']['World'];

/** Query, rows, and what a careless reading would make of it. */
const table: [query: string, rows: number, trap: string][] = [
  ['', 1, 'missing'],
  ['?', 1, 'an empty query'],
  ['?count', 1, 'no value'],
  ['?count=', 1, 'empty: Number("") is 0'],
  ['?count=0', 1, 'below the least'],
  ['?count=-5', 1, 'negative'],
  ['?count=-0', 1, 'minus nothing'],
  ['?count=1', 1, 'the least'],
  ['?count=2', 2, 'more than the least'],
  ['?count=20', 20, 'a usual one'],
  ['?count=007', 7, 'leading zeros are digits'],
  ['?count=500', 500, 'the most'],
  ['?count=501', 500, 'above the most'],
  ['?count=99999999999999999999', 500, 'beyond 64 bits'],
  [`?count=${'9'.repeat(5_000)}`, 500, '5,000 digits: Number() gives Infinity, int() refuses them'],
  [`?count=-${'9'.repeat(5_000)}`, 1, '5,000 digits below zero'],
  [`?count=${'0'.repeat(5_000)}3`, 3, '5,000 zeros before it'],
  ['?count=text', 1, 'text'],
  ['?count=5abc', 1, 'parseInt reads 5'],
  ['?count=2.5', 1, 'a fraction'],
  ['?count=2.0', 1, 'a fraction of nothing'],
  ['?count=1e2', 1, 'Number() reads 100'],
  ['?count=0x10', 1, 'Number() reads 16'],
  ['?count=1_0', 1, 'int() reads 10'],
  ['?count=1,000', 1, 'a thousands separator'],
  ['?count=--5', 1, 'two signs'],
  ['?count=-', 1, 'a sign alone'],
  ['?count=%2B3', 1, 'a plus sign'],
  ['?count=+3', 1, 'a plus sign that means a space'],
  ['?count=%203', 1, 'a space before: int() and Number() read 3'],
  ['?count=3%20', 1, 'a space behind'],
  ['?count=3%0A', 1, 'a line end: $ matches before it in Python'],
  ['?count=3%00', 1, 'a NUL behind'],
  ['?count=%EF%BC%91%EF%BC%92', 1, 'full-width digits: int() reads 12'],
  ['?count=%D9%A3', 1, 'an Arabic digit: \\d matches it in Python'],
  ['?count=%C2%B3', 1, 'a superscript 3: isdigit() is true'],
  ['?count=%FF', 1, 'no UTF-8'],
  ['?count=%', 1, 'half an escape'],
  ['?count=%zz', 1, 'no escape'],
  ['?count=%35', 5, 'an escaped digit'],
  ['?count=%%335', 1, 'a stray % before an escape: decoded twice it is 5'],
  ['?%63ount=5', 5, 'an escaped name'],
  ['?Count=5', 1, 'another name'],
  ['?count[]=5', 1, 'another name that some parsers make a list of'],
  ['?count[a]=5', 1, 'another name that some parsers make an object of'],
  ['?count=3&count=7', 7, 'repeated: the last counts'],
  ['?count=7&count=text', 1, 'repeated: the last counts, though it is text'],
  ['?count=text&count=7', 7, 'repeated: the last counts, though the first is text'],
  ['?count=7&count=', 1, 'repeated: the last counts, though it is empty'],
  ['?a=1&&=&count=4&b', 4, 'among others and empty ones'],
  ['?__proto__=9&constructor=9&count=4', 4, 'among names that objects have'],
];

/** Five hundred statements are the suite's most expensive request: one way to ask for them is enough. */
const tableFor = (path: string) =>
  path !== '/cached-queries'
    ? table.filter(([query, rows]) => rows < 500 || query === '?count=501')
    : table;

export const count: Case[] = ['/queries', '/updates', '/cached-queries'].flatMap((path) =>
  tableFor(path).map(
    ([query, rows, trap]): Case => ({
      name: `${path}${query.length > 60 ? `${query.slice(0, 12)}...` : query} gives ${rows} (${trap})`,
      run: async (subject) => {
        const reply = await ask(subject, path + query);
        expect(reply.status, `${reply.what}: status`).toBe(200);
        const worlds: World[] = JSON.parse(reply.text);
        expect(worlds.length, `${reply.what}: rows`).toBe(rows);
      },
    }),
  ),
);
