// How the lab's own metrics page is served: contract/README.md, "Metrics pages".
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Exporter, type Reading, serveExporter } from './exporter';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(source: () => Promise<Reading[]> | Reading[]): Promise<string> {
  const server = await serveExporter(new Exporter([source]), '127.0.0.1', 0);
  servers.push(server);
  if (!server.listening) await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const up: Reading[] = [{ name: 'pg_up', labels: {}, value: 1 }];

describe('the page', () => {
  test.each(['/metrics', '/metrics?x=1', '/metrics?'])('is at %s', async (path) => {
    for (const Accept of ['*/*', 'application/openmetrics-text; version="1.0.0"', 'image/png']) {
      const response = await fetch((await serve(() => up)) + path, { headers: { Accept } });
      expect(response.status).toBe(200);
      expect(response.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(await response.text()).toMatch(/^pg_up 1$/m);
    }
  });

  test('has a HEAD as long as its GET, and takes no other method', async () => {
    const url = `${await serve(() => up)}/metrics`;
    const [head, get] = [await fetch(url, { method: 'HEAD' }), await fetch(url)];
    expect(head.status).toBe(200);
    expect(head.headers.get('Content-Length')).toBe(get.headers.get('Content-Length'));
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      const response = await fetch(url, { method });
      expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  test.each(['/', '/metrics/', '/nope'])('is not at %s', async (path) => {
    expect((await fetch((await serve(() => up)) + path)).status).toBe(404);
  });

  test('is made one at a time, twice at the most for all who ask together', async () => {
    let [made, underWay, arrived] = [0, 0, 0];
    const url = await serve(async () => {
      made += 1;
      underWay += 1;
      expect(underWay).toBe(1);
      await vi.waitFor(() => expect(arrived).toBe(50), 20_000);
      underWay -= 1;
      return up;
    });
    servers.at(-1)?.on('request', () => {
      arrived += 1;
    });
    const pages = await Promise.all(
      Array.from({ length: 50 }, async () => (await fetch(`${url}/metrics`)).text()),
    );
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).toMatch(/^pg_up 1$/m);
    expect(made).toBeLessThanOrEqual(2);
  });

  test('is 500 when a source fails, and right again when it does not', async () => {
    let fails = true;
    const url = await serve(() => {
      if (fails) throw new Error('no such folder');
      return up;
    });
    expect((await fetch(`${url}/metrics`)).status).toBe(500);
    fails = false;
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });
});
