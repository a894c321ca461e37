import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noiseFixture } from '../experiments/turns.fixture';
import { fingerprintOf } from './machine';
import { floorFor, type RecordedFloor, recordedFloors } from './noise-floors';

const floor = (change: Partial<RecordedFloor>): RecordedFloor => ({
  run: '20260101T000000Z-noise-aaaa',
  fingerprint: 'here',
  runtime: 'native',
  settings: '',
  app: 'django',
  profile: 'default',
  workload: 'db',
  measure: 'latency-p99',
  load: { rateRps: 300 },
  floor: 0.03,
  runs: 10,
  ...change,
});
const { run: _run, load: _load, floor: _floor, runs: _runs, ...question } = floor({});

describe('the floor that belongs to a comparison', () => {
  it('is the latest', () => {
    expect(floorFor([floor({}), floor({ floor: 0.04 })], question)?.floor).toBe(0.04);
  });

  it.each([
    { fingerprint: 'elsewhere' },
    { runtime: 'compose' },
    { settings: 'HEADROOM_SHOP_SIZE=100k' },
    { app: 'express' },
    { profile: 'tuned' },
    { workload: 'json' },
    { measure: 'throughput' },
  ])('is never one of another %o', (change) => {
    expect(floorFor([floor(change)], question)).toBeUndefined();
  });

  it('is of ten runs per arm before it is of fewer, however late', () => {
    const short = floor({ floor: 0.3, runs: 3 });
    expect(floorFor([floor({}), short], question)?.floor).toBe(0.03);
    expect(floorFor([short], question)?.floor).toBe(0.3);
  });
});

describe('floors on disk', () => {
  let results: string;
  beforeEach(() => {
    results = mkdtempSync(join(tmpdir(), 'headroom-floors-'));
  });
  afterEach(() => rmSync(results, { recursive: true }));

  const write = (reported: ReturnType<typeof noiseFixture>, analysis?: string) => {
    const path = join(results, reported.run.id);
    mkdirSync(path);
    writeFileSync(join(path, 'run.json'), JSON.stringify(reported.run));
    writeFileSync(join(path, 'analysis.json'), analysis ?? JSON.stringify(reported.found));
  };

  it('say under which settings they were found; those of ports and folders are none', () => {
    const one = noiseFixture();
    const { configuration } = one.run;
    one.run.configuration = { HEADROOM_LIVE_PORT: '1', HEADROOM_LOG_LEVEL: 'debug' };
    write(one);
    expect(recordedFloors(results)[0]?.settings).toBe('HEADROOM_LOG_LEVEL=debug');
    expect(configuration).toEqual({});
  });

  it('are read from complete A/A runs, oldest first', () => {
    const [late, early, cutOff] = [noiseFixture(), noiseFixture(), noiseFixture()];
    early.run.id = '20250101T000000Z-noise-0000';
    cutOff.run.id = '20250202T000000Z-noise-1111';
    cutOff.run.status = 'partial';
    for (const one of [late, early, cutOff]) write(one);
    const found = recordedFloors(results);
    expect([...new Set(found.map(({ run }) => run))]).toEqual([early.run.id, late.run.id]);
    expect(found.map(({ measure }) => measure).slice(0, 5)).toEqual([
      'throughput',
      'latency-p50',
      'latency-p99',
      'latency-mean',
      'cpu-per-request',
    ]);
    expect(found[1]).toMatchObject({
      app: 'django',
      profile: 'default',
      fingerprint: fingerprintOf(noiseFixture().run.host),
      runtime: 'native',
      load: { rateRps: 300 },
      runs: 10,
    });
  });

  it('are none where too few runs gave none', () => {
    write(noiseFixture({ runs: 2 }));
    expect(recordedFloors(results)).toEqual([]);
  });

  it('leave out a run whose file is torn, and say what makes it again', () => {
    const [whole, torn] = [noiseFixture(), noiseFixture()];
    torn.run.id = '20990101T000000Z-noise-2222';
    write(whole);
    write(torn, '{"experiment": {');
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const runs = recordedFloors(results).map(({ run }) => run);
    expect([...new Set(runs)]).toEqual([whole.run.id]);
    expect(said.mock.calls.join()).toMatch(
      /Left out: .*analysis\.json cannot be read.*lab -- report/,
    );
    said.mockRestore();
  });
});
