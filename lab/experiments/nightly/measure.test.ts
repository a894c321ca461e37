// Whole nights on a subject of known capacity: searched, judged, measured again, recorded.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedRuntime } from '../../measure/simulated-runtime.fixture';
import { readHistory } from '../../results/history';
import { dayOf } from '../../results/night.fixture';
import type { NightEntry } from '../../results/night-schema';
import { expectInside } from '../../statistics/fixtures/within';
import { findingsOf } from '../conclude';
import { nightly } from './measure';
import type { NightlySettings } from './settings';

let resultsDir: string;
beforeAll(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-nights-'));
});
afterAll(() => rmSync(resultsDir, { recursive: true }));

const settings: NightlySettings = {
  budgetMinutes: 120,
  minimumEffect: 0.03,
  heartbeatDays: 7,
  mostVoidShare: 0.34,
  fixedRate: { trials: 3, warmupSeconds: 1, stepSeconds: 5 },
  capacity: { budgetMinutes: 10 },
  measure: [{ app: 'express', profile: 'default', workload: 'micro', rateRps: 300 }],
};

const measureNight = (day: number, saturationRps: number, said: string[] = []) =>
  nightly({
    arguments: ['nightly'],
    resultsDir,
    runtime: new SimulatedRuntime({ saturationRps, noise: 0.05, seed: day }),
    signal: new AbortController().signal,
    events: { onFinding: (text) => void said.push(text) },
    settings,
    night: dayOf(day),
    seed: 1,
  });

const capacityIn = ({ series }: NightEntry) => {
  const found = series.find(({ metric }) => metric === 'capacity');
  if (found === undefined) throw new Error('no capacity');
  return found;
};

describe('a night', () => {
  it('searches the capacity beside its trials at a fixed rate, and reads both from disk', async () => {
    const { folder, entry, warnings } = await measureNight(1, 1000);
    expect(warnings).toEqual([]);
    expect(entry).toMatchObject({ status: 'valid', trials: { valid: 3, void: 0 } });
    // p99 reaches the SLO's bound at 0.8 of saturation.
    expectInside(capacityIn(entry).values[0], [740, 820]);
    expect(entry.series.map(({ metric }) => metric)).toEqual(
      expect.arrayContaining(['capacity', 'p99', 'cpu']),
    );
    const { experiment } = findingsOf(folder);
    if (experiment?.kind !== 'nightly') throw new Error('not a night');
    expect(experiment.values.find(({ metric }) => metric === 'capacity')?.value).toBe(
      capacityIn(entry).values[0],
    );
  });

  it('searches twice more when the capacity fell, and says so', async () => {
    for (let day = 2; day <= 12; day += 1) {
      const { entry } = await measureNight(day, 1000);
      expect(capacityIn(entry).state).not.toBe('changed');
    }
    const said: string[] = [];
    const { entry } = await measureNight(13, 700, said);
    expect(said).toContainEqual(expect.stringMatching(/measured again: .*micro\/capacity/));
    const { values, state, change } = capacityIn(entry);
    expect([3, 5, 7]).toContain(values.length);
    expect({ state, direction: change?.direction }).toEqual({
      state: 'changed',
      direction: 'regression',
    });
    expect(readHistory(resultsDir).nights.at(-1)).toEqual(entry);
  });

  it('warns that a rate is more than the subject can handle, and is not void', async () => {
    const { entry } = await measureNight(14, 250);
    expect(entry.status).toBe('valid');
    expect(entry.warnings).toContainEqual(
      expect.stringMatching(/300\/s broke its SLO in 3 of 3 valid trials/),
    );
  });
});
