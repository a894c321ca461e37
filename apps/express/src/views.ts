// Renders views/*.eta for res.render(); Eta escapes what it interpolates.
import { join, relative } from 'node:path';
import { Eta } from 'eta';
import type { Express } from 'express';
import { day, isoTime, money } from './shop/format';

/** Beside src and dist alike. */
const VIEWS_FOLDER = join(__dirname, '..', 'views');

export function useViews(app: Express): void {
  const eta = new Eta({ views: VIEWS_FOLDER, cache: true });
  app.engine('eta', (path, data, callback) => {
    try {
      callback(null, eta.render(relative(VIEWS_FOLDER, path), data));
    } catch (error) {
      callback(error);
    }
  });
  Object.assign(app.locals, { money, isoTime, day });
  app.set('views', VIEWS_FOLDER);
  app.set('view engine', 'eta');
  app.enable('view cache');
}
