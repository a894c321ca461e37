// A disk that fills up while a run is written: it is said, nothing is left running, and what was
// written stays whole.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../lab/proc';
import { RunFolder } from '../lab/results/run-folder';
import { FakeClone } from '../lab/setup/fake-clone.fixture';
import { allGone, Lab } from './lab-process';

const runQuick = ['run', 'concurrency', '--app', 'express', '--quick'];

describe('a small tmpfs for results', () => {
  let lab: Lab;
  let whyNot: string | undefined;

  beforeEach(async (context) => {
    lab = await Lab.create();
    mkdirSync(lab.resultsDir);
    whyNot = mount(lab.resultsDir);
    context.skip(whyNot !== undefined, whyNot);
  });
  afterEach(() => {
    if (whyNot === undefined) execaSync('umount', [lab.resultsDir]);
    lab.remove();
  });

  it('that fills up in mid-run: exit 5 names it, the run is partial, nothing is left running', async () => {
    const running = lab.start(...runQuick);
    await running.prints(/concurrency warmup/);
    const children = lab.children();
    fill(lab.resultsDir);
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(/cannot be written: the disk is full\. Free some space/);
    expect(stderr).not.toMatch(/bug in the lab/);
    expect(code).toBe(5);
    expect(await allGone(children)).toBe(true);
    rmSync(join(lab.resultsDir, 'fill'));
    expect(RunFolder.open(lab.resultsDir).run.status).toBe('partial');
    expect((await lab.run('show')).code).toBe(0);
  });

  it('that holds all but the report: the run is complete, and its report is made later', async () => {
    const running = lab.start(...runQuick);
    await running.prints(/step_\d+, 32 users \.\.\./);
    // What else is written comes to some 60 KB, more on a slow machine; the page to 70 KB.
    fill(lab.resultsDir, 96 * 1024);
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(/report\.html cannot be written: the disk is full/);
    expect(code).toBe(5);
    rmSync(join(lab.resultsDir, 'fill'));
    const { run, path } = RunFolder.open(lab.resultsDir);
    expect(['complete', 'void']).toContain(run.status);
    expect(existsSync(join(path, 'report.html'))).toBe(false);
    expect((await lab.run('report')).stdout).toBe(`${join(path, 'report.html')}\n`);
    expect(existsSync(join(path, 'report.html'))).toBe(true);
  });
});

describe('a small tmpfs for what set-up brings', () => {
  let clone: FakeClone;
  let whyNot: string | undefined;

  beforeEach((context) => {
    clone = new FakeClone();
    mkdirSync(clone.path('.lab'));
    whyNot = mount(clone.path('.lab'));
    context.skip(whyNot !== undefined, whyNot);
  });
  afterEach(() => {
    if (whyNot === undefined) execaSync('umount', [clone.path('.lab')]);
    clone.remove();
  });

  it('that is full: exit 5 says so', async () => {
    fill(clone.path('.lab'));
    const { code, stderr } = await clone.launch(['list'], ['npm']);
    expect(stderr).toMatch(/Set-up cannot work in .*no space left on device/);
    expect(stderr).not.toMatch(/at .*\.mjs/);
    expect(code).toBe(5);
  });

  it('that fills up while npm runs: Ctrl-C leaves nothing running', async () => {
    const { child, ended } = clone.start(['list'], ['npm'], { NPM: 'hangs' });
    const npm = await clone.hangingNpm();
    fill(clone.path('.lab'));
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(stderr).not.toMatch(/at .*\.mjs/);
    expect(code).toBe(130);
    expect(isAlive(npm)).toBe(false);
  });

  it('that has no room for a download: it names the disk, and builds nothing', async () => {
    const releases = createServer((request, response) => {
      const name = `k6-v2.2.0-linux-${process.arch === 'x64' ? 'amd64' : process.arch}.tar.gz`;
      if (request.url?.endsWith('checksums.txt')) response.end(`${'0'.repeat(64)}  ${name}\n`);
      else response.end(Buffer.alloc(2 * size));
    });
    await new Promise<void>((resolve) => releases.listen(0, '127.0.0.1', resolve));
    const { port } = releases.address() as AddressInfo;
    const tools = ['npm', 'python3', 'prometheus', 'promtool', 'go'];
    const settings = { HEADROOM_RELEASES_URL: `http://127.0.0.1:${port}` };
    const { code, stderr } = await clone.launch(['tour'], tools, settings);
    releases.close();
    expect(stderr).toContain('The disk is full: free some space');
    expect(clone.calls()).not.toContainEqual(expect.stringMatching(/^go build/));
    expect(code).toBe(5);
  });
});

const size = 1024 * 1024;

/** Why there can be no tmpfs here; undefined when there is one now. */
function mount(folder: string): string | undefined {
  const options = ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder];
  const { failed, stderr, message } = execaSync('mount', options, { reject: false });
  return failed ? `a tmpfs cannot be mounted here: ${stderr || message}` : undefined;
}

/** Takes what is free, except for this much. */
function fill(folder: string, except = 0): void {
  const { stdout } = execaSync('df', ['--output=avail', '-B1', folder]);
  const free = Number(stdout.split('\n')[1]);
  writeFileSync(join(folder, 'fill'), Buffer.alloc(free - except));
}
