// A worker: one event loop with its own connection pool, answering on the port all workers share.
// It ends with its supervisor: node:cluster exits a worker whose channel to the primary closes.
import { Registry } from 'prom-client';
import { createApp } from './app';
import { readConfig } from './config';
import { createDatabase } from './database';
import { failureLog } from './database-errors';
import { answerSnapshots } from './exporter/page';
import { createLog } from './log';
import { measureRequests } from './metrics/requests';
import { observeRuntime } from './metrics/runtime';
import { MeasuredPool } from './pool';
import { closeServer, createAppServer } from './server';

const config = readConfig(process.env);
const log = createLog(config.logLevel);
const registry = new Registry();
observeRuntime(registry);
answerSnapshots(registry);

const reportFailure = failureLog(log);
const pool = new MeasuredPool(
  {
    connectionString: config.databaseUrl,
    max: config.poolSize,
    connectionTimeoutMillis: config.poolTimeoutSeconds * 1_000,
    // An opened connection stays: one that was closed in a quiet spell and opened again in a busy
    // one would be measured as the app's own slowness.
    idleTimeoutMillis: 0,
  },
  { registry, reportFailure, prepare: config.preparedStatements },
);
const database = createDatabase(pool);
const app = createApp({ config, database, pool, log, reportFailure });
const server = createAppServer(app, measureRequests(registry), config);
server.keepAliveTimeout = config.keepAliveSeconds * 1_000;
server.on('error', (error) => {
  log.fatal({ err: error }, `PORT ${config.port} cannot be listened on`);
  process.exit(1);
});
server.listen(config.port, config.host, () => log.info({ port: config.port }, 'listening'));

process.once('SIGTERM', async () => {
  const finished = await closeServer(server, config.shutdownSeconds);
  if (finished) await database.destroy();
  else log.warn(`requests were cut off after ${config.shutdownSeconds} s`);
  process.exit(0);
});
// Ctrl-C reaches the whole process group; the supervisor passes it on as SIGTERM.
process.on('SIGINT', () => {});
