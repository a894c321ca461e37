// `lab compare` of one app at two revisions, end to end on real parts: a commit of a repository of its own, and
// what was changed there since.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootDir } from '../lab/paths';
import { RunFolder } from '../lab/results/run-folder';
import { Repository } from '../lab/runtime/revisions/repository.fixture';
import { folderOfTree } from '../lab/runtime/revisions/tree';
import { type Finished, Lab } from './lab-process';

const load = ['--workload', 'json', '--rate', '40', '--quick', '--runs', '2', '--seconds', '4'];

describe('an app at two revisions', () => {
  const repository = new Repository();
  let lab: Lab;
  let compared: Finished;

  beforeAll(async () => {
    cpSync(join(rootDir, 'test/fixtures/fastify'), join(repository.folder, 'app'), {
      recursive: true,
    });
    repository.commit('An app');
    repository.write('app/changed.txt', 'not committed\n');
    lab = await Lab.create({ HEADROOM_APPS: join(repository.folder, 'app') });
    compared = await lab.run('compare', 'fastify@HEAD', 'fastify@worktree', ...load);
  }, 300_000);
  afterAll(() => {
    for (const { revision } of RunFolder.open(lab.resultsDir).run.subjects) {
      rmSync(folderOfTree(revision?.tree ?? 'none'), { recursive: true, force: true });
    }
    rmSync(repository.folder, { recursive: true });
    lab.remove();
  });

  it('takes turns with itself, each started from files of its own', () => {
    expect([0, 4], compared.stderr).toContain(compared.code);
    const folder = RunFolder.open(lab.resultsDir);
    const [a, b] = folder.run.subjects;
    expect(a?.revision).toMatchObject({
      ...{ name: 'HEAD', folder: 'app' },
      commit: repository.git('rev-parse', 'HEAD'),
    });
    expect(b?.revision).toMatchObject({ name: 'worktree', commit: null, folder: 'app' });
    expect(a?.revision?.tree).not.toBe(b?.revision?.tree);
    for (const { summary } of folder.trials()) {
      expect(summary?.steps.at(-1)?.requests).toBeGreaterThan(0);
      expect(summary?.steps.at(-1)?.wrongBodies).toBe(0);
    }
  });

  it('is called by its revision, and shown again from disk', async () => {
    const commit = repository.git('rev-parse', 'HEAD').slice(0, 7);
    expect(RunFolder.open(lab.resultsDir).run.design).toMatchObject({
      arms: { a: { label: `Fastify (HEAD ${commit})` }, b: { label: 'Fastify (worktree)' } },
    });
    const shown = await lab.run('show');
    expect(shown.code, shown.stderr).toBe(0);
    if (compared.code === 0) expect(shown.stdout).toBe(compared.stdout);
  });

  it('is refused where both are the same code, or one cannot be had, before anything starts', async () => {
    const refusals = await Promise.all([
      lab.run('compare', 'fastify@HEAD', `fastify@main`),
      lab.run('compare', 'fastify@HEAD~1', 'fastify'),
      lab.run('noise', '--app', 'fastify@HEAD', '--runtime', 'compose'),
    ]);
    expect(refusals.map(({ code }) => code)).toEqual([2, 2, 2]);
    const [same, missing, containers] = refusals.map(({ stderr }) => stderr.trim());
    expect(same).toMatch(
      /fastify@HEAD and fastify@main are the same code \(tree \w{7}\): `.*lab -- noise/,
    );
    expect(missing).toMatch(/git knows no revision "HEAD~1" in .*\. Give a commit/);
    expect(containers).toMatch(
      /^--runtime compose has the clone's own code alone: .* use --runtime native\.$/,
    );
  });
});
