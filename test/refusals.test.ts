// What the system refuses, and readers that leave: said in words or not at all, and never called a fault
// of the lab.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootDir } from '../lab/paths';
import { listRunIds } from '../lab/results/run-folder';
import { findBefore } from './found-before';
import { Lab } from './lab-process';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create();
  await findBefore(lab.resultsDir);
});
afterAll(() => lab.remove());

/** `lab` in a line of bash that ends with the exit code of the lab, not of what reads from it. */
async function inShell(line: string) {
  const lab_ = `"${process.execPath}" --require ts-node/register lab/main.ts`;
  const { all, exitCode } = await execa(
    'bash',
    ['-c', `${line.replaceAll('LAB', lab_)}; exit "\${PIPESTATUS[0]}"`],
    { cwd: rootDir, env: lab.env, extendEnv: false, reject: false, all: true },
  );
  return { said: all, exitCode };
}

describe('output', () => {
  it.each([
    'LAB show --json 2>&1 | true',
    'LAB list | true',
    'LAB --help | true',
    'LAB show | head -c 9 >/dev/null',
  ])('that nobody reads ends in silence: %s', async (line) => {
    const { said, exitCode } = await inShell(line);
    // Where the report is, is said beside the output, and is no complaint.
    expect(said?.replace(/^Report: .*$/m, '').trim()).toBe('');
    expect(exitCode).toBe(0);
  });

  it.each(['LAB list >/dev/full', 'LAB show --json >/dev/full', 'LAB --help >/dev/full'])(
    'for which there is no room ends with 5 and says so: %s',
    async (line) => {
      const { said, exitCode } = await inShell(line);
      expect(said).toMatch(/the disk is full\. Free some space/);
      expect(said).not.toMatch(/bug in the lab/);
      expect(exitCode).toBe(5);
    },
  );
});

describe('a results folder', () => {
  it.each<[string, string, string[]]>([
    ['that is a file', '/etc/hosts', ['list']],
    ['below a file', '/etc/hosts/results', ['claims', '--from-disk']],
    ['that nobody may make', '/proc/results', ['run', 'smoke', '--app', 'express']],
    ['that nobody may write', '/proc/self', ['nightly', '--quick']],
    ['of a name with 300 letters', `/tmp/${'x'.repeat(300)}`, ['tour', '--quick']],
  ])('%s (%s) is refused before anything begins', async (_what, HEADROOM_RESULTS, args) => {
    const { code, stdout, stderr } = await lab.with({ HEADROOM_RESULTS }).run(...args);
    expect(stderr).toContain(HEADROOM_RESULTS);
    expect(stderr).toMatch(/HEADROOM_RESULTS|cannot be locked/);
    expect(stderr).not.toMatch(/bug in the lab|Watch it live|at .*\.ts:/);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
  });
});

it('a file for the night’s summary that cannot be written is refused before the night', async () => {
  const { code, stderr } = await lab.run('nightly', '--quick', '--summary', '/no/such/folder/x.md');
  expect(stderr).toMatch(/\/no\/such\/folder\/x\.md cannot be written: it is not there/);
  expect(stderr).not.toMatch(/Watch it live/);
  expect(code).toBe(5);
});

describe('a password in a variable that is wrong', () => {
  const password = 'hunter2%zz';
  it.each([
    ['run', { HEADROOM_POSTGRES_URL: `postgres://lab:${password}@127.0.0.1:1/lab` }],
    ['run', { HEADROOM_POSTGRES_URL: `mysql://lab:${password}@127.0.0.1:1/lab` }],
    ['run', { HEADROOM_POSTGRES_URL: 'postgres://lab:hunter2@127.0.0.1:1/lab' }],
    ['exporter', { HEADROOM_STATISTICS_URL: 'postgres://lab:hunter2@ /lab' }],
  ])('is not repeated by %s: %j', async (verb, settings) => {
    const args = verb === 'run' ? ['run', 'smoke', '--app', 'express'] : [verb];
    const { code, stdout, stderr } = await lab.with(settings).run(...args);
    expect(stdout + stderr).toContain(Object.keys(settings)[0]);
    expect(stdout + stderr).not.toMatch(/hunter2|bug in the lab/);
    expect([2, 5]).toContain(code);
  });
});

it('a run that is torn hides no other from list, plan and claims', async () => {
  const [id = '', ...others] = listRunIds(lab.resultsDir);
  writeFileSync(join(lab.resultsDir, id, 'run.json'), '{"schemaVersion": 1, "id');
  const { code, stdout, stderr } = await lab.run('list', '--json');
  expect(stderr).toMatch(/Left out: .*run\.json cannot be read.*other runs need neither/);
  expect(JSON.parse(stdout).map((run: { id: string }) => run.id)).toEqual(others);
  expect(code).toBe(0);
  for (const args of [
    ['plan', '--rate', '10'],
    ['claims', 'express-faster', '--from-disk'],
  ]) {
    const told = await lab.run(...args);
    expect(told.stderr).toMatch(/Left out: .*run\.json/);
    expect(told.stderr).not.toMatch(/bug in the lab/);
    expect([0, 4]).toContain(told.code);
  }
});
