// The launcher, run for real in a clone of its own; what would come over the network is faked.
import { existsSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rootDir } from './paths';
import { identify, isAlive } from './proc';
import { allTools, FakeClone } from './setup/fake-clone.fixture';

let clone: FakeClone;
beforeEach(() => {
  clone = new FakeClone();
});
afterEach(() => clone.remove());

describe('set-up', () => {
  test('brings everything, runs the verb, and does nothing the second time', async () => {
    const first = await clone.launch(['tour', '--quick']);
    expect(first).toMatchObject({ code: 0, stdout: 'lab: tour --quick\n' });
    for (const line of ['npm packages', 'Python 3.12.1', 'built', 'from the PATH']) {
      expect(first.stderr).toContain(line);
    }
    expect(clone.calls()).toContain(
      'python -m pip install --require-hashes --no-input -r apps/django/requirements.txt',
    );
    expect(readlinkSync(clone.path('.lab/bin/k6'))).toBe(clone.path('bin/k6'));
    rmSync(clone.path('calls'));
    expect(await clone.launch(['tour'])).toEqual({ code: 0, stdout: 'lab: tour\n', stderr: '' });
    expect(clone.calls()).toEqual([]);
  });

  test('does again what its inputs or a lost product call for, and nothing else', async () => {
    await clone.launch(['tour']);
    writeFileSync(clone.path('package-lock.json'), '{}');
    rmSync(clone.path('.lab/bin/promtool'));
    const { stderr } = await clone.launch(['tour']);
    expect(stderr).toContain('npm packages');
    expect(stderr).toContain('Prometheus');
    expect(stderr).not.toContain('Python');
    expect(stderr).not.toContain('k6');
  });

  test('of doctor, and of a verb nobody knows, is npm packages alone', async () => {
    expect(await clone.launch(['doctor'], ['npm'])).toMatchObject({
      code: 0,
      stdout: 'lab: doctor\n',
    });
    expect(await clone.launch(['tuor'], ['npm'])).toMatchObject({ code: 0, stdout: 'lab: tuor\n' });
    expect(await clone.launch(['tour', '--help'], ['npm'])).toMatchObject({ code: 0 });
  });

  test.each([
    ['plan', '--rate', '10'],
    ['claims', 'express-faster', '--from-disk'],
    ...['list', 'show', 'report', 'deck', 'history', 'analyse', 'status'].map((verb) => [verb]),
  ])('of a verb that only reads is npm packages alone: %s', async (...args) => {
    expect(await clone.launch(args, ['npm'])).toMatchObject({ code: 0 });
  });

  test.each([
    ['plan', '--validate'],
    ['claims', '--quick'],
  ])('of one that may measure brings all: %s %s', async (...args) => {
    expect(await clone.launch(args, ['npm'])).toMatchObject({ code: 5 });
  });

  test('in a folder where nothing can be made names it and the reason', async () => {
    writeFileSync(clone.path('.lab'), 'a file');
    const { code, stderr } = await clone.launch(['list']);
    expect(code).toBe(5);
    expect(stderr).toContain(`Set-up cannot work in ${clone.path('.lab')}: `);
    expect(stderr).not.toMatch(/at .*\.mjs/);
  });

  test('names every missing tool, why it is needed and how to get it, before doing anything', async () => {
    const { code, stderr } = await clone.launch(['tour'], ['npm']);
    expect(code).toBe(5);
    expect(stderr).toMatch(
      /Python 3\.10 or newer .*is missing: it runs the apps written in Python/,
    );
    expect(stderr).toMatch(/apt-get install python3 python3-venv|brew install python/);
    expect(clone.calls()).toEqual([]);
    const offline = { HEADROOM_RELEASES_URL: 'off' };
    const { stderr: withoutReleases } = await clone.launch(['tour'], ['npm'], offline);
    expect(withoutReleases).toMatch(/Go 1\.26 or newer is missing, and so is k6 2\.2/);
    expect(withoutReleases).toContain('https://go.dev/dl');
    expect(withoutReleases).toContain('Python');
    expect(clone.calls()).toEqual([]);
  });

  test.each(['darwin', 'win32'])('on %s is one sentence about containers', async (platform) => {
    const preload = clone.path('platform.cjs');
    writeFileSync(preload, `Object.defineProperty(process, 'platform', { value: '${platform}' });`);
    const { code, stderr } = await clone.launch(['tour'], allTools, {
      NODE_OPTIONS: `--require=${preload}`,
    });
    expect({ code, stderr: stderr.trim() }).toEqual({
      code: 5,
      stderr: 'Without containers the lab runs on Linux only; on this system: docker compose up',
    });
    expect(clone.calls()).toEqual([]);
  });

  test.each(['tour', 'list', 'test'])(
    'names an app.json that is no JSON, and runs nothing: %s',
    async (verb) => {
      const file = clone.path('apps/express/app.json');
      writeFileSync(file, '{ "name": "express",');
      const { code, stderr } = await clone.launch([verb]);
      expect(code).toBe(5);
      expect(stderr.trim()).toMatch(/^\S+app\.json cannot be read: .*\. Correct it\.$/);
      expect(stderr).toContain(file);
      expect(clone.calls()).toEqual([]);
    },
  );

  test.each([
    ['no native part', '{ "name": "express" }'],
    ['half a build', '{ "name": "express", "native": { "build": { "command": ["node"] } } }'],
  ])('leaves an app.json with %s to the lab, which says what is missing', async (_, text) => {
    writeFileSync(clone.path('apps/express/app.json'), text);
    expect(await clone.launch(['tour'])).toMatchObject({ code: 0, stdout: 'lab: tour\n' });
  });

  test('that fails shows the end of the log and leaves a set-up that can be run again', async () => {
    const { code, stderr } = await clone.launch(['doctor'], ['npm'], { NPM: 'fails' });
    expect(code).toBe(5);
    expect(stderr).toContain('npm error network is unreachable');
    expect(stderr).toContain('.lab/logs/npm.log');
    expect(existsSync(clone.path('.lab/setup.lock'))).toBe(false);
    expect(await clone.launch(['doctor'], ['npm'])).toMatchObject({ code: 0 });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ended by %s ends what it started, exits 130 and can be run again',
    async (signal) => {
      const { child, ended } = clone.start(['doctor'], ['npm'], { NPM: 'hangs' });
      const npm = await clone.hangingNpm();
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 130 });
      expect(isAlive(npm)).toBe(false);
      expect(await clone.launch(['doctor'], ['npm'])).toMatchObject({ code: 0 });
    },
  );

  test('says which disk is too small, and how much it needs', async () => {
    // A full disk cannot be had without being root: this one is the arithmetic and the words.
    const { diskProblem } = await import(pathToFileURL(join(rootDir, 'lab/setup/run.mjs')).href);
    expect(diskProblem(3e9, 3e9, '/clone')).toBeUndefined();
    expect(diskProblem(1.2e9, 3e9, '/clone')).toMatch(/\/clone has 1\.2 GB free; .* 3\.0 GB/);
  });

  /** A clone on a disk with so many bytes left, one number for each time that it is asked. */
  const onDisk = (...freeBytes: number[]) => {
    const preload = clone.path('disk.cjs');
    const source = `const free = ${JSON.stringify(freeBytes)};
require('fs').statfsSync = () => ({ bsize: 1, bavail: free.length > 1 ? free.shift() : free[0] });
require('module').syncBuiltinESMExports();`;
    writeFileSync(preload, source);
    return { NODE_OPTIONS: `--require=${preload}` };
  };
  const withGo = ['npm', 'python3', 'go'];

  test.each([
    ['a release of k6 and Prometheus, although there is Go', {}, '1.7 GB'],
    ['a build where none is asked for', { HEADROOM_RELEASES_URL: 'off' }, '3.5 GB'],
  ])('asks for the room of %s, as doctor does', async (_what, settings, wanted) => {
    const env = { ...onDisk(1.6e9), ...settings };
    const { code, stderr } = await clone.launch(['tour'], withGo, env);
    expect(stderr).toContain(`set-up needs ${wanted}`);
    expect(code).toBe(5);
    const steps = pathToFileURL(clone.path('lab/setup/steps.mjs')).href;
    const places = JSON.stringify({ root: clone.root, lab: clone.path('.lab') });
    const script = `import('${steps}').then((all) => console.log(all.bytesToSetUp(${places})))`;
    const { stdout } = await execa(process.execPath, ['--eval', script], {
      ...{ env: { PATH: clone.path('bin'), ...settings, CALLS: clone.path('calls') } },
      extendEnv: false,
    });
    expect(`${(Number(stdout) / 1e9).toFixed(1)} GB`).toBe(wanted);
  });

  test('asks for the room of a build again where a release does not come', async () => {
    const env = { ...onDisk(1.8e9, 1e9), HEADROOM_RELEASES_URL: 'http://127.0.0.1:1' };
    const { code, stderr } = await clone.launch(['tour'], withGo, env);
    expect(stderr).toMatch(/has 1\.0 GB free; set-up needs 1\.4 GB/);
    expect(clone.calls()).not.toContainEqual(expect.stringMatching(/^go build/));
    expect(code).toBe(5);
  });

  test('in a clone that cannot be written ends on a terminal too', async () => {
    const preload = clone.path('read-only.cjs');
    const source = `process.stderr.isTTY = true;
require('fs').linkSync = (from, path) => {
  throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS', syscall: 'link', path });
};
require('module').syncBuiltinESMExports();`;
    writeFileSync(preload, source);
    const env = { NODE_OPTIONS: `--require=${preload}` };
    const { code, stderr } = await clone.launch(['doctor'], ['npm'], env);
    expect(stderr).toContain('Set-up cannot work in');
    expect(code).toBe(5);
  });

  test('that ends for want of room names the disk, and no network', async () => {
    const { code, stderr } = await clone.launch(['doctor'], ['npm'], { NPM: 'has no room' });
    expect(stderr).toContain('The disk is full: free some space');
    expect(stderr).not.toContain('network');
    expect(code).toBe(5);
  });

  test('of an app at a revision builds one outside of apps/, with its own packages', async () => {
    mkdirSync(clone.path('node_modules'));
    const app = {
      ...{ name: 'mine', title: 'Mine', folder: 'my-app' },
      native: {
        build: { command: ['npm', 'run', 'build'], inputs: ['main.js'], output: 'built' },
        python: { requirements: 'requirements.txt' },
      },
    };
    const asked = JSON.stringify({ root: clone.root, app, isOfTheLab: true });
    mkdirSync(clone.path('my-app'));
    await clone.launch(['list'], allTools);
    rmSync(clone.path('calls'));
    const setUp = () =>
      execa(process.execPath, [clone.path('lab/setup/revision.mjs'), asked], {
        ...{ env: { PATH: clone.path('bin'), CALLS: clone.path('calls') }, extendEnv: false },
        reject: false,
      });
    const { stderr, exitCode } = await setUp();
    expect(stderr).toContain('Mine app');
    const pip = 'python -m pip install --require-hashes --no-input -r my-app/requirements.txt';
    expect(clone.calls()).toContainEqual('npm run build');
    expect(clone.calls()).toContainEqual(pip);
    expect(exitCode).toBe(0);
    // They are there, whatever serves the app.
    await setUp();
    expect(clone.calls().filter((call) => call === pip)).toHaveLength(1);
  });
});

describe('the set-up lock', () => {
  const lock = () => clone.path('.lab/setup.lock');
  const hold = (pid: number, startedAt: string) => {
    mkdirSync(clone.path('.lab'), { recursive: true });
    writeFileSync(lock(), JSON.stringify({ pid, startedAt, children: [] }));
  };
  const me = () => String(identify(process.pid)?.startTicks);

  test('makes a second launcher wait, and say for whom', async () => {
    hold(process.pid, me());
    const { child, ended } = clone.start(['doctor'], ['npm']);
    const told = new Promise((resolve) => child.stderr?.once('data', (text) => resolve(`${text}`)));
    expect(await told).toContain(`another set-up is running here (pid ${process.pid})`);
    expect(clone.calls()).toEqual([]);
    rmSync(lock());
    expect(await ended).toMatchObject({ code: 0 });
  });

  test.each([
    ['a process that is gone', () => hold(2 ** 22 + 1, '1')],
    ['a pid that was given to another process since', () => hold(process.pid, '1')],
    ['nobody, its text being torn', () => writeFileSync(lock(), '{"pid":')],
  ])('is taken over from %s', async (_, leaveBehind) => {
    mkdirSync(clone.path('.lab'));
    leaveBehind();
    expect(await clone.launch(['doctor'], ['npm'])).toMatchObject({ code: 0 });
    expect(existsSync(lock())).toBe(false);
  });

  test('of a launcher that was killed outright tells what it left running, and that is ended', async () => {
    const { child, ended } = clone.start(['doctor'], ['npm'], { NPM: 'hangs' });
    const npm = await clone.hangingNpm();
    child.kill('SIGKILL');
    await ended;
    expect(isAlive(npm)).toBe(true);
    expect(await clone.launch(['doctor'], ['npm'])).toMatchObject({ code: 0 });
    // Killed, it is gone once the kernel has got to it.
    await expect.poll(() => isAlive(npm), { timeout: 10_000 }).toBe(false);
  });
});

describe('a running lab', () => {
  test("gets none of Node's variables from the shell, set-up gets all of them", async () => {
    clone.writeMain(
      'console.log(Object.keys(process.env).filter((name) => /NODE_|^npm_config/.test(name)).join());',
    );
    const shells = { NODE_OPTIONS: '--no-warnings', TS_NODE_FILES: 'true' };
    const certificates = { NODE_EXTRA_CA_CERTS: '/dev/null' };
    expect(await clone.launch(['doctor'], ['npm'], { ...shells, ...certificates })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^NODE_EXTRA_CA_CERTS,TS_NODE_PROJECT\n$|^TS_NODE_PROJECT,NODE_EXTRA_CA_CERTS\n$/,
      ),
    });
  });

  test('gives the launcher its exit code', async () => {
    clone.writeMain('process.exit(4)');
    expect(await clone.launch(['doctor'])).toMatchObject({ code: 4 });
  });

  test.each(['SIGINT', 'SIGTERM'])('is handed %s, once', async (signal) => {
    clone.writeMain(
      `let seen = 0;
       process.on('${signal}', () => { seen += 1; setTimeout(() => process.exit(40 + seen), 100); });
       setInterval(() => {}, 1000);
       console.log('up');`,
    );
    const { child, ended } = clone.start(['doctor']);
    child.stdout?.once('data', () => child.kill(signal as NodeJS.Signals));
    expect(await ended).toMatchObject({ code: 41 });
  });
});

describe('npm test', () => {
  test('stops at the first check that fails, with its exit code', async () => {
    const { code, stdout } = await clone.launch(['test'], allTools, { TSC: '2' });
    expect(code).toBe(2);
    expect(stdout).toBe('\n== types\n');
  });

  test('with a filter runs those tests alone', async () => {
    const { code, stdout } = await clone.launch(['test', 'lab/analysis', '-t', 'median']);
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
