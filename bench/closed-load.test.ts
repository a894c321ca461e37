import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedLoad } from './closed-load';

let server: Server;
let url: string;
let served = 0;
let mostAtOnce = 0;
beforeAll(async () => {
  let inFlight = 0;
  server = createServer((req, res) => {
    served += 1;
    inFlight += 1;
    mostAtOnce = Math.max(mostAtOnce, inFlight);
    setTimeout(() => {
      inFlight -= 1;
      res.writeHead(req.url === '/broken' ? 500 : 200, { 'Content-Length': 5 });
      // In two pieces: an answer is over when all of it is there.
      res.write('he');
      setTimeout(() => res.end('llo'), 1);
    }, 5);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const isRight = (body: string) => body === 'hello';

describe('load from bare sockets', () => {
  it('keeps as many requests in flight as it has connections, and counts each answer', async () => {
    const { answers } = await closedLoad({ url: `${url}/`, connections: 4, seconds: 0.3, isRight });
    expect(answers).toBe(served);
    expect(answers).toBeGreaterThan(4);
    expect(mostAtOnce).toBe(4);
  });

  it('refuses a wrong body and a wrong status, and shows the answer', async () => {
    const load = { connections: 1, seconds: 0.1 };
    await expect(closedLoad({ ...load, url: `${url}/`, isRight: () => false })).rejects.toThrow(
      /wrong answer: HTTP\/1\.1 200[\s\S]*hello/,
    );
    await expect(closedLoad({ ...load, url: `${url}/broken`, isRight })).rejects.toThrow(/500/);
  });
});
