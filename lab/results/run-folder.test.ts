import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LabError } from '../errors';
import { thisHost } from '../measure/begin-run';
import { identify } from '../proc';
import { listRunIds, RunFolder, writeJson } from './run-folder';
import type { RunRecord } from './schemas';
import { trialRecord } from './trial/trial.fixture';

let results: string;
beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'headroom-store-'));
});
afterEach(() => rmSync(results, { recursive: true }));

function record(id: string): RunRecord {
  return {
    schemaVersion: 1,
    id,
    kind: 'run',
    design: null,
    status: 'running',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: null,
    owner: identify(process.pid) ?? { pid: 0, startTicks: 0 },
    arguments: ['run'],
    seed: 1,
    configuration: {},
    revision: null,
    locks: {},
    tools: {},
    host: { fingerprint: 'f', cpuModel: 'm', cores: 2, memoryBytes: 1, kernel: 'k' },
    runtime: {
      kind: 'native',
      placement: { subject: [0], database: [0], generator: [1], compromises: [] },
      postgres: 'embedded 18.4',
      caveats: [],
    },
    subjects: [],
    trials: [],
    incidents: [],
  };
}

const failureOf = (action: () => unknown): LabError => {
  try {
    action();
  } catch (error) {
    if (error instanceof LabError) return error;
  }
  throw new Error('expected a LabError');
};

describe('a run on disk', () => {
  it('is found by its id, by the beginning of one, or as the latest', () => {
    for (const id of ['20260101T000000Z-run-aaaa', '20260102T000000Z-run-bbbb']) {
      RunFolder.create(results, record(id));
    }
    expect(listRunIds(results)).toHaveLength(2);
    expect(RunFolder.open(results).run.id).toMatch(/bbbb$/);
    expect(RunFolder.open(results, '20260101').run.id).toMatch(/aaaa$/);
    expect(failureOf(() => RunFolder.open(results, '2026')).message).toMatch(/several runs/);
    expect(failureOf(() => RunFolder.open(results, 'x')).exitCode).toBe(2);
  });

  it('is no other run because its folder was copied or renamed', () => {
    const id = '20260101T000000Z-run-aaaa';
    RunFolder.create(results, record(id));
    cpSync(join(results, id), join(results, `backup-${id}`), { recursive: true });
    const told = vi.spyOn(console, 'error').mockReturnValue(undefined);
    onTestFinished(() => told.mockRestore());
    expect(RunFolder.open(results).run.id).toBe(id);
    expect(RunFolder.all(results).map(({ run }) => run.id)).toEqual([id]);
    expect(told).toHaveBeenCalledOnce();
    expect(told.mock.calls[0]?.[0]).toMatch(
      new RegExp(`backup-${id} was renamed: its run is "${id}".* call it that again`),
    );
    expect(failureOf(() => RunFolder.open(results, 'backup'))).toMatchObject({ exitCode: 5 });
  });

  it('of which the id is a path is read by nobody', () => {
    const id = '20260101T000000Z-run-aaaa';
    const { path } = RunFolder.create(results, record(id));
    writeJson(join(path, 'run.json'), record('../../etc'));
    const { message } = failureOf(() => RunFolder.open(results, id));
    expect(message).toMatch(/its run is "\.\.\/\.\.\/etc"\. Please move it out of the results/);
  });

  it('keeps its trials as they were written', () => {
    const folder = RunFolder.create(results, record('run'));
    const { plan, summary, server } = trialRecord({ loads: [{ model: 'closed', users: 2 }] });
    const path = folder.trialPath(1);
    writeJson(join(path, 'plan.json'), plan);
    expect(folder.trials()).toEqual([{ number: 1, plan, summary: null, server: null }]);
    writeJson(join(path, 'k6-summary.json'), summary);
    writeJson(join(path, 'server.json'), { schemaVersion: 1, ...server });
    expect(folder.trials()).toEqual([
      { number: 1, plan, summary, server: { schemaVersion: 1, ...server } },
    ]);
  });

  it('keeps its trials in the order of their numbers, beyond 999 too', () => {
    const folder = RunFolder.create(results, record('20260101T000000Z-run-aaaa'));
    const { plan } = trialRecord({ loads: [] });
    for (const number of [1000, 2, 999]) folder.writeOfTrial(number, 'plan.json', plan);
    expect(folder.trials().map(({ number }) => number)).toEqual([2, 999, 1000]);
  });

  it('need have no folder of trials: git and archives keep no empty one', () => {
    const { path } = RunFolder.create(results, record('run'));
    rmSync(join(path, 'trials'), { recursive: true });
    expect(RunFolder.open(results).trials()).toEqual([]);
  });

  it.each([
    ['torn', (file: string) => writeFileSync(file, '{"schemaVersion": 1, "id"')],
    ['empty', (file: string) => writeFileSync(file, '')],
    ['of a newer version', (file: string) => writeFileSync(file, '{"schemaVersion": 2}')],
    ['a list', (file: string) => writeFileSync(file, '[]')],
    [
      'a folder',
      (file: string) => {
        rmSync(file);
        mkdirSync(file);
      },
    ],
  ])('whose run.json is %s is left out by name, and hides no other', (_how, spoil) => {
    for (const id of ['a', 'b', 'c']) RunFolder.create(results, record(id));
    const file = join(results, 'b/run.json');
    spoil(file);
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(RunFolder.all(results).map(({ run }) => run.id)).toEqual(['a', 'c']);
    RunFolder.all(results);
    expect(said.mock.calls).toEqual([[expect.stringContaining(`Left out: ${file}`)]]);
    said.mockRestore();
  });

  it('is known to be of this machine, whatever an earlier version called that', () => {
    RunFolder.create(results, {
      ...record('run'),
      host: { ...thisHost(), fingerprint: 'earlier' },
    });
    expect(RunFolder.open(results).run.host.fingerprint).toBe(thisHost().fingerprint);
  });

  it('is partial once the process that wrote it is gone', () => {
    RunFolder.create(results, { ...record('run'), owner: { pid: 1, startTicks: -1 } });
    expect(RunFolder.open(results).run.status).toBe('partial');
  });

  it('is refused by name when a newer version wrote it', () => {
    RunFolder.create(results, record('run'));
    writeFileSync(join(results, 'run/run.json'), '{"schemaVersion": 2}');
    const { exitCode, message } = failureOf(() => RunFolder.open(results));
    expect(exitCode).toBe(5);
    expect(message).toMatch(/newer version of the lab \(format 2, this one knows 1\)/);
  });

  it('names the field that does not fit', () => {
    RunFolder.create(results, record('run'));
    const file = join(results, 'run/run.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"seed": 1', '"seed": "one"'));
    expect(failureOf(() => RunFolder.open(results)).message).toMatch(/run\.json: field seed: /);
  });

  it('names a file that is torn', () => {
    RunFolder.create(results, record('run'));
    writeFileSync(join(results, 'run/run.json'), '{"schemaVersion": 1, "id"');
    expect(failureOf(() => RunFolder.open(results)).message).toMatch(/run\.json cannot be read/);
  });
});
