// The steps by which the nightly workflow keeps its history on a branch, run as GitHub runs them.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { rootDir } from '../lab/paths';
import { temporaryFolder } from './lab-process';

type Step = { name?: string; run?: string };
const workflow: { env: Record<string, string>; jobs: { night: { steps: Step[] } } } = parse(
  readFileSync(join(rootDir, '.github/workflows/nightly.yml'), 'utf8'),
);
const scriptOf = (name: string): string => {
  const script = workflow.jobs.night.steps.find((step) => step.name === name)?.run;
  if (script === undefined) throw new Error(`nightly.yml has no step "${name}"`);
  return script;
};

let folder: string;
beforeEach(async () => {
  folder = temporaryFolder();
  await git('init', '--quiet', '--bare', 'remote');
  await git('clone', '--quiet', 'remote', 'first');
  writeFileSync(join(folder, 'first/app.ts'), '');
  await git('-C', 'first', 'add', '.');
  await git('-C', 'first', ...author, 'commit', '--quiet', '--message', 'app');
  await git('-C', 'first', 'push', '--quiet', 'origin', 'HEAD');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const author = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.org'];
const environment = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', HOME: '/nowhere' };
const git = (...args: string[]) =>
  execa('git', args, { cwd: folder, env: environment, extendEnv: false });

/** A step in a clone, which is where a job works. */
const step = (name: string, clone: string, env: Record<string, string> = {}) =>
  execa('bash', ['-e', '-c', scriptOf(name)], {
    cwd: join(folder, clone),
    env: {
      ...environment,
      ...workflow.env,
      GITHUB_WORKSPACE: join(folder, clone),
      GITHUB_OUTPUT: join(folder, 'outputs'),
      ...env,
    },
    extendEnv: false,
    reject: false,
  });

/** One job: a fresh clone, the steps before and after the measurement, and a line for it. */
async function night(clone: string, line: string, meanwhile = async () => {}) {
  await git('clone', '--quiet', 'remote', clone);
  writeFileSync(join(folder, 'outputs'), '');
  const brought = await step('Bring the history', clone);
  if (brought.exitCode !== 0) return brought;
  const results = join(folder, clone, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, 'history.jsonl'), `${line}\n`, { flag: 'a' });
  for (const name of ['notifications.json', 'history.html']) writeFileSync(join(results, name), '');
  await meanwhile();
  const found = readFileSync(join(folder, 'outputs'), 'utf8').trim().replace('found=', '');
  return step('Keep the history', clone, { FOUND: found });
}
const kept = async () =>
  (await git('-C', 'remote', 'show', 'nightly-history:history.jsonl')).stdout.split('\n');

describe('the history of the nightly workflow', () => {
  it('begins where the remote has no branch of it, and grows by a line each night', async () => {
    expect(await night('one', 'first')).toMatchObject({ exitCode: 0 });
    expect(await kept()).toEqual(['first']);
    expect(await night('two', 'second')).toMatchObject({ exitCode: 0 });
    expect(await kept()).toEqual(['first', 'second']);
  });

  it('does not start again from nothing when the remote does not answer', async () => {
    await night('one', 'first');
    await git('clone', '--quiet', 'remote', 'two');
    renameSync(join(folder, 'remote'), join(folder, 'away'));
    const failed = await step('Bring the history', 'two');
    expect(failed.stderr).toContain('does not appear to be a git repository');
    expect(failed.exitCode).not.toBe(0);
  });

  it('keeps what was pushed while the night was measured: the job fails, and its line is not lost', async () => {
    await night('one', 'first');
    const refused = await night('two', 'second', async () => {
      await git('clone', '--quiet', '--branch', 'nightly-history', 'remote', 'ours');
      writeFileSync(join(folder, 'ours/history.jsonl'), 'accepted\n', { flag: 'a' });
      await git('-C', 'ours', ...author, 'commit', '--quiet', '--all', '--message', 'accepted');
      await git('-C', 'ours', 'push', '--quiet');
    });
    expect(refused.stdout).toContain('has lines that this night did not know');
    expect(refused.exitCode).toBe(1);
    expect(await kept()).toEqual(['first', 'accepted']);
    expect(readFileSync(join(folder, 'two/results/history.jsonl'), 'utf8')).toBe('first\nsecond\n');
  });

  it('gives git the token by its environment', async () => {
    const { stdout } = await execa('git', ['credential', 'fill'], {
      env: { ...environment, ...workflow.env, GH_TOKEN: 'token' },
      extendEnv: false,
      input: 'protocol=https\nhost=github.com\n\n',
    });
    expect(stdout).toContain('password=token');
    expect(readFileSync(join(rootDir, '.github/workflows/nightly.yml'), 'utf8')).not.toMatch(
      /\/\/[^\s]*\$\{\{ github\.token/,
    );
  });
});
