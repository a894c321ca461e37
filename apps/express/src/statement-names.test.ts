import { expect, test } from 'vitest';
import { StatementNames } from './statement-names';

type Named = { name: string };

test('a text with values has one name, and another text another', () => {
  const names = new StatementNames();
  const text = 'select $1';
  const first = names.name(text, [1]);
  expect(first).toEqual({ name: expect.any(String), text });
  expect(names.name(text, [2])).toEqual(first);
  expect(names.name('select $1, $1', [1])).not.toMatchObject({ name: (first as Named).name });
});

test('what is no text with values is sent as it is', () => {
  const names = new StatementNames();
  expect(names.name('select 1', undefined)).toBe('select 1');
  const named = { text: 'select 1', name: 'mine' };
  expect(names.name(named, undefined)).toBe(named);
});

test('texts beyond those an app can have are not kept by a connection', () => {
  const names = new StatementNames();
  const nameOf = (n: number) => names.name(`select ${n}`, []);
  for (let n = 0; n < 500; n += 1) expect(nameOf(n)).toMatchObject({ text: `select ${n}` });
  expect(nameOf(500)).toBe('select 500');
  expect(nameOf(0)).toMatchObject({ name: 's0' });
});
