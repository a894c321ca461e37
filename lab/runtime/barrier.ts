// Where generators that share a load wait for one another: each asks once, and all are answered at the same
// moment, with the lab's clock (k6/lib/generators.ts).
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Barrier = {
  url: string;
  /** Whoever waits, or comes later, is told to give up. */
  breakUp(why: string): void;
  close(): void;
};

/** Where a lab listens, as its generators reach it; without a port, at one that is free. */
export type Meeting = { host: string; port?: number };

export async function openBarrier(count: number, { host, port = 0 }: Meeting): Promise<Barrier> {
  const waiting = new Map<string, ServerResponse>();
  let broken: string | undefined;
  const refuse = (response: ServerResponse, why: string) => response.writeHead(503).end(why);
  const server = createServer((request, response) => {
    if (broken !== undefined) return void refuse(response, broken);
    waiting.set(request.url ?? '', response);
    if (waiting.size < count) return;
    for (const each of waiting.values()) each.end(String(Date.now()));
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/begin`,
    breakUp: (why) => {
      broken = why;
      for (const response of waiting.values()) if (!response.writableEnded) refuse(response, why);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
