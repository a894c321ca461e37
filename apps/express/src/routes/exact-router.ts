import { type RequestHandler, Router } from 'express';

/**
 * A router whose paths are exact: case counts, a trailing slash makes another path, and an `:id` is
 * digits. Routers are mounted at the root and give their paths in full, so that a route's path is its
 * template.
 *
 * @param before what each of its routes begins with. In front of the router it would run for every
 *   path, and when it failed nobody could tell which route had been asked for.
 */
export function exactRouter(...before: RequestHandler[]): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.param('id', (req, _res, next, id) => {
    if (/^\d+$/.test(id)) return next();
    // The path is none of this route's: it goes on as any unknown path, and is counted as one.
    req.route = undefined;
    next('route');
  });
  if (before.length === 0) return router;
  const route = router.route.bind(router);
  router.route = (path: string) => route(path).all(...before);
  return router;
}
