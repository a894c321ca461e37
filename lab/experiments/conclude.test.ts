// A run is read, analysed and written down once; runs of earlier versions and damaged ones, too.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunFolder, writeJson } from '../results/run-folder';
import { conclude, reportedRun } from './conclude';
import { compareFixture } from './turns.fixture';

let resultsDir: string;
beforeEach(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-conclude-'));
});
afterEach(() => rmSync(resultsDir, { recursive: true }));

/** Beginning of a search, as a version of the lab left it that checked designs in lab/results. */
function earlierRun(): RunFolder {
  const file = join(__dirname, 'fixtures', 'earlier-capacity.json');
  const { run, files } = JSON.parse(readFileSync(file, 'utf8'));
  const all = { 'run.json': run, ...files };
  for (const [name, content] of Object.entries(all)) {
    const path = join(resultsDir, run.id, name);
    mkdirSync(dirname(path), { recursive: true });
    writeJson(path, content);
  }
  return RunFolder.open(resultsDir);
}

it('a run of an earlier version is analysed as ever', () => {
  const { found } = reportedRun(earlierRun());
  if (found.experiment?.kind !== 'capacity') throw new Error('no search');
  const [search] = found.experiment.searches;
  expect(search?.trials.map(({ load, outcome }) => `${load} ${outcome}`)).toEqual([
    '818 failed',
    '409 failed',
    '205 held',
  ]);
});

it('a run whose trials are gone says which, and is told without them', () => {
  const folder = earlierRun();
  expect(reportedRun(folder).found.warnings.join()).not.toContain('are gone');
  const [first] = folder.run.trials;
  rmSync(folder.trialPath(first?.number ?? 0), { recursive: true });
  expect(reportedRun(folder).found.warnings[0]).toMatch(
    new RegExp(
      `The files of 1 trial of ${folder.run.trials.length} are gone \\(${first?.number}\\)`,
    ),
  );
  rmSync(join(folder.path, 'trials'), { recursive: true });
  expect(reportedRun(folder).found.warnings[0]).toMatch(/The files of \d+ trials/);
});

describe('concluding a run', () => {
  it('reads it once, and leaves the same findings for machines, for people and on the page', async () => {
    const folder = earlierRun();
    const read = vi.spyOn(folder, 'trials');
    const { printed, found, report, exitCode } = await conclude(folder);
    expect(read).toHaveBeenCalledTimes(1);
    const analysis = JSON.parse(readFileSync(join(folder.path, 'analysis.json'), 'utf8'));
    expect(analysis).toEqual({ schemaVersion: 1, ...JSON.parse(JSON.stringify(found)) });
    const { run, ...asJson } = JSON.parse(printed(true));
    expect({ schemaVersion: 1, ...asJson }).toEqual(analysis);
    expect(run.id).toBe(folder.run.id);
    const page = readFileSync(report, 'utf8').replaceAll('&#39;', "'");
    for (const sentence of found.sentences) {
      expect(printed(false)).toContain(sentence);
      expect(page).toContain(sentence);
    }
    expect(exitCode).toBe(0);
  });

  it('ends with 4 where the run is void', async () => {
    const folder = earlierRun();
    folder.update({ status: 'void' });
    expect((await conclude(folder)).exitCode).toBe(4);
  });
});

describe('a design', () => {
  const withDesign = (change: Record<string, unknown>) => {
    const { run } = compareFixture();
    const design = { kind: 'compare', ...run.design, ...change };
    return RunFolder.create(resultsDir, { ...run, design });
  };

  it('that does not fit its experiment is refused, by the name of the field', async () => {
    const folder = withDesign({ margin: 'much' });
    expect(() => reportedRun(folder)).toThrow(
      /run\.json of .*-compare-.*: field design\.margin: .*run the experiment again/,
    );
    await expect(conclude(folder)).rejects.toMatchObject({ exitCode: 5 });
    expect(existsSync(join(folder.path, 'analysis.json'))).toBe(false);
  });

  it('of a kind that is not known is refused, with what to do', () => {
    expect(() => reportedRun(withDesign({ kind: 'chaos' }))).toThrow(
      /no experiment is called "chaos".*update the clone/,
    );
  });
});
