import { Router } from 'express';

/**
 * A router whose paths are exact: case counts, and a trailing slash makes another path. Routers are
 * mounted at the root and give their paths in full, so that a route's path is its template.
 */
export function exactRouter(): Router {
  return Router({ caseSensitive: true, strict: true });
}
