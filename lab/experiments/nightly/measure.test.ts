// Whole nights on a subject of known speed: measured in turns, judged, recorded.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { SimulatedRuntime } from '../../measure/simulated-runtime.fixture';
import { readHistory } from '../../results/history';
import { dayOf } from '../../results/night.fixture';
import type { NightEntry } from '../../results/night-schema';
import { parseSubject } from '../../runtime/subject';
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
  turns: { blocks: 6, warmupSeconds: 1, seconds: 8 },
  measure: [{ app: 'express', profile: 'default', workload: 'micro', rateRps: 300 }],
};
const yardstick = `express@${'a'.repeat(40)}`;

const measureNight = (day: number, options: ConstructorParameters<typeof SimulatedRuntime>[0]) =>
  nightly({
    arguments: ['nightly'],
    resultsDir,
    runtime: new SimulatedRuntime({ saturationRps: 1000, noise: 0.05, seed: day, ...options }),
    signal: new AbortController().signal,
    events: {},
    settings,
    yardsticks: [{ name: yardstick, named: parseSubject('express:tuned') }],
    night: dayOf(day),
    seed: 1,
  });

const seriesIn = ({ series }: NightEntry, wanted: string) => {
  const found = series.find(({ metric }) => metric === wanted);
  if (found === undefined) throw new Error(`no ${wanted}`);
  return found;
};

describe('a night', () => {
  it('measures subject and yardstick in the same turns, and reads their ratios from disk', async () => {
    const { folder, entry, warnings } = await measureNight(1, {});
    expect(warnings).toEqual([]);
    expect(entry).toMatchObject({ status: 'valid', trials: { valid: 6, void: 0 } });
    expect(entry.series.map(({ metric, state }) => [metric, state])).toEqual([
      ['cpu-ratio', 'quiet'],
      ['p50-ratio', 'quiet'],
      ['p99-ratio', 'recorded'],
    ]);
    expect(seriesIn(entry, 'cpu-ratio').blocks).toHaveLength(6);
    expectInside(seriesIn(entry, 'cpu-ratio').values[0], [0.99, 1.01]);
    const { experiment } = findingsOf(folder);
    if (experiment?.kind !== 'night') throw new Error('not a night');
    expect(experiment.values[0]?.ratio).toBe(seriesIn(entry, 'cpu-ratio').values[0]);
    // Subject and yardstick, each once; every block of either.
    expect(folder.run.subjects.map(({ profile }) => profile)).toEqual(['default', 'tuned']);
    const measured = folder.run.trials.filter(({ purpose }) => purpose === 'measure');
    expect(new Set(measured.map(({ block }) => block)).size).toBe(6);
  });

  it('is as quiet on a machine that became a third slower: so did the yardstick', async () => {
    const { entry } = await measureNight(2, { saturationRps: 670 });
    expect(seriesIn(entry, 'cpu-ratio').state).toBe('quiet');
    expect(seriesIn(entry, 'p50-ratio').state).toBe('quiet');
  });

  it('suspects a subject that became slower, and reports it in the second night', async () => {
    const first = await measureNight(3, { armRatio: 1.2 });
    expect(seriesIn(first.entry, 'cpu-ratio')).toMatchObject({ state: 'suspicious', change: null });
    const { entry } = await measureNight(4, { armRatio: 1.2 });
    for (const metric of ['cpu-ratio', 'p50-ratio']) {
      const { state, change } = seriesIn(entry, metric);
      expect(state).toBe('changed');
      expect(change).toMatchObject({ direction: 'regression', night: dayOf(3) });
      expectInside(change?.after, [1.19, 1.21]);
    }
    expect(readHistory(resultsDir).nights.at(-1)).toEqual(entry);
  });

  it('warns that a rate is more than the subject can handle, and is not void', async () => {
    const { entry } = await measureNight(5, { saturationRps: 250 });
    expect(entry.status).toBe('valid');
    expect(entry.warnings).toContainEqual(
      expect.stringMatching(/300\/s broke its SLO in 6 of 6 valid trials/),
    );
  });

  it('is void where too many of its blocks are, and belongs to no series', async () => {
    const { entry } = await measureNight(6, { mishaps: () => ({ others: 0.9 }) });
    expect(entry).toMatchObject({ status: 'void', series: [] });
    expect(entry.trials.void).toBeGreaterThan(6);
  });
});

it('a night under other settings is of another series; what was planted is there to be found', async () => {
  vi.stubEnv('HEADROOM_LOG_LEVEL', 'debug');
  vi.stubEnv('HEADROOM_PLANTED_WORK_MS', '3');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { entry } = await measureNight(20, {});
  expect(entry.conditions).toHaveProperty('HEADROOM_LOG_LEVEL', 'debug');
  expect(entry.conditions).not.toHaveProperty('HEADROOM_PLANTED_WORK_MS');
});
