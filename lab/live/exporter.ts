// What has no other source: PostgreSQL's statistics, cores, and the run in progress, for Prometheus.
// Names, types and labels come from contract/exporter.yaml; the readings from elsewhere.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import { declaredIn } from '../../contract/declared';
import { listenOrExplain } from '../runtime/ports';

/** One value of one series. */
export type Reading = { name: string; labels: Record<string, string>; value: number };

/** Asked at every scrape; what it does not give is absent, or 0 where every value is declared. */
export type Source = () => Promise<Reading[]> | Reading[];

/** Values by the names of their metrics, all with the same labels; what is null has no series. */
export const readingsOf = (
  labels: Record<string, string>,
  values: Readonly<Record<string, number | null>>,
): Reading[] =>
  Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : { name, labels, value },
  );

/** Reads files again only when their stamp has changed: a scrape comes every two seconds. */
export function whenChanged(stampOf: () => string, read: () => Reading[]): Source {
  let seen: string | undefined;
  let readings: Reading[] = [];
  return () => {
    try {
      const stamp = stampOf();
      if (stamp === seen) return readings;
      seen = stamp;
      readings = read();
    } catch (error) {
      // Whoever reads or writes these files is told what is wrong with them; a scrape has nobody to tell.
      console.error((error as Error).message);
      readings = [];
    }
    return readings;
  };
}

type Declared = {
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  when?: string;
  labels?: Record<string, { values?: string[] }>;
};

/** The text format that every Prometheus reads. */
const contentType = Registry.PROMETHEUS_CONTENT_TYPE;
const plainText = { 'Content-Type': 'text/plain; charset=utf-8' };

/** What a client has to send its request, and for each move after that. */
const clientMs = 10_000;
const limits = {
  headersTimeout: clientMs,
  requestTimeout: clientMs,
  connectionsCheckingInterval: 1_000,
};

export class Exporter {
  private readonly registry = new Registry();
  private readonly metrics: (Declared & { metric: Gauge | Counter })[];

  /** The page as text. However many ask, one is made at a time: the metrics are set again for each. */
  readonly page = shareWork(() => this.make());

  constructor(private readonly sources: readonly Source[]) {
    this.metrics = declaredIn<Declared>('exporter').map((declared) => {
      const { name, help, type, labels = {} } = declared;
      const Metric = type === 'gauge' ? Gauge : Counter;
      const options = { name, help, labelNames: Object.keys(labels), registers: [this.registry] };
      return { ...declared, metric: new Metric(options) };
    });
  }

  private async make(): Promise<string> {
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
}

export async function serveExporter(
  exporter: Exporter,
  host: string,
  port: number,
): Promise<Server> {
  const server = createServer(limits, (request, response) => answer(exporter, request, response));
  server.setTimeout(clientMs);
  await listenOrExplain(server, 'exporter', host, port);
  return server;
}

/** contract/README.md, "Metrics pages", says how: as the apps answer on theirs. */
async function answer(
  exporter: Exporter,
  { method, url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path] = url.split('?');
  if (path !== '/metrics') {
    response.writeHead(404, plainText).end('Metrics are at /metrics.\n');
    return;
  }
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { ...plainText, Allow: 'GET, HEAD' }).end('GET or HEAD it.\n');
    return;
  }
  try {
    const page = await exporter.page();
    const length = Buffer.byteLength(page);
    response.writeHead(200, { 'Content-Type': contentType, 'Content-Length': length }).end(page);
  } catch (error) {
    response.writeHead(500, plainText).end(`${(error as Error).message}\n`);
  }
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

// An app may have the same for its own page: it is built without the lab, and imports nothing of it.
/**
 * Makes one thing at a time for everybody who asks. Whoever asks while one is being made gets the
 * next one, together with all others who do: so no answer is older than its question.
 */
function shareWork<T>(make: () => Promise<T>): () => Promise<T> {
  let previous: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    if (next === undefined) {
      next = previous.then(() => {
        next = undefined;
        return make();
      });
      previous = next.catch(() => {});
    }
    return next;
  };
}
