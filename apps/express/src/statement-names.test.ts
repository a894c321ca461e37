import { expect, test } from 'vitest';
import { StatementNames } from './statement-names';

test('a text has one name, whatever its values, and another text another', () => {
  const names = new StatementNames();
  const text = 'select $1';
  const [first] = names.name([text, [1]]) as [{ name: string }];
  expect(first).toEqual({ name: expect.any(String), text, values: [1] });
  expect(names.name([text, [2], 'callback'])).toEqual([{ ...first, values: [2] }, 'callback']);
  expect(names.name(['select $1, $1', [1]])).not.toMatchObject([{ name: first.name }]);
});

test('what is no text with values is sent as it is', () => {
  const names = new StatementNames();
  for (const args of [['select 1'], [{ text: 'select 1', name: 'mine' }]]) {
    expect(names.name(args)).toBe(args);
  }
});

test('texts beyond those an app can have are not kept by a connection', () => {
  const names = new StatementNames();
  const nameOf = (n: number) => names.name([`select ${n}`, []]);
  for (let n = 0; n < 500; n += 1) expect(nameOf(n)).toHaveLength(1);
  expect(nameOf(500)).toEqual(['select 500', []]);
  expect(nameOf(0)).toMatchObject([{ name: 's0' }]);
});
