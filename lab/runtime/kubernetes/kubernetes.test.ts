// Which Deployments a lab must be able to read.
import { expect, it } from 'vitest';
import { environmentError } from '../../errors';
import { readDeployments } from './kubernetes';
import type { Deployment } from './workload';

const deployment = (name: string): Deployment => ({
  metadata: { name, generation: 1 },
  spec: {
    replicas: 2,
    selector: { matchLabels: {} },
    template: { spec: { containers: [{ name, image: name }] } },
  },
  status: {},
});
const cluster = (...readable: string[]) => ({
  deployment: async (name: string) => {
    if (readable.includes(name)) return deployment(name);
    throw environmentError(`deployments "${name}" is forbidden`);
  },
});

it('an app whose Deployment may not be read hinders no other', async () => {
  const read = await readDeployments(cluster('express', 'django'), [
    'express',
    'fastify',
    'django',
  ]);
  expect([...read.originals.keys()]).toEqual(['express', 'django']);
  expect(read.originals.get('express')?.replicas).toBe(2);
  expect(read.unread.get('fastify')).toMatchObject({ message: expect.stringContaining('fastify') });
});

it('where none may be read, nothing can be measured', async () => {
  await expect(readDeployments(cluster(), ['express', 'django'])).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining('"express" is forbidden'),
  });
});
