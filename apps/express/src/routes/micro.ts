// TechEmpower's request types, by its rules.
import type { Router } from 'express';
import type { Kysely } from 'kysely';
import type { Database } from '../database';
import { methodNotAllowed } from '../errors';
import { readFortunes } from '../fortunes';
import { parseCount } from '../parameters';
import { readWorld, readWorlds, updateWorlds, WorldCache } from '../worlds';
import { exactRouter } from './exact-router';

export function microRoutes(database: Kysely<Database>): Router {
  const router = exactRouter();
  const cache = new WorldCache(database);

  router
    .route('/plaintext')
    .get((_req, res) => {
      res.type('text/plain').send('Hello, World!');
    })
    .all(methodNotAllowed);

  router
    .route('/json')
    .get((_req, res) => {
      res.json({ message: 'Hello, World!' });
    })
    .all(methodNotAllowed);

  router
    .route('/db')
    .get(async (_req, res) => {
      res.json(await readWorld(database));
    })
    .all(methodNotAllowed);

  router
    .route('/queries')
    .get(async (req, res) => {
      res.json(await readWorlds(database, parseCount(req.query.count)));
    })
    .all(methodNotAllowed);

  router
    .route('/updates')
    .get(async (req, res) => {
      res.json(await updateWorlds(database, parseCount(req.query.count)));
    })
    .all(methodNotAllowed);

  router
    .route('/cached-queries')
    .get(async (req, res) => {
      res.json(await cache.pick(parseCount(req.query.count)));
    })
    .all(methodNotAllowed);

  router
    .route('/fortunes')
    .get(async (_req, res) => {
      res.render('fortunes', { fortunes: await readFortunes(database) });
    })
    .all(methodNotAllowed);

  return router;
}
