// Viewers that do not read, on raw sockets: what they miss does not stay in the lab's memory.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dashboards } from '../../../grafana/src/catalogue';
import { Viewers } from './viewers';

const [overview] = dashboards;
if (overview === undefined) throw new Error('there is no dashboard');
const what = { build: 'x', dashboard: overview, windowSeconds: 120 };

let prometheus: Server;
let page: Server;
let viewer: Socket;
/** Beginnings of the spans that Prometheus was asked for. */
let asked: number[];
let answered: Promise<ServerResponse>;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listening = async (server: Server): Promise<Server> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

beforeEach(async () => {
  asked = [];
  // A frame of several megabytes: more than the system keeps for a socket.
  const labels = { app: 'x'.repeat(1_000_000) };
  const answer = JSON.stringify({ data: { result: [{ metric: labels, values: [[1, '7']] }] } });
  prometheus = await listening(
    createServer((request, response) => {
      let body = '';
      request.on('data', (data) => {
        body += data;
      });
      request.on('end', () => {
        asked.push(Number(new URLSearchParams(body).get('start')));
        response.end(answer);
      });
    }),
  );
});
afterEach(() => {
  viewer.destroy();
  for (const server of [page, prometheus]) {
    server.closeAllConnections();
    server.close();
  }
});

async function look(bounds: { mostBehindBytes: number; patienceMs: number }): Promise<void> {
  const viewers = new Viewers(undefined, bounds);
  viewers.watch(`http://127.0.0.1:${portOf(prometheus)}`);
  answered = new Promise((resolve) => {
    page = createServer((_, response) => {
      resolve(response);
      void viewers.serve(response, what);
    });
  });
  await listening(page);
  viewer = connect(portOf(page), '127.0.0.1').pause();
  viewer.on('error', () => undefined);
  viewer.write('GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n');
}

it('one that reads nothing gets no second frame, and is let go of', async () => {
  await look({ mostBehindBytes: 1_000_000, patienceMs: 0 });
  const response = await answered;
  await once(response, 'close');
  expect(response.destroyed).toBe(true);
  expect(new Set(asked).size).toBe(1);
}, 30_000);

it('one that reads again gets what it has missed', async () => {
  await look({ mostBehindBytes: 1_000_000, patienceMs: 600_000 });
  const response = await answered;
  await expect.poll(() => response.writableLength, { timeout: 20_000 }).toBeGreaterThan(1_000_000);
  const [fromS = 0] = asked;
  viewer.resume();
  const next = () => asked.find((atS) => atS > fromS);
  await expect.poll(next, { timeout: 20_000 }).toBeDefined();
  expect(next()).toBeLessThanOrEqual(fromS + what.windowSeconds);
}, 60_000);
