import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { noiseFixture, pairedFixture } from '../experiments/turns.fixture';
import { subjectOf } from '../runtime/subject';
import { aaRunsInTurns, checksOf, recordOf, requireTrustedTurns } from './aa-record';
import { fingerprintOf } from './machine';
import { recordedFloors } from './noise-floors';

let results: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'headroom-aa-'));
});
afterEach(() => rmSync(results, { recursive: true }));

function write({ run, found }: ReturnType<typeof noiseFixture>): void {
  const path = join(results, run.id);
  mkdirSync(path);
  writeFileSync(join(path, 'run.json'), JSON.stringify(run));
  writeFileSync(join(path, 'analysis.json'), JSON.stringify(found));
}

const paired = (day: number) =>
  pairedFixture({ isNoise: true, id: `2026010${day}T100000Z-noise-5d6e` });
const express = subjectOf('express', 'default', 1);
const fingerprint = fingerprintOf(noiseFixture().run.host);
const known = () => aaRunsInTurns(results, { fingerprint, runtime: 'native' });

it('A/A runs in turns are checks and no floors; those one after the other are floors', () => {
  write(noiseFixture());
  expect(known()).toEqual([]);
  write(paired(8));
  expect(known().map(({ run }) => run.id)).toEqual([paired(8).run.id]);
  expect(new Set(recordedFloors(results).map(({ run }) => run))).toEqual(
    new Set([noiseFixture().run.id]),
  );
});

it('the latest check of each arm is that of its own subject', () => {
  write(paired(2));
  write(paired(3));
  const found = checksOf(known(), { a: express, b: subjectOf('django', 'default', 1) });
  expect(new Set(found.map(({ arm, run }) => `${arm} ${run}`))).toEqual(
    new Set([`a ${paired(3).run.id}`]),
  );
  expect(found[0]?.load).toEqual({ rateRps: 300 });
});

it('a check is of the very same subject: another pool is another', () => {
  write(paired(2));
  const other = { ...express, pool: express.pool + 1 };
  expect(checksOf(known(), { a: other, b: other })).toEqual([]);
});

it('a check is of the settings that hold now', () => {
  write(paired(2));
  const found = () => checksOf(known(), { a: express, b: express });
  expect(found()).not.toEqual([]);
  vi.stubEnv('HEADROOM_SHOP_SIZE', '100k');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(found()).toEqual([]);
  expect(recordOf(known()).intervals, 'of the machine').toBeGreaterThan(0);
});

it('a later check of few blocks does not take the place of one of ten', () => {
  write(paired(2));
  write(pairedFixture({ isNoise: true, id: '20260103T100000Z-noise-5d6e', runs: 4 }));
  const found = checksOf(known(), { a: express, b: express });
  expect(new Set(found.map(({ run }) => run))).toEqual(new Set([paired(2).run.id]));
});

it('only the latest twenty intervals count: a machine that is quiet again is trusted again', () => {
  write(paired(1));
  const [run] = known();
  if (run === undefined) throw new Error('no A/A run');
  const at = (interval: [number, number]) => ({
    ...run,
    floors: run.floors.map((one) => ({ ...one, noise: { ...one.noise, interval } })),
  });
  const noisy = Array.from({ length: 5 }, () => at([1.01, 1.05]));
  const quiet = Array.from({ length: 10 }, () => at([0.98, 1.02]));
  expect(recordOf([...noisy, ...quiet])).toEqual({ intervals: 20, excludingOne: 0 });
});

it('a machine on which A against A differs more than three times in twenty is refused', () => {
  for (const day of [1, 2, 3, 4, 5]) {
    const one = paired(day);
    const { experiment } = one.found;
    if (experiment?.kind !== 'noise') throw new Error('no A/A run');
    for (const { measure, noise } of experiment.floors) {
      const isOff = day <= 2 && measure.key !== 'latency-p99';
      Object.assign(noise, { interval: isOff ? [1.01, 1.05] : [0.98, 1.02] });
    }
    write(one);
  }
  // The median and CPU per request of five runs decide; mean and p99 do not.
  expect(recordOf(known())).toEqual({ intervals: 10, excludingOne: 4 });
  expect(() => requireTrustedTurns(recordOf(known()))).toThrow(/4 of the last 10 A\/A intervals/);
  expect(() => requireTrustedTurns({ intervals: 20, excludingOne: 3 })).not.toThrow();
});
