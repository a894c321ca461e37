// Serves the metrics page on its own port, from a process that answers no requests.
import { createServer, type Server } from 'node:http';
import type { Logger } from 'pino';
import type { MetricsPage } from './page';

export function createMetricsServer(page: MetricsPage, log: Logger): Server {
  return createServer(async (req, res) => {
    if (req.url !== '/metrics') {
      res.writeHead(404).end();
      return;
    }
    try {
      const text = await page.render();
      res.writeHead(200, { 'Content-Type': page.contentType }).end(text);
    } catch (error) {
      log.error({ err: error }, 'the metrics page could not be made');
      res.writeHead(500).end();
    }
  });
}
