import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendToHistory, historyFile } from '../results/history';
import { dayOf, nightFixture, seriesFixture } from '../results/night.fixture';
import { Exporter } from './exporter';
import { nightSource } from './nights';

let results: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'headroom-nights-'));
});
afterEach(() => rmSync(results, { recursive: true }));

const page = () => new Exporter([nightSource(results)]).page();
const labels = 'app="express",profile="default",workload="micro"';

test('before the first night there is nothing of it', async () => {
  expect(await page()).not.toMatch(/^headroom_night_\w+[{ ]/m);
});

test('the exporter gives the latest of each series, its level, its noise, and what stands', async () => {
  const yardstick = 'reference@1';
  for (const [index, value] of [1.1, 0.9, 1].entries()) {
    const series = [
      seriesFixture({ values: [value], yardstick }),
      // As it was before there were yardsticks.
      seriesFixture({ metric: 'capacity', better: 'higher', values: [500] }),
    ];
    await appendToHistory(results, nightFixture(dayOf(index + 1), { series }));
  }
  const change = {
    night: dayOf(4),
    revision: 'b',
    nightBefore: dayOf(3),
    revisionBefore: 'a',
    before: 1,
    after: 2,
    effect: 1,
    p: 0.001,
    direction: 'regression' as const,
  };
  await appendToHistory(
    results,
    nightFixture(dayOf(4), {
      series: [seriesFixture({ values: [2], yardstick, state: 'changed', change })],
    }),
  );
  const text = await page();
  const endedAt = Date.parse(`${dayOf(4)}T04:00:00Z`) / 1000;
  for (const line of [
    `headroom_night_end_timestamp_seconds ${endedAt}`,
    'headroom_night_valid 1',
    `headroom_night_ratio{${labels},metric="cpu-ratio"} 2`,
    `headroom_night_drift_ratio{${labels},metric="cpu-ratio"} 1`,
    `headroom_night_regressed{${labels},metric="cpu-ratio"} 1`,
    `headroom_night_change_timestamp_seconds{${labels},metric="cpu-ratio",direction="regression"} ${endedAt}`,
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(text).toMatch(/^headroom_night_noise_ratio\{.*\} 0\.148/m);
  expect(text).not.toMatch(/metric="capacity"/);
});

test('a history that grows is read again; one that cannot be read is no series at all', async () => {
  const exporter = new Exporter([nightSource(results)]);
  await appendToHistory(results, nightFixture(dayOf(1)));
  expect(await exporter.page()).toMatch(/^headroom_night_valid 1$/m);
  await appendToHistory(results, nightFixture(dayOf(2), { status: 'void', series: [] }));
  expect(await exporter.page()).toMatch(/^headroom_night_valid 0$/m);
  writeFileSync(historyFile(results), '{"schemaVersion": 3}\n');
  expect(await exporter.page()).not.toMatch(/^headroom_night_valid/m);
});
