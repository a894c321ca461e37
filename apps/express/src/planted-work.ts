// A regression on purpose, to see that the lab finds one (PLANTED_WORK_MS in contract/README.md).
import type { RequestHandler } from 'express';

/** Keeps the event loop busy for this long before the route's own work. */
export function plantedWork(milliseconds: number): RequestHandler {
  return (_req, _res, next) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    next();
  };
}
