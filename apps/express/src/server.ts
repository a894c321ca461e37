// The HTTP server around the app.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Express } from 'express';
import type { Registry } from 'prom-client';
import { measureRequests } from './metrics/requests';

/** Node closes idle connections when asked, not when they become idle later. */
const IDLE_SWEEP_MS = 50;

export function createAppServer(app: Express, registry: Registry): Server {
  const measure = measureRequests(registry);
  // Node would keep the first of two Host headers and drop the other; joined, they are refused.
  return createServer({ joinDuplicateHeaders: true }, (req, res) => {
    measure(req, res);
    app(req, res);
  });
}

/** Stops accepting; true when every request in flight was answered within the time allowed. */
export async function closeServer(server: Server, seconds: number): Promise<boolean> {
  let finished = true;
  const closed = once(server, 'close');
  server.close();
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
  const deadline = setTimeout(() => {
    finished = false;
    server.closeAllConnections();
  }, seconds * 1_000);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
  return finished;
}
