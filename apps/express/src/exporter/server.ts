// Serves the metrics page on its own port, from a process that answers no requests.
// contract/README.md, "Metrics pages", says how, for this app as for all others.
import { createServer, type Server } from 'node:http';
import type { Logger } from 'pino';
import { METRICS_CONTENT_TYPE, type MetricsPage } from './page';

/** What a client has to send its request, and for each move after that. */
const CLIENT_MS = 10_000;
const LIMITS = {
  headersTimeout: CLIENT_MS,
  requestTimeout: CLIENT_MS,
  connectionsCheckingInterval: 1_000,
};

const PLAIN_TEXT = { 'Content-Type': 'text/plain; charset=utf-8' };

export function createMetricsServer(page: MetricsPage, log: Logger): Server {
  const server = createServer(LIMITS, async (req, res) => {
    const [path, query] = (req.url ?? '').split('?');
    if (path !== '/metrics') {
      res.writeHead(404, PLAIN_TEXT).end('Metrics are at /metrics.\n');
      return;
    }
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.writeHead(405, { ...PLAIN_TEXT, Allow: 'GET, HEAD' }).end('GET or HEAD it.\n');
      return;
    }
    try {
      const names = new URLSearchParams(query).getAll('name[]').filter((name) => name !== '');
      const text = await (names.length === 0 ? page.render() : page.renderOwn(names));
      const length = Buffer.byteLength(text);
      res.writeHead(200, { 'Content-Type': METRICS_CONTENT_TYPE, 'Content-Length': length });
      res.end(text);
    } catch (error) {
      log.error({ err: error }, 'the metrics page could not be made');
      res.writeHead(500, PLAIN_TEXT).end('The metrics page could not be made.\n');
    }
  });
  return server.setTimeout(CLIENT_MS);
}
