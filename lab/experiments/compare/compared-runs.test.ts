import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunFolder, writeJson, writeTurns } from '../../results/run-folder';
import type { ReportedRun } from '../index';
import { compareFixture, noiseFixture, pairedFixture } from '../turns.fixture';
import { compareRuns } from './compared-runs';

let results: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'headroom-before-after-'));
});
afterEach(() => rmSync(results, { recursive: true }));

function written({ run, trials, found }: ReportedRun): RunFolder {
  const folder = RunFolder.create(results, run);
  for (const { number, plan, summary, server, turns } of trials) {
    const path = folder.trialPath(number);
    writeJson(join(path, 'plan.json'), plan);
    writeJson(join(path, 'k6-summary.json'), summary);
    writeJson(join(path, 'server.json'), server);
    if (turns) writeTurns(path, turns);
  }
  folder.write('analysis.json', found);
  return folder;
}

const compared = (before: ReportedRun, after: ReportedRun) =>
  compareRuns(written(before), written(after), { margin: 0.05, resultsDir: results });

describe('two runs on disk', () => {
  it('are compared subject by subject, before against after, and not as pairs', () => {
    const after = compareFixture({ id: '20260108T090000Z-compare-2222', cv: 0.03 });
    const [express, django] = compared(compareFixture(), after);
    expect(express?.labels).toEqual({ a: 'Express before', b: 'Express after' });
    expect(django?.labels).toEqual({ a: 'Django before', b: 'Django after' });
    expect(django?.compared.map(({ measure }) => measure.key)).toHaveLength(5);
    for (const { comparison } of django?.compared ?? []) {
      // Five blocks of two runs on either side.
      expect(comparison.method).toBe('Welch on block means');
      expect(comparison.n).toMatchObject({ a: 10, b: 10, blocks: 10 });
      expect(comparison.ratio).toBeCloseTo(1, 1);
    }
    expect(django?.warnings[0]).toContain('were not taken in turns');
  });

  it('take what both measured: an A/A run has its subject in both arms', () => {
    const results = compared(noiseFixture(), compareFixture());
    expect(results.map(({ labels }) => labels.a)).toEqual(['Django before']);
    expect(results[0]?.compared[0]?.comparison.n).toMatchObject({ a: 20, b: 10 });
    // Its floor is on disk, and that of both.
    expect(results[0]?.compared[0]?.floor?.run).toBe(noiseFixture().run.id);
    expect(results[0]?.warnings.join()).not.toContain('is not known');
  });

  it('pair each configuration of one app with its like', () => {
    const sizes = (id: string): ReportedRun => {
      const compare = compareFixture({ id });
      const [one] = compare.run.subjects;
      if (one === undefined) throw new Error('no subject');
      compare.run.subjects = [1, 2].map((workers) => ({ ...one, workers }));
      return compare;
    };
    const results = compared(
      sizes('20260108T090000Z-compare-2222'),
      sizes('20260109T090000Z-compare-3333'),
    );
    expect(results).toHaveLength(2);
    expect(results.flatMap(({ warnings }) => warnings).join()).not.toContain('differs');
  });

  it('say what else changed between them', () => {
    const after = compareFixture({ id: '20260108T090000Z-compare-2222' });
    after.run.host = { ...after.run.host, fingerprint: 'elsewhere' };
    after.run.revision = { commit: 'f'.repeat(40), dirty: true };
    after.run.configuration = { HEADROOM_SHOP_SIZE: '100k', HEADROOM_LIVE_PORT: '1' };
    const [first] = compared(compareFixture(), after);
    expect(first?.warnings).toContainEqual(
      expect.stringMatching(/^machine differs: [0-9a-f]{16} before, elsewhere after\.$/),
    );
    expect(first?.warnings.join()).toContain('revision differs');
    expect(first?.warnings).toContain(
      'settings differ: the usual before, HEADROOM_SHOP_SIZE=100k after.',
    );
  });

  it('say that they are of different designs', () => {
    const inTurns = pairedFixture({ id: '20260108T090000Z-compare-2222' });
    const [express] = compared(compareFixture(), inTurns);
    expect(express?.warnings).toContain(
      'design differs: one after the other before, in turns with Django after.',
    );
  });

  it('are refused when they measured nothing alike, with what each holds', () => {
    const after = noiseFixture({ id: '20260108T090000Z-noise-2222' });
    if (after.run.design?.kind !== 'noise') throw new Error('no A/A run');
    after.run.design.loads = [{ workload: 'micro', rateRps: 400, users: 32, search: null }];
    expect(() => compared(noiseFixture(), after)).toThrow(
      /no subject at the same load.*django micro at 300 requests per second.*django micro at .*32 users/s,
    );
  });
});
