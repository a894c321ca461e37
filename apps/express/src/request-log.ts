// A line a request, at LOG_LEVEL=debug only.
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

export function logRequests(log: Logger): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now();
    res.once('close', () => {
      const durationMs = performance.now() - startedAt;
      const { method, originalUrl: url } = req;
      log.debug(
        { method, url, status: res.statusCode, aborted: !res.writableFinished, durationMs },
        'request',
      );
    });
    next();
  };
}
