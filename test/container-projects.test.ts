// A test process that is killed leaves containers; the next start removes them, and nobody else's.
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { rootDir } from '../lab/paths';
import { engineProblem, Stack, until } from './compose-stack';
import { engine, projectLabel, projectNamed, removeProjects } from './container-projects';

const problem = engineProblem();
if (problem === undefined) describe('a test process that is killed', onEngine);
else test('a test process that is killed', (context) => context.skip(problem));

function onEngine(): void {
  const living = projectNamed('living');
  const usersOwn = 'somebody-s-own-project';
  afterAll(() => removeProjects((name) => name === living || name === usersOwn));

  test('leaves its stack, and the next start removes that and nothing else', async () => {
    const { CONTAINER_TESTS_OWNER: _, ...env } = process.env;
    const killed = execa(
      process.execPath,
      ['--require', 'ts-node/register', '--eval', bringUpAndStay],
      { cwd: join(rootDir, 'test'), env, extendEnv: false, reject: false },
    );
    const project = await new Promise<string>((resolve, reject) => {
      killed.stdout.on('data', (chunk) => {
        const [, name] = /up: (\S+)/.exec(String(chunk)) ?? [];
        if (name !== undefined) resolve(name);
      });
      void killed.then(({ stderr }) => reject(new Error(stderr)));
    });
    killed.kill('SIGKILL');
    await killed;
    const docker = await engine();
    await create(living);
    await create(usersOwn);
    mkdirSync(join(tmpdir(), project), { recursive: true });
    // With the services that prepare, which have ended.
    expect((await namesOf(project)).sort()).toEqual(
      ['placement', 'prometheus', 'results'].map((service) => `/${project}-${service}-1`),
    );

    await Stack.open({ project: living });

    await until('it is gone', 10, async () =>
      (await namesOf(project)).length === 0 ? true : undefined,
    );
    const filters = { label: [`${projectLabel}=${project}`] };
    expect(await docker.listNetworks({ filters })).toEqual([]);
    const { Volumes } = await docker.listVolumes({ filters: JSON.stringify(filters) });
    expect(Volumes ?? []).toEqual([]);
    expect(await namesOf(living)).toHaveLength(1);
    expect(await namesOf(usersOwn)).toHaveLength(1);
  }, 120_000);
}

const bringUpAndStay = `
  const { Stack } = require('./compose-stack');
  const { projectNamed } = require('./container-projects');
  Stack.open({ project: projectNamed('killed') }).then(async (stack) => {
    await stack.up(['prometheus']);
    console.log('up: ' + stack.project);
    setInterval(() => undefined, 1000);
  });
`;

/** A container that needs not run to be removed, or not. */
const create = async (project: string) =>
  (await engine()).createContainer({
    Image: 'prom/prometheus:v3.15.0',
    Labels: { [projectLabel]: project },
  });

async function namesOf(project: string): Promise<string[]> {
  const found = await (await engine()).listContainers({
    all: true,
    filters: { label: [`${projectLabel}=${project}`] },
  });
  return found.flatMap(({ Names }) => Names);
}
