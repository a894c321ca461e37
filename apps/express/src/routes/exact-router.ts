import { Router } from 'express';
import { notFound } from '../errors';

/**
 * A router whose paths are exact: case counts, a trailing slash makes another path, and an `:id` is
 * digits. Routers are mounted at the root and give their paths in full, so that a route's path is its
 * template.
 */
export function exactRouter(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.param('id', (req, res, next, id) => {
    if (/^\d+$/.test(id)) next();
    else notFound(req, res, next);
  });
  return router;
}
