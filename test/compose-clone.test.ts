// A clone that was made under umask 077: what containers may not read is named before anything else starts.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { rootDir } from '../lab/paths';
import { engineProblem } from './compose-stack';
import { projectNamed, removeProjects } from './container-projects';
import { temporaryFolder } from './lab-process';

const project = projectNamed('clone');
const clone = temporaryFolder();
afterAll(async () => {
  rmSync(clone, { recursive: true });
  if (engineProblem() === undefined) await removeProjects((name) => name === project);
});

const inClone = (command: string) =>
  execa('bash', ['-c', command], {
    ...{ cwd: clone, reject: false, all: true },
    env: { COMPOSE_PROJECT_NAME: project, HEADROOM_RESULTS: join(clone, 'results') },
  });

test('is refused with the remedy, which opens it', async (context) => {
  const problem = engineProblem();
  context.skip(problem !== undefined, problem);
  const copy = 'git ls-files -z | tar -c --null -T - | tar -x --no-same-permissions -C "$0"';
  await execa('bash', ['-c', `umask 077; ${copy}`, clone], { cwd: rootDir });
  mkdirSync(join(clone, 'results'));
  const up = 'docker compose up --exit-code-from results results';
  const { all, exitCode } = await inClone(up);
  expect(all).toMatch(/Containers may not read \.\/\w+/);
  expect(exitCode).toBe(1);
  const [remedy = ''] = /chmod -R go\+rX .*/.exec(all) ?? [];
  await inClone(remedy);
  expect((await inClone(up)).exitCode).toBe(0);
}, 120_000);
