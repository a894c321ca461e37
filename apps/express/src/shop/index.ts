// The shop: what all its requests pass through, and its routes.
import type { Router } from 'express';
import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Config } from '../config';
import type { Database } from '../database';
import { exactRouter } from '../routes/exact-router';
import { accountPages } from './account-pages';
import { adminPages } from './admin-pages';
import { buyingApi, sessionApi } from './buying-api';
import { buyingPages } from './buying-pages';
import { Catalogue } from './catalogue';
import { catalogueApi } from './catalogue-api';
import { cataloguePages } from './catalogue-pages';
import { Customers } from './customers';
import { contentSecurityPolicy } from './headers';
import { machineRoutes } from './machines';
import { dependsOnCookie, loadCustomer, sessions } from './session';
import { staticFiles } from './static-files';

export interface ShopOptions {
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
  router.use(contentSecurityPolicy());
  router.use('/static', staticFiles());
  router.use(machineRoutes(catalogue));
  router.use(catalogueApi(catalogue));

  router.use(dependsOnCookie);
  const whoAsks = [sessions(pool, config.sessionSecret), loadCustomer(customers)];
  router.use(cataloguePages(catalogue, whoAsks));
  router.use(accountPages(customers, whoAsks));
  router.use(buyingPages(database, whoAsks));
  router.use(sessionApi(customers, whoAsks));
  router.use(buyingApi(database, whoAsks));
  router.use(adminPages(database, whoAsks));
  return router;
}
