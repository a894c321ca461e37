// A regression on purpose, to see that the lab finds one (PLANTED_WORK_MS in contract/README.md).
import type { RequestHandler } from 'express';

/** Burns this much CPU time, and so keeps the event loop busy, before the route's own work. */
export function plantedWork(milliseconds: number): RequestHandler {
  return (_req, _res, next) => {
    const start = process.threadCpuUsage();
    for (let used = 0; used < 1000 * milliseconds; ) {
      const { user, system } = process.threadCpuUsage(start);
      used = user + system;
    }
    next();
  };
}
