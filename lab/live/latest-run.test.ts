import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { realTourFixture } from '../experiments/real-tour.fixture';
import { thisProcess } from '../measure/begin-run';
import { RunFolder } from '../results/run-folder';
import { answerSource, latestRun } from './latest-run';

const { run } = realTourFixture();
const sentences = ['Express holds 99 % of micro within 100 ms at 317 requests per second.'];
const warnings = ['1 step is void.'];

let resultsDir: string;
beforeEach(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-latest-'));
});
afterEach(() => rmSync(resultsDir, { recursive: true }));

describe('the latest run', () => {
  it('is told with its answer and what limits it', () => {
    const { kind, startedAt } = run;
    RunFolder.create(resultsDir, run).write('analysis.json', { sentences, warnings, ranges: [] });
    expect(latestRun(resultsDir)).toEqual({
      ...{ run: run.id, kind, status: 'complete', startedAt },
      ...{ sentences, warnings },
    });
  });

  it('is void where it says so', () => {
    RunFolder.create(resultsDir, { ...run, status: 'void' });
    expect(latestRun(resultsDir)?.status).toBe('void');
  });

  it('has no answer where it was cut off before it had one', () => {
    RunFolder.create(resultsDir, { ...run, status: 'running', owner: { pid: 1, startTicks: 1 } });
    expect(latestRun(resultsDir)).toMatchObject({ status: 'partial', sentences: [] });
  });

  it('is none while it is measured, before there is one, and where it cannot be read', () => {
    expect(latestRun(resultsDir)).toBeNull();
    RunFolder.create(resultsDir, { ...run, status: 'running', owner: thisProcess() });
    expect(latestRun(resultsDir)).toBeNull();
    mkdirSync(join(resultsDir, 'z'));
    writeFileSync(join(resultsDir, 'z', 'run.json'), '{}');
    expect(latestRun(resultsDir)).toBeNull();
  });
});

describe('for Prometheus', () => {
  it('is a series for each sentence, in their order, and that of the run before while one is on', async () => {
    const source = answerSource(resultsDir);
    expect(await source()).toEqual([]);
    RunFolder.create(resultsDir, run).write('analysis.json', { sentences: ['a', 'b'], warnings });
    const readings = ['a', 'b'].map((sentence, index) => ({
      name: 'headroom_answer',
      labels: { run: run.id, status: 'complete', sentence },
      value: index + 1,
    }));
    expect(await source()).toEqual(readings);
    RunFolder.create(resultsDir, { ...run, id: `9${run.id}`, status: 'running' });
    expect(await source()).toEqual(readings);
  });
});
