// A real Prometheus for the native runtime: the same configuration as in containers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { App } from '../../../contract/app';
import { apps, hasMetricsPage } from '../../../contract/apps';
import { relabellings } from '../../../contract/request-metrics';
import { passedTo } from '../../configuration/environment';
import { rootDir } from '../../paths';
import { writeFileAtomic } from '../../results/atomic';
import { makeFolder } from '../../system-errors';
import { endpointOf } from '../apps';
import { ports, requireFreePort } from '../ports';
import { untilReady, whyNotOk } from '../readiness';
import type { Child, Processes } from './processes';

/** Series older than this are of no run that anybody still looks at live. */
const retention = '30d';

/**
 * How long a value stands that is not followed by another. Scrapes, pushes and rules are 2 s apart; a
 * Prometheus that ends leaves no stale markers, and after its next start the usual five minutes would
 * show earlier alerts, load and rates as if they were current.
 */
const lookback = '10s';

const addresses: Record<string, string> = {
  k6: `127.0.0.1:${ports.k6}`,
  exporter: `127.0.0.1:${ports.exporter}`,
  prometheus: `127.0.0.1:${ports.prometheus}`,
};

export const prometheusUrl = `http://127.0.0.1:${ports.prometheus}`;

export async function startPrometheus(
  processes: Processes,
  stateDir: string,
  cpus: readonly number[],
): Promise<Child> {
  await requireFreePort('prometheus', ports.prometheus);
  const home = join(stateDir, 'prometheus');
  makeFolder(home);
  const config = join(home, 'prometheus.yml');
  const source = join(rootDir, 'prometheus');
  writeFileAtomic(
    config,
    nativeConfig(readFileSync(join(source, 'prometheus.yml'), 'utf8'), source),
  );
  const child = await processes.start({
    name: 'prometheus',
    command: 'prometheus',
    args: prometheusArguments(config, join(home, 'data'), ports.prometheus),
    env: passedTo('Prometheus'),
    cpus,
    stopSignal: 'SIGTERM',
    graceSeconds: 10,
  });
  await untilReady(child, 60, () => whyNotOk(`${prometheusUrl}/-/ready`));
  return child;
}

export const prometheusArguments = (config: string, data: string, port: number): string[] => [
  `--config.file=${config}`,
  `--storage.tsdb.path=${data}`,
  `--storage.tsdb.retention.time=${retention}`,
  `--query.lookback-delta=${lookback}`,
  `--web.listen-address=127.0.0.1:${port}`,
  '--web.enable-remote-write-receiver',
];

type Job = { job_name: string; [discovery: string]: unknown };
type Config = { rule_files: string[]; scrape_configs: Job[]; scrape_config_files: string[] };

/** It knows nothing of the contract. An app that serves a part of it has its names, format and SLOs. */
const isForeign = ({ serves }: App): boolean => serves.length === 0;

/** How an app is scraped, wherever it is. The SLOs of the contract are for no foreign app (slo.rules.yml). */
export const scrapeJob = (app: App, discovery: Omit<Job, 'job_name'>): Job => ({
  job_name: app.name,
  metrics_path: app.metricsPath,
  ...discovery,
  relabel_configs: [
    { target_label: 'app', replacement: app.name },
    ...(isForeign(app) ? [{ target_label: 'foreign', replacement: '1' }] : []),
  ],
});

const foreignPage = {
  // A page that is served without its Content-Type, or as HTML.
  fallback_scrape_protocol: 'PrometheusText0.0.4',
  // Some exporters give names with dots to a scraper that takes them.
  metric_name_escaping_scheme: 'underscores',
  metric_relabel_configs: relabellings,
};

/** An app at its own address on this machine; none where it has no page. */
function jobsOf(app: App): Job[] {
  if (!hasMetricsPage(app)) return [];
  return endpointOf({ app: app.name }).metricsUrls.map((url) => {
    const { protocol, host } = new URL(url);
    return {
      ...scrapeJob(app, { static_configs: [{ targets: [host] }] }),
      ...(protocol === 'https:' && { scheme: 'https' }),
      ...(isForeign(app) && foreignPage),
    };
  });
}

/**
 * As a pattern that matches this path (Go's filepath.Match). Prometheus takes no `*` in a folder's name, not
 * even an escaped one: there any character may stand.
 */
const literal = (path: string): string => path.replace(/[\\?[\]]/g, '\\$&').replaceAll('*', '?');

/**
 * Replaces service names by this machine's addresses, and the file with the apps' jobs by those of all
 * apps that there are here; everything else is as it stands.
 */
export function nativeConfig(text: string, sourceDir: string): string {
  const { scrape_config_files: _, ...config }: Config = parse(text);
  const at = (address: string) => ({ static_configs: [{ targets: [address] }] });
  const own = config.scrape_configs.map(({ dns_sd_configs: _, static_configs: __, ...job }) => {
    const address = addresses[job.job_name];
    if (address === undefined) {
      throw new Error(`prometheus.yml: job ${job.job_name} has no address in the native runtime`);
    }
    return { ...job, ...at(address) };
  });
  return stringify({
    ...config,
    rule_files: config.rule_files.map((pattern) => join(literal(sourceDir), pattern)),
    scrape_configs: [...apps.flatMap(jobsOf), ...own],
  });
}
