// A real run, file by file, and what verbs print with --json, against docs/schemas.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunFolder } from '../lab/results/run-folder';
import { Lab } from './lab-process';
import { runProblems, schemaProblem } from './schema-check';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create();
});
afterAll(() => lab.remove());

const printed = async (...args: string[]) => JSON.parse((await lab.run(...args, '--json')).stdout);

it('a run leaves the files that docs/results.md names, as their schemas say', async () => {
  const { code, stdout, stderr } = await lab.run('run', 'smoke', '--app', 'express', '--json');
  expect([0, 4], stderr).toContain(code);
  expect(schemaProblem('show', JSON.parse(stdout))).toBeUndefined();
  expect(runProblems(RunFolder.open(lab.resultsDir).path)).toEqual([]);
});

it('what list, show, doctor, status and up print with --json fits too', async () => {
  expect(schemaProblem('list', await printed('list'))).toBeUndefined();
  expect(schemaProblem('show', await printed('show'))).toBeUndefined();
  expect(schemaProblem('doctor', await printed('doctor'))).toBeUndefined();
  expect(schemaProblem('status', await printed('status'))).toBeUndefined();
  const up = lab.start('up', '--json');
  try {
    const [line = ''] = await up.prints(/^\{.*\}$/m);
    expect(schemaProblem('up', JSON.parse(line))).toBeUndefined();
    expect(schemaProblem('status', await printed('status'))).toBeUndefined();
  } finally {
    up.signal('SIGINT');
    await up.ended;
  }
});
