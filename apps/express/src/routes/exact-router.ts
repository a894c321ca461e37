import { Router } from 'express';

/**
 * A router whose paths are exact: case counts, a trailing slash makes another path, and an `:id` is
 * digits. Routers are mounted at the root and give their paths in full, so that a route's path is its
 * template.
 */
export function exactRouter(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.param('id', (req, _res, next, id) => {
    if (/^\d+$/.test(id)) return next();
    // The path is none of this route's: it goes on as any unknown path, and is counted as one.
    req.route = undefined;
    next('route');
  });
  return router;
}
