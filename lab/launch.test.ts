// The launcher, run for real in a clone of its own; what would come over the network is faked.
import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { rootDir } from './paths';
import { identify, isAlive, type ProcessIdentity } from './proc';

/** Stands in for every outside program: notes its call, and makes what the real one would make. */
const fakeProgram = `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } = require('fs');
const { basename, dirname, join } = require('path');
const name = basename(process.argv[1]);
const args = process.argv.slice(2).join(' ');
const make = (path, text = '') => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
appendFileSync(process.env.CALLS, (name + ' ' + args).trim() + '\\n');
if (name === 'npm' && process.env.NPM === 'fails') {
  console.error('npm error network is unreachable');
  process.exit(1);
} else if (name === 'npm' && process.env.NPM === 'hangs') {
  writeFileSync(process.env.CALLS + '.pid', String(process.pid));
  setInterval(() => {}, 1000);
} else if (name === 'npm') {
  make('node_modules/.package-lock.json');
  make('node_modules/ts-node/register.js');
  const compile = "require('fs').mkdirSync('apps/express/dist', { recursive: true });";
  const check = "if (process.argv.includes('--noEmit')) process.exit(+process.env.TSC || 0);";
  make('node_modules/typescript/bin/tsc', check + compile);
  make('node_modules/vitest/vitest.mjs', "console.log('vitest', ...process.argv.slice(4))");
} else if (name === 'python3' && args.startsWith('-c')) {
  console.log('3.12.1');
} else if (args.startsWith('-m venv')) {
  const bin = join(process.argv.at(-1), 'bin');
  mkdirSync(bin, { recursive: true });
  for (const one of ['python', 'gunicorn', 'ruff', 'mypy']) {
    rmSync(join(bin, one), { force: true });
    symlinkSync(process.argv[1], join(bin, one));
  }
} else if (args === '--version') {
  console.log(name === 'k6' ? 'k6 v2.2.0 (go1.26.8)' : name + ', version 3.15.0 (branch: )');
}
`;

const allTools = ['npm', 'python3', 'k6', 'prometheus', 'promtool'];
const home = mkdtempSync(join(tmpdir(), 'headroom-launch-'));
const fake = join(home, 'fake');
writeFileSync(fake, fakeProgram, { mode: 0o755 });
afterAll(() => rmSync(home, { recursive: true, force: true }));

let clone: string;
let count = 0;
const inClone = (...parts: string[]) => join(clone, ...parts);
const calls = () =>
  existsSync(inClone('calls')) ? readFileSync(inClone('calls'), 'utf8').trim().split('\n') : [];

beforeEach(() => {
  clone = join(home, String(count++));
  for (const path of ['lab/launch.mjs', 'lab/setup', 'tools', 'package-lock.json']) {
    cpSync(join(rootDir, path), inClone(path), { recursive: true });
  }
  writeFileSync(inClone('package.json'), '{}');
  mkdirSync(inClone('lab/commands'));
  writeFileSync(inClone('lab/commands/tour.ts'), '');
  writeFileSync(inClone('lab/commands/doctor.ts'), '');
  writeFileSync(inClone('lab/main.ts'), 'console.log("lab:", ...process.argv.slice(2))');
});

type Launched = { child: ChildProcess; ended: Promise<Ended> };
type Ended = { code: number | null; stdout: string; stderr: string };

/** Starts the launcher on a PATH that holds `tools` and nothing else. */
function start(args: string[], tools = allTools, env: NodeJS.ProcessEnv = {}): Launched {
  const bin = inClone('bin');
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  for (const tool of tools) symlinkSync(fake, join(bin, tool));
  symlinkSync('/bin/sh', join(bin, 'sh'));
  const child = spawn(process.execPath, ['lab/launch.mjs', ...args], {
    cwd: clone,
    env: { HOME: home, PATH: bin, CALLS: inClone('calls'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => (text.stdout += chunk));
  child.stderr?.on('data', (chunk) => (text.stderr += chunk));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, ...text })),
  );
  return { child, ended };
}

const launch = (...given: Parameters<typeof start>) => start(...given).ended;

function hangingNpm(): ProcessIdentity {
  const npm = identify(Number(readFileSync(inClone('calls.pid'), 'utf8')));
  if (npm === undefined) throw new Error('the faked npm has ended');
  return npm;
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5000; !condition(); ) {
    if (Date.now() > deadline) throw new Error(`never came true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('set-up', () => {
  test('brings everything, runs the verb, and does nothing the second time', async () => {
    const first = await launch(['tour', '--quick']);
    expect(first).toMatchObject({ code: 0, stdout: 'lab: tour --quick\n' });
    for (const line of ['npm packages', 'Python 3.12.1', 'compiled', "the PATH's"]) {
      expect(first.stderr).toContain(line);
    }
    expect(calls()).toContain(
      'python -m pip install --require-hashes --no-input -r apps/django/requirements.txt',
    );
    expect(readlinkSync(inClone('.lab/bin/k6'))).toBe(inClone('bin/k6'));
    rmSync(inClone('calls'));
    expect(await launch(['tour'])).toEqual({ code: 0, stdout: 'lab: tour\n', stderr: '' });
    expect(calls()).toEqual([]);
  });

  test('does again what its inputs or a lost product call for, and nothing else', async () => {
    await launch(['tour']);
    writeFileSync(inClone('package-lock.json'), '{}');
    rmSync(inClone('.lab/bin/promtool'));
    const { stderr } = await launch(['tour']);
    expect(stderr).toContain('npm packages');
    expect(stderr).toContain('Prometheus');
    expect(stderr).not.toContain('Python');
    expect(stderr).not.toContain('k6');
  });

  test('of doctor, and of a verb nobody knows, is npm packages alone', async () => {
    expect(await launch(['doctor'], ['npm'])).toMatchObject({ code: 0, stdout: 'lab: doctor\n' });
    expect(await launch(['tuor'], ['npm'])).toMatchObject({ code: 0, stdout: 'lab: tuor\n' });
    expect(await launch(['tour', '--help'], ['npm'])).toMatchObject({ code: 0 });
  });

  test('names every missing tool, why it is needed and how to get it, before doing anything', async () => {
    const { code, stderr } = await launch(['tour'], ['npm']);
    expect(code).toBe(5);
    expect(stderr).toMatch(/Python 3\.10 or newer .*is missing: it runs the Django app/);
    expect(stderr).toMatch(/apt-get install python3 python3-venv|brew install python/);
    expect(stderr).toMatch(/Go 1\.26 or newer is missing, and so is k6 2\.2/);
    expect(stderr).toContain('https://go.dev/dl');
    expect(calls()).toEqual([]);
  });

  test('that fails shows the end of the log and leaves a set-up that can be run again', async () => {
    const { code, stderr } = await launch(['doctor'], ['npm'], { NPM: 'fails' });
    expect(code).toBe(5);
    expect(stderr).toContain('npm error network is unreachable');
    expect(stderr).toContain('.lab/logs/npm.log');
    expect(existsSync(inClone('.lab/setup.lock'))).toBe(false);
    expect(await launch(['doctor'], ['npm'])).toMatchObject({ code: 0 });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ended by %s ends what it started, exits 130 and can be run again',
    async (signal) => {
      const { child, ended } = start(['doctor'], ['npm'], { NPM: 'hangs' });
      await until(() => existsSync(inClone('calls.pid')));
      const npm = hangingNpm();
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 130 });
      expect(isAlive(npm)).toBe(false);
      expect(await launch(['doctor'], ['npm'])).toMatchObject({ code: 0 });
    },
  );

  test('says which disk is too small, and how much it needs', async () => {
    // A full disk cannot be had without being root: this one is the arithmetic and the words.
    const { diskProblem } = await import(pathToFileURL(join(rootDir, 'lab/setup/run.mjs')).href);
    expect(diskProblem(3e9, 3e9, '/clone')).toBeUndefined();
    expect(diskProblem(1.2e9, 3e9, '/clone')).toMatch(/\/clone has 1\.2 GB free; .* 3\.0 GB/);
  });
});

describe('the set-up lock', () => {
  const lock = () => inClone('.lab/setup.lock');
  const hold = (pid: number, startedAt: string) => {
    mkdirSync(inClone('.lab'), { recursive: true });
    writeFileSync(lock(), JSON.stringify({ pid, startedAt, children: [] }));
  };
  const me = () => String(identify(process.pid)?.startTicks);

  test('makes a second launcher wait, and say for whom', async () => {
    hold(process.pid, me());
    const { child, ended } = start(['doctor'], ['npm']);
    const told = new Promise((resolve) => child.stderr?.once('data', (text) => resolve(`${text}`)));
    expect(await told).toContain(`another set-up is running here (pid ${process.pid})`);
    expect(calls()).toEqual([]);
    rmSync(lock());
    expect(await ended).toMatchObject({ code: 0 });
  });

  test.each([
    ['a process that is gone', () => hold(2 ** 22 + 1, '1')],
    ['a pid that was given to another process since', () => hold(process.pid, '1')],
    ['nobody, its text being torn', () => writeFileSync(lock(), '{"pid":')],
  ])('is taken over from %s', async (_, leaveBehind) => {
    mkdirSync(inClone('.lab'));
    leaveBehind();
    expect(await launch(['doctor'], ['npm'])).toMatchObject({ code: 0 });
    expect(existsSync(lock())).toBe(false);
  });

  test('of a launcher that was killed outright tells what it left running, and that is ended', async () => {
    const { child, ended } = start(['doctor'], ['npm'], { NPM: 'hangs' });
    await until(() => existsSync(inClone('calls.pid')));
    const npm = hangingNpm();
    child.kill('SIGKILL');
    await ended;
    expect(isAlive(npm)).toBe(true);
    expect(await launch(['doctor'], ['npm'])).toMatchObject({ code: 0 });
    expect(isAlive(npm)).toBe(false);
  });
});

describe('a running lab', () => {
  test('gives the launcher its exit code', async () => {
    writeFileSync(inClone('lab/main.ts'), 'process.exit(4)');
    expect(await launch(['doctor'])).toMatchObject({ code: 4 });
  });

  test.each(['SIGINT', 'SIGTERM'])('is handed %s, once', async (signal) => {
    writeFileSync(
      inClone('lab/main.ts'),
      `let seen = 0;
       process.on('${signal}', () => { seen += 1; setTimeout(() => process.exit(40 + seen), 100); });
       setInterval(() => {}, 1000);
       console.log('up');`,
    );
    const { child, ended } = start(['doctor']);
    child.stdout?.once('data', () => child.kill(signal as NodeJS.Signals));
    expect(await ended).toMatchObject({ code: 41 });
  });
});

describe('npm test', () => {
  test('stops at the first check that fails, with its exit code', async () => {
    const { code, stdout } = await launch(['test'], allTools, { TSC: '2' });
    expect(code).toBe(2);
    expect(stdout).toBe('\n== types\n');
  });

  test('with a filter runs those tests alone', async () => {
    const { code, stdout } = await launch(['test', 'lab/analysis', '-t', 'median']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\n== tests\nvitest .*lab\/analysis -t median\n$/);
  });
});

describe('a stamp', () => {
  test('changes with a name or a value, and not with their order', async () => {
    const { stampOf } = await import(pathToFileURL(join(rootDir, 'lab/setup/run.mjs')).href);
    const stamp = stampOf({ lock: 'a', platform: 'linux' });
    expect(stampOf({ platform: 'linux', lock: 'a' })).toBe(stamp);
    expect(stampOf({ platform: 'linux', lock: 'b' })).not.toBe(stamp);
    expect(stampOf({ platform: 'linux', locks: 'a' })).not.toBe(stamp);
    expect(stampOf({ platform: 'linux' })).not.toBe(stamp);
  });
});
