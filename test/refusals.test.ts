// What the system refuses, and readers that leave: said in words or not at all, and never called a fault
// of the lab.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootDir } from '../lab/paths';
import { takeLock } from '../lab/results/file-lock';
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

it('containers that another lab measures are left alone', async () => {
  await using night = await takeLock(join(lab.resultsDir, 'measuring.lock'), 0);
  expect(night).toBeDefined();
  const { code, stderr } = await lab.run(
    'run',
    'smoke',
    '--app',
    'express',
    '--runtime',
    'compose',
  );
  expect(stderr).toMatch(/Another lab measures the containers/);
  expect(code).toBe(5);
});

describe('a password in a variable that is wrong', () => {
  const password = 'hunter2%zz';
  it.each([
    ['run', { HEADROOM_POSTGRES_URL: `postgres://lab:${password}@127.0.0.1:1/lab` }],
    ['run', { HEADROOM_POSTGRES_URL: `mysql://lab:${password}@127.0.0.1:1/lab` }],
    ['run', { HEADROOM_POSTGRES_URL: 'mysql://lab:p@ss-hunter2@127.0.0.1:1/lab' }],
    ['run', { HEADROOM_POSTGRES_URL: 'mysql://lab:p/a@ss-hunter2@127.0.0.1:1/lab' }],
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

describe('options that would be ignored', () => {
  it.each([
    [['plan', '--validate', '--rate', '10'], /--validate.* cannot be used with .*--rate/],
    [['plan', '--validate', '--growth', '30%'], /--growth/],
    [['plan', '--validate', '--price', '0.05/h'], /--price/],
    [['plan', '--validate', '--spare', '2'], /--spare/],
    [['plan', '--validate', '--database-cores', '2'], /--database-cores/],
    [['plan', '--rate', '10', '--runtime', 'compose'], /--rate.* cannot be used with .*--runtime/],
    [['plan', '--rate', '10', '--quick'], /--quick/],
    [
      ['scale', '--app', 'express', '--by', 'users', '--budget', '60s'],
      /--budget .*--measure capacity/,
    ],
    ...['--metric throughput', '--workload db', '--rate 10', '--runs 4', '--runtime compose'].map(
      (option) =>
        [
          ['compare', '--from', 'a', 'b', ...option.split(' ')],
          new RegExp(`--from.* cannot be used with .*${option.split(' ')[0]}`),
        ] as const,
    ),
    [['compare', 'express', 'django', '--budget', '60s'], /--budget is for capacity/],
    [['noise', '--app', 'express', '--users', '8'], /--users is for throughput/],
    [
      ['noise', '--app', 'express', '--metric', 'capacity', '--rate', '8'],
      /--rate is for latency and cpu-per-request, which --metric capacity does not measure/,
    ],
  ] as [string[], RegExp][])('are refused: %j', async (args, why) => {
    const { code, stdout, stderr } = await lab.run(...args);
    expect(stderr).toMatch(why);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

it('one app is wanted, and the file has several: how to name one is said', async () => {
  const file = join(rootDir, 'examples/headroom.yaml');
  const { code, stderr } = await lab.run('run', 'smoke', '--app', file);
  expect(stderr).toContain(`${file} stands for its apps staging, mine, boxed, clustered: name one`);
  expect(code).toBe(2);
});

it('a program at the port of the live page is not taken for the page of the stack', async () => {
  const stranger = createServer((_, response) => response.end('hello'));
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const { port } = stranger.address() as AddressInfo;
  const args = ['run', 'smoke', '--app', 'express', '--runtime', 'compose'];
  const { code, stderr } = await lab.with({ HEADROOM_LIVE_PORT: String(port) }).run(...args);
  stranger.close();
  expect(stderr).toMatch(/Port \d+ \(live\) is taken by another program/);
  expect(code).toBe(5);
});

it('a run from elsewhere cannot steer the terminal', async () => {
  const [id = ''] = listRunIds(lab.resultsDir);
  const file = join(lab.resultsDir, id, 'run.json');
  const text = readFileSync(file, 'utf8');
  const run = JSON.parse(text);
  writeFileSync(
    file,
    JSON.stringify({ ...run, arguments: ['run', '\u001b[2A\u001b]0;mine\u0007'] }),
  );
  const { code, stdout } = await lab.run('list');
  writeFileSync(file, text);
  expect(stdout).toContain(id);
  expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
  expect(code).toBe(0);
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
