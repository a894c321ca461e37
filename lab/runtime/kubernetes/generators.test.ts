// How a k6 in a pod is asked to stop, by its own API.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { askToStop } from './generators';

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
