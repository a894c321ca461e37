import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { effortFile, readEffort, writeEffort } from './effort';
import { effortFixture } from './effort.fixture';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'effort-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what was measured is read as it was written, and is nothing before that', () => {
  const results = join(folder, 'results');
  expect(readEffort(results)).toBeUndefined();
  writeEffort(results, effortFixture());
  expect(readEffort(results)).toEqual(effortFixture());
  expect(readdirSync(results)).toEqual(['effort.json']);
});

test.each([
  { why: 'of another version', change: { schemaVersion: 2 }, wrong: /\[schemaVersion\]/ },
  {
    why: 'without an app',
    change: { apps: { express: effortFixture().apps.express } },
    wrong: /\[django\]/,
  },
])('a file $why is refused, with the place in it', ({ change, wrong }) => {
  writeFileSync(effortFile(folder), JSON.stringify({ ...effortFixture(), ...change }));
  expect(() => readEffort(folder)).toThrow(wrong);
});

test('fewer than five starts are not written', () => {
  const effort = effortFixture();
  effort.apps.django.start.seconds = [1, 2];
  expect(() => writeEffort(folder, effort)).toThrow();
  expect(readdirSync(folder)).toEqual([]);
});
