// The walk of docs/own-app.md: its shell blocks, one after the other, as they stand there. On a busy machine
// its steps may be void, which says nothing of the walk.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rootDir } from '../lab/paths';
import { RunFolder } from '../lab/results/run-folder';
import { Lab } from './lab-process';

const page = readFileSync(join(rootDir, 'docs/own-app.md'), 'utf8');
const [makeApp = '', init = '', smoke = '', tour = '', keep = '', change = '', compare = ''] = [
  ...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm),
].map(([, block = '']) => block);

let lab: Lab;
let folder: string;
beforeAll(async () => {
  lab = await Lab.create();
  folder = join(lab.folder, 'my-app');
});
afterAll(() => lab.remove());

/** Where the reader's shell is: a block begins where the one before it ended. */
let cwd = rootDir;

/** `npm run lab --` without npm and set-up; one's own folder in place of the page's. */
async function walk(block: string) {
  const end = join(lab.folder, 'working-directory');
  const given = 'npm() { shift 3; "$NODE" --require ts-node/register lab/main.ts "$@"; }\n';
  const author = { GIT_AUTHOR_NAME: 'me', GIT_AUTHOR_EMAIL: 'me@example.com' };
  const { exitCode, stdout, stderr } = await execa(
    'bash',
    ['-e', '-c', `${given}${block.replaceAll('/tmp/my-app', folder)}pwd > '${end}'`],
    {
      cwd,
      env: {
        ...lab.env,
        ...author,
        ...{ GIT_COMMITTER_NAME: 'me', GIT_COMMITTER_EMAIL: 'me@example.com' },
        NODE: process.execPath,
      },
      extendEnv: false,
      reject: false,
    },
  );
  if (exitCode === 0) cwd = readFileSync(end, 'utf8').trim();
  return { code: exitCode, stdout, stderr };
}

async function expectMeasured(block: string): Promise<{ stdout: string; run: RunFolder }> {
  const { code, stdout, stderr } = await walk(block);
  expect([0, 4], stderr).toContain(code);
  return { stdout, run: RunFolder.open(lab.resultsDir) };
}

describe('an app of one’s own, from an empty folder', () => {
  it('gets a headroom.yaml and a workload', async () => {
    expect(await walk(makeApp)).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await walk(init);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(`wrote ${folder}/headroom.yaml and ${folder}/hello.ts`);
    expect(readFileSync(join(folder, 'headroom.yaml'), 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=/,
    );
    const again = await walk(init);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('already exists: edit it, or remove it first.');
  });

  it('passes the smoke test', async () => {
    const { stdout, run } = await expectMeasured(smoke);
    const [trial] = run.trials();
    expect(trial?.summary?.failedChecks).toEqual({});
    expect(trial?.summary?.steps[0]).toMatchObject({ requests: 1, failed: 0 });
    expect(stdout).toContain('1 request, every answer as expected');
  });

  it('is toured alone, and says what it does not offer', async () => {
    const { stdout, run } = await expectMeasured(tour);
    expect(run.run.subjects).toMatchObject([{ app: 'myapp', server: 'node server.mjs {port}' }]);
    expect(run.run.runtime.postgres).toBe('none');
    expect(stdout).toContain('Myapp has no metrics page');
    expect(stdout).not.toMatch(/Express|Django/);
    const [last] = run.trials().slice(-1);
    expect(last?.plan.workloadFile).toBe(join(folder, 'hello.ts'));
    expect(last?.server?.usage.at(-1)?.memoryBytes).toBeGreaterThan(1e6);
    expect(last?.server?.usage.at(-1)?.database).toBeNull();
  }, 240_000);

  it('is compared with what it was', async () => {
    expect(await walk(keep)).toMatchObject({ code: 0 });
    expect(await walk(change)).toMatchObject({ code: 0 });
    const short = compare.replace('--quick', '--quick --rate 40 --seconds 2 --runs 2');
    const { stdout, run } = await expectMeasured(short);
    expect(run.run.subjects.map(({ revision }) => revision?.name)).toEqual(['HEAD', 'worktree']);
    const measured = run.trials().filter(({ plan }) => plan.turns);
    expect(measured.length).toBeGreaterThan(0);
    expect(stdout).toMatch(/CPU per request of hello/);
  }, 300_000);
});
vi.setConfig({ testTimeout: 120_000 });
