// How a k6 in a pod is asked to stop, by its own API; and what a killed lab has left.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { askToStop, removeLeftJobs } from './generators';
import type { Labels, Pod } from './workload';

const never = new Promise(() => undefined);

async function k6Answering(...codes: number[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(codes.shift() ?? 500).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, asked, [Symbol.dispose]: () => server.close() };
}

it('is asked again when it does not agree at once', async () => {
  using k6 = await k6Answering(500, 200);
  expect(await askToStop(k6.address, never, 10_000)).toBe(true);
  expect(k6.asked).toEqual(['PATCH /v1/status', 'PATCH /v1/status']);
});

it('has not stopped where it never agrees', async () => {
  using k6 = await k6Answering();
  expect(await askToStop(k6.address, never, 100)).toBe(false);
});

it('is left alone once it has ended', async () => {
  using k6 = await k6Answering();
  const ended = Promise.resolve();
  expect(await askToStop(k6.address, ended, 10_000)).toBe(true);
  expect(k6.asked.length).toBeLessThanOrEqual(1);
});

it('a Job that a killed lab has left is removed with its pods, and no other', async () => {
  const left = 'k6-20260101t000000z-run-3f9a-2';
  const pod = (job: string): Pod => ({
    metadata: { name: `${job}-0`, uid: job, labels: { 'job-name': job } },
    spec: { containers: [] },
    status: { phase: 'Running' },
  });
  // The lab's own pod belongs to no Job, and a TestRun to the k6-operator.
  const own: Pod = { ...pod(''), metadata: { name: 'lab', uid: 'lab', labels: {} } };
  let pods = [own, pod(left), pod(left), pod('headroom-scaling-1')];
  const removed: string[] = [];
  const cluster = {
    pods: async (labels?: Labels) => {
      expect(labels).toEqual({ 'headroom/part': 'generator' });
      return pods;
    },
    remove: async (kind: string, name: string) => {
      removed.push(`${kind} ${name}`);
      pods = pods.filter(({ metadata }) => metadata.uid !== name);
    },
  };
  await removeLeftJobs(cluster, new AbortController().signal);
  expect(removed).toEqual([`jobs ${left}`, `configmaps ${left}`]);
  expect(pods.map(({ metadata }) => metadata.uid)).toEqual(['lab', 'headroom-scaling-1']);
});
