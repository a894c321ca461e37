// The shop: what all its requests pass through, and its routes.
import type { Router } from 'express';
import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Config } from '../config';
import type { Database } from '../database';
import { exactRouter } from '../routes/exact-router';
import { accountPages } from './account-pages';
import { cartApi, orderApi, sessionApi } from './buying-api';
import { cartPages, orderPages } from './buying-pages';
import { Catalogue } from './catalogue';
import { catalogueApi } from './catalogue-api';
import { cataloguePages } from './catalogue-pages';
import { Customers } from './customers';
import { feedRoutes } from './feeds';
import { contentSecurityPolicy } from './headers';
import { dependsOnCookie, loadCustomer, neverStored, sessions } from './session';
import { staffPages } from './staff-pages';
import { staticFiles } from './static-files';

interface ShopOptions {
  config: Pick<Config, 'sessionSecret'>;
  database: Kysely<Database>;
  /** The same connections, for the sessions' store. */
  pool: Pool;
}

export function shopRoutes({ config, database, pool }: ShopOptions): Router {
  const router = exactRouter();
  const catalogue = new Catalogue(database);
  const customers = new Customers(database, config.sessionSecret);

  // `OPTIONS *` names no path, and so nothing of the shop.
  router.use((req, _res, next) => next(req.path.startsWith('/') ? undefined : 'router'));
  router.use(contentSecurityPolicy);
  router.use('/static', staticFiles());
  router.use(feedRoutes(catalogue));
  router.use(catalogueApi(catalogue));

  router.use(dependsOnCookie);
  // At the head of each route that depends on who asks: in front of a router it would run for every
  // path, and when the database failed nobody could tell which route had been asked for.
  const identify = [sessions(pool, config.sessionSecret), loadCustomer(customers)];
  router.use(cataloguePages(catalogue, identify));
  router.use(staffPages(database, identify));
  const identifyUnstored = [neverStored, ...identify];
  router.use(accountPages(customers, identifyUnstored));
  router.use(cartPages(database, identifyUnstored));
  router.use(orderPages(database, identifyUnstored));
  router.use(sessionApi(customers, identifyUnstored));
  router.use(cartApi(database, identifyUnstored));
  router.use(orderApi(database, identifyUnstored));
  return router;
}
