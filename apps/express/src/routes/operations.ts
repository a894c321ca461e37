// What an orchestrator asks.
import type { Router } from 'express';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database';
import { methodNotAllowed } from '../errors';
import { exactRouter } from './exact-router';

export function operationRoutes(database: Kysely<Database>): Router {
  const router = exactRouter();

  router
    .route('/healthz')
    .get((_req, res) => {
      res.json({ status: 'ok' });
    })
    .all(methodNotAllowed);

  router
    .route('/readyz')
    .get(async (_req, res) => {
      await sql`select 1`.execute(database);
      res.json({ status: 'ok' });
    })
    .all(methodNotAllowed);

  return router;
}
