// Renders views/*.eta for res.render(); Eta escapes what it interpolates.
import { join, relative } from 'node:path';
import { Eta } from 'eta';
import type { Express } from 'express';

/** Beside src and dist alike. */
const VIEWS_FOLDER = join(__dirname, '..', 'views');

/** @param formats what every view may call */
export function useViews(app: Express, formats: Record<string, (value: never) => string>): void {
  const eta = new Eta({ views: VIEWS_FOLDER, cache: true });
  app.engine('eta', (path, data, callback) => {
    try {
      callback(null, eta.render(relative(VIEWS_FOLDER, path), data));
    } catch (error) {
      callback(error);
    }
  });
  Object.assign(app.locals, formats);
  app.set('views', VIEWS_FOLDER);
  app.set('view engine', 'eta');
  app.enable('view cache');
}
