// The Express app without its instrumentation: bare, or under express-prom-bundle. It is run by
// Node alone, which leaves the types out, on what the app's build made: as production is.
import type { Express } from 'express';

const { join } = require('node:path') as typeof import('node:path');
const cluster = require('node:cluster') as typeof import('node:cluster').default;
const { createServer } = require('node:http') as typeof import('node:http');
const { Pool } = require('pg') as typeof import('pg');
const dist = join(__dirname, '../../apps/express/dist');
const { createApp } = require(join(dist, 'app')) as typeof import('../../apps/express/src/app');
const { readConfig } = require(
  join(dist, 'config'),
) as typeof import('../../apps/express/src/config');
const { failureLog } = require(
  join(dist, 'database-errors'),
) as typeof import('../../apps/express/src/database-errors');
const { createDatabase } = require(
  join(dist, 'database'),
) as typeof import('../../apps/express/src/database');
const { createLog } = require(join(dist, 'log')) as typeof import('../../apps/express/src/log');
const { createAppServer } = require(
  join(dist, 'server'),
) as typeof import('../../apps/express/src/server');
const { DURATION_BUCKETS } = require(
  join(dist, 'metrics/buckets'),
) as typeof import('../../apps/express/src/metrics/buckets');
const { RETURN_LARGE_BLOCKS } = require(
  join(dist, 'workers'),
) as typeof import('../../apps/express/src/workers');

const isMeasured = process.argv[2] === 'express-prom-bundle';
const config = readConfig(process.env);

if (cluster.isPrimary) supervise();
else answer();

function supervise(): void {
  const workers = Array.from({ length: config.workers }, () => cluster.fork(RETURN_LARGE_BLOCKS));
  process.once('SIGTERM', () => {
    for (const worker of workers) worker.process.kill('SIGTERM');
    process.exit();
  });
  if (!isMeasured) return;
  // What the package's clusterMetrics() answers, on a port of its own as ours is.
  const { AggregatorRegistry } = require('prom-client') as typeof import('prom-client');
  const registry = new AggregatorRegistry();
  createServer((_req, res) => {
    registry.clusterMetrics().then(
      (page) => res.end(page),
      () => res.writeHead(500).end(),
    );
  }).listen(config.metricsPort, config.host);
}

/** The app's own worker.ts, but for what measures. */
function answer(): void {
  const log = createLog(config.logLevel);
  const pool = new Pool({
    connectionString: config.databaseUrl,
    max: config.poolSize,
    connectionTimeoutMillis: config.poolTimeoutSeconds * 1_000,
    idleTimeoutMillis: 0,
  });
  const database = createDatabase(pool);
  const app = createApp({ config, database, pool, log, reportFailure: failureLog(log) });
  if (isMeasured) measure(app);
  const server = createAppServer(app, () => {}, config);
  server.keepAliveTimeout = config.keepAliveSeconds * 1_000;
  server.listen(config.port, config.host);
  process.once('SIGTERM', () => process.exit());
}

/** By its README: before all routes, with the labels that ours have, and Node's own metrics. */
function measure(app: Express): void {
  const { AggregatorRegistry } = require('prom-client') as typeof import('prom-client');
  // In a worker it answers what the supervisor's asks.
  new AggregatorRegistry();
  const bundle = require('express-prom-bundle') as typeof import('express-prom-bundle');
  app.use(
    bundle({
      autoregister: false,
      includeMethod: true,
      includePath: true,
      buckets: DURATION_BUCKETS,
      promClient: { collectDefaultMetrics: {} },
    }),
  );
  const { stack } = app.router;
  const layer = stack.pop();
  if (layer) stack.unshift(layer);
}
