// What has no other source: PostgreSQL's statistics, cores, and the run in progress, for Prometheus.
// Names, types and labels come from contract/exporter.yaml; the readings from elsewhere.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { Counter, Gauge, Registry } from 'prom-client';
import { parse } from 'yaml';
import { environmentError } from '../errors';
import { rootDir } from '../paths';

/** One value of one series. */
export type Reading = { name: string; labels: Record<string, string>; value: number };

/** Asked at every scrape; what it does not give is absent, or 0 where every value is declared. */
export type Source = () => Promise<Reading[]> | Reading[];

type Declared = {
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  when?: string;
  labels?: Record<string, { values?: string[] }>;
};

export class Exporter {
  private readonly registry = new Registry();
  private readonly metrics: (Declared & { metric: Gauge | Counter })[];

  constructor(private readonly sources: readonly Source[]) {
    this.metrics = declaredMetrics().map((declared) => {
      const { name, help, type, labels = {} } = declared;
      const Metric = type === 'gauge' ? Gauge : Counter;
      const options = { name, help, labelNames: Object.keys(labels), registers: [this.registry] };
      return { ...declared, metric: new Metric(options) };
    });
  }

  async page(): Promise<string> {
    const readings = (await Promise.all(this.sources.map((source) => source()))).flat();
    const byName = Map.groupBy(readings, ({ name }) => name);
    const postgresIsUp = byName.get('pg_up')?.[0]?.value === 1;
    for (const { metric, ...declared } of this.metrics) {
      metric.reset();
      // Without labels, a reset leaves a 0 that nobody measured.
      metric.remove({});
      const found = byName.get(declared.name) ?? [];
      // A server that answers has 0 of what it does not list; one that does not, has no number.
      if (postgresIsUp && declared.name.startsWith('pg_')) {
        for (const labels of combinations(declared)) metric.inc(labels, 0);
      }
      for (const { labels, value } of found) metric.inc(labels, value);
    }
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }
}

export function serveExporter(exporter: Exporter, host: string, port: number): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end('Metrics are at /metrics.\n');
      return;
    }
    try {
      const page = await exporter.page();
      response.writeHead(200, { 'Content-Type': exporter.contentType }).end(page);
    } catch (error) {
      response.writeHead(500).end(`${(error as Error).message}\n`);
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        environmentError(
          `Port ${port} (exporter) is taken by another program. Stop it, or choose another port: HEADROOM_EXPORTER_PORT=PORT.`,
          error,
        ),
      ),
    );
    server.listen(port, host, () => resolve(server));
  });
}

function declaredMetrics(): Declared[] {
  const file = readFileSync(join(rootDir, 'contract/exporter.yaml'), 'utf8');
  // Our own file: its aliases are many, and no attack.
  return (parse(file, { merge: true, maxAliasCount: -1 }) as { metrics: Declared[] }).metrics;
}

/** Every combination of label values, where all of them are declared and always exist. */
function combinations({ labels = {}, when }: Declared): Record<string, string>[] {
  if (when !== undefined && when !== 'always') return [];
  let all: Record<string, string>[] = [{}];
  for (const [name, { values }] of Object.entries(labels)) {
    if (values === undefined) return [];
    all = all.flatMap((left) => values.map((value) => ({ ...left, [name]: value })));
  }
  return all;
}
