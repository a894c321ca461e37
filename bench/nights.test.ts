import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rootDir } from '../lab/paths';
import { dayOf, nightFixture, seriesFixture } from '../lab/results/night.fixture';
import { describeNights, planted } from './nights';

it('a planted revision of Express is the app as it is, with more work for each request', () => {
  const source = readFileSync(join(rootDir, 'apps/express/src/app.ts'), 'utf8');
  const lines = new Set(source.split('\n'));
  const added = planted(source)
    .split('\n')
    .filter((line) => !lines.has(line));
  expect(added.join('\n')).toMatch(/JSON\.parse/);
  expect(() => planted('another app')).toThrow(/has no line/);
});

it('real nights are summed up: how far they differ, and how far their blocks', () => {
  const night = (day: number, value: number) =>
    nightFixture(dayOf(day), {
      series: [seriesFixture({ values: [value], blocks: [0.98 * value, value, 1.02 * value] })],
    });
  const table = describeNights([night(1, 1), night(2, 1.02), night(3, 0.98)]);
  expect(table).toMatch(/cpu-ratio \| +3 \| 0\.9999 \| +2\.00 % \| 0\.980 \| +1\.020 \| +2\.00 % /);
});
