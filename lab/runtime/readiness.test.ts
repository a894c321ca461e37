import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { whyNoMetrics } from './metrics-page';
import { untilReady, whyNotOk } from './readiness';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function serving(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

describe('what never gets ready', () => {
  it('is told with what was wrong last, also where that is an error', async () => {
    let asked = 0;
    const problem = async () => {
      asked += 1;
      if (asked === 1) return 'it answers 503';
      throw new Error('password authentication failed');
    };
    await expect(untilReady({ name: 'postgres' }, 0.2, problem, 1)).rejects.toThrow(
      /^postgres was not ready within 0\.2 s: password authentication failed$/,
    );
  });
});

describe('an answer', () => {
  it('that breaks off is a problem in words, not an error', async () => {
    const url = await serving((_request, response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('only this', () => response.destroy());
    });
    expect(await whyNotOk(url)).toMatch(/^http:\/\/127\.0\.0\.1:\d+ cannot be reached \(\w+/);
  });

  it('with metrics is asked for once', async () => {
    let asked = 0;
    const url = await serving((_request, response) => {
      asked += 1;
      response.end('a_total 1\n');
    });
    expect(await whyNoMetrics(url)).toBeUndefined();
    expect(asked).toBe(1);
  });
});
