// The images: built once, and not again as long as nothing has changed.
import { beforeAll, describe, expect, test } from 'vitest';
import { appNames } from '../lab/runtime/subject';
import { engineProblem, Stack } from './compose-stack';
import { engine } from './container-projects';

const problem = engineProblem();
if (problem === undefined) describe('images of the composition', onEngine);
else test('images of the composition', (context) => context.skip(problem));

function onEngine(): void {
  let stack: Stack;
  beforeAll(async () => {
    stack = await Stack.open();
    await stack.compose('build');
  }, 300_000);

  test('a second build takes every step from the cache and makes the same images', async () => {
    const before = await imagesOf(stack);
    const log = await stack.compose('--progress', 'plain', 'build');
    expect(await imagesOf(stack)).toEqual(before);
    const steps = new Set(
      [...log.matchAll(/^#(\d+) \[.* \d+\/\d+\] (?:RUN|COPY|WORKDIR) /gm)].map(([, step]) => step),
    );
    const cached = new Set([...log.matchAll(/^#(\d+) CACHED$/gm)].map(([, step]) => step));
    expect(steps.size).toBeGreaterThan(0);
    expect([...steps].filter((step) => !cached.has(step))).toEqual([]);
  }, 60_000);
}

async function imagesOf({ project }: Stack): Promise<string[]> {
  const docker = await engine();
  const names = [...appNames, 'database', 'lab'].map((service) => `${project}-${service}`);
  return Promise.all(names.map(async (name) => (await docker.getImage(name).inspect()).Id));
}
