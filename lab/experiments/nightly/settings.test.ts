import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nightlyFile, quick, readNightlySettings } from './settings';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-nightly-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const example = readFileSync(nightlyFile, 'utf8');

function read(text: string) {
  const file = join(folder, 'nightly.yaml');
  writeFileSync(file, text);
  return readNightlySettings(file);
}

test('the project’s own file can be used', () => {
  const settings = readNightlySettings();
  expect(settings.minimumEffect).toBe(0.03);
  expect(settings.measure.length).toBeGreaterThan(0);
});

test('a quick night has no more blocks than the whole one, and no longer ones', () => {
  expect(quick(read(example)).turns).toEqual({ blocks: 4, warmupSeconds: 1, seconds: 6 });
  const settings = read(
    example.replace(/blocks: \d+/, 'blocks: 3').replace(/ seconds: \d+/, ' seconds: 2'),
  );
  expect(quick(settings).turns).toEqual({ blocks: 3, warmupSeconds: 1, seconds: 2 });
});

test.each([
  ['blocks: 20', 'blocks: none', /yaml:\d+: turns\.blocks is "none": give a whole number from 3/],
  ['blocks: 20', 'block: 20', /turns\.blocks is missing/],
  ['blocks: 20', 'blocks: 2', /turns\.blocks is 2: give a whole number from 3/],
  ['app: express', 'app: flask', /measure\.0\.app is "flask": choose express, django/],
  ['workload: micro', 'workload: mirco', /measure\.0\.workload is "mirco": choose .*micro/],
  ['rateRps: 400', 'rateRps: 0', /measure\.0\.rateRps is 0: give a number from 1/],
  ['minimumEffect: 3 %', 'minimumEffect: small', /minimumEffect is "small": give a percentage/],
  ['minimumEffect: 3 %', 'minimumEffect: 3', /minimumEffect is 3: give a percentage/],
  ['budgetMinutes: 120', 'budgetMinutes: 1e9', /budgetMinutes is 1000000000: give a number/],
  ['app: django', 'app: express', /express\/default\/micro is listed twice/],
  ['measure:', 'measure: [}', /is not valid YAML/],
])(
  '%s written as %s is refused, with the field, its value and the remedy',
  (right, wrong, message) => {
    expect(() => read(example.replace(right, wrong))).toThrow(message);
  },
);
