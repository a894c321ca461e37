// The supervisor: keeps the workers alive, serves the metrics page, answers no requests.
import cluster from 'node:cluster';
import { Registry } from 'prom-client';
import { type Config, ConfigError, readConfig } from './config';
import { observeContainer } from './exporter/container';
import { MetricsPage } from './exporter/page';
import { observeProcesses } from './exporter/processes';
import { createMetricsServer } from './exporter/server';
import { createLog } from './log';
import { Workers } from './workers';

const config = configOrExit();
const log = createLog(config.logLevel);
const registry = new Registry();

cluster.setupPrimary({ exec: require.resolve('./worker') });
const workers = new Workers(config, log, registry);
observeProcesses(registry, () => [process.pid, ...workers.pids()]);
if (config.cgroupMetrics) observeContainer(registry);

const metricsServer = createMetricsServer(new MetricsPage(registry), log);
metricsServer.on('error', (error) => {
  log.fatal({ err: error }, `METRICS_PORT ${config.metricsPort} cannot be listened on`);
  process.exit(1);
});
metricsServer.listen(config.metricsPort, config.host, () => workers.start());

process.on('SIGTERM', stop);
process.on('SIGINT', stop);

async function stop(signal: NodeJS.Signals): Promise<void> {
  if (workers.stopping) {
    log.warn({ signal }, 'a second signal: ending at once');
    process.exitCode = 1;
    workers.kill();
    return;
  }
  log.info({ signal }, 'finishing what is in flight');
  await workers.stop();
  process.exit();
}

function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}
