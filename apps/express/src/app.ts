// The Express app: what every request passes through, and the routes.
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { allowHosts } from './allow-hosts';
import type { Config } from './config';
import type { Database } from './database';
import { type FailureReport, logDatabaseFailures } from './database-errors';
import { answerError, notFound } from './errors';
import { parseQuery } from './parameters';
import { plantedWork } from './planted-work';
import { logRequests } from './request-log';
import { exhibitRoutes } from './routes/exhibits';
import { microRoutes } from './routes/micro';
import { operationRoutes } from './routes/operations';
import { shopRoutes } from './shop';
import { day, isoTime, money } from './shop/format';
import { useViews } from './views';

interface AppOptions {
  config: Pick<
    Config,
    'allowedHosts' | 'middleware' | 'plantedWorkMs' | 'sessionSecret' | 'trustProxy'
  >;
  database: Kysely<Database>;
  /** What `database` takes its connections from. */
  pool: Pool;
  log: Logger;
  /** The pool's too: a connection that ends under a request is told once. */
  reportFailure: FailureReport;
}

export function createApp(options: AppOptions): Express {
  const { config, database, pool, log, reportFailure } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Nothing here has a version to compare, so `If-None-Match: *` must not be answered 304.
  Object.defineProperty(app.request, 'fresh', { value: false });
  app.set('query parser', parseQuery);
  // Whatever NODE_ENV says: Express's answer of last resort must not show a stack trace.
  app.set('env', 'production');
  // Trusts the scheme that one proxy reports, and nothing from any proxy before it.
  app.set('trust proxy', config.trustProxy ? 1 : false);
  useViews(app, { money, isoTime, day });

  if (log.isLevelEnabled('debug')) app.use(logRequests(log));
  if (config.middleware === 'full') {
    app.use(securityHeaders());
    app.use(allowHosts(config.allowedHosts));
  }

  if (config.plantedWorkMs > 0) app.get('/db', plantedWork(config.plantedWorkMs));
  app.use(operationRoutes(database));
  app.use(microRoutes(database));
  app.use(exhibitRoutes());
  // `bare` has no shop: one needs the security headers and the check of the Host.
  if (config.middleware === 'full') app.use(shopRoutes({ config, database, pool }));

  app.use(notFound);
  app.use(logDatabaseFailures(reportFailure), answerError(log));
  return app;
}

/** The contract's four alone, so that both apps send the same: helmet's defaults are eight more. */
function securityHeaders() {
  return helmet({
    xContentTypeOptions: true,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    contentSecurityPolicy: false,
    crossOriginResourcePolicy: false,
    originAgentCluster: false,
    strictTransportSecurity: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xPoweredBy: false,
    xXssProtection: false,
  });
}
