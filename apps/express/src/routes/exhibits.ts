// Requests that show one property of the runtime.
import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Router } from 'express';
import { methodNotAllowed } from '../errors';
import { parseInteger } from '../parameters';
import { exactRouter } from './exact-router';

const ROUNDS_PER_UNIT = 1_000;

export function exhibitRoutes(): Router {
  const router = exactRouter();

  router
    .route('/wait')
    .get(async (req, res) => {
      const ms = parseInteger(req.query.ms, 'ms', { minimum: 0, maximum: 10_000 });
      await sleep(ms);
      res.json({ ms });
    })
    .all(methodNotAllowed);

  router
    .route('/work')
    .get((req, res) => {
      const units = parseInteger(req.query.units, 'units', { minimum: 1, maximum: 1_000 });
      res.json({ units, digest: work(units) });
    })
    .all(methodNotAllowed);

  return router;
}

/** Blocks the event loop, on purpose: that is what the exhibit shows. */
function work(units: number): string {
  let digest = Buffer.alloc(32);
  for (let round = 0; round < units * ROUNDS_PER_UNIT; round += 1) {
    digest = hash('sha256', digest, 'buffer');
  }
  return digest.toString('hex');
}
