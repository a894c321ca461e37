// One metrics page for the whole app: what the supervisor measures, and the sum of the workers'.
import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, Registry } from 'prom-client';
import { shareWork } from './share';

type Metrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

interface SnapshotRequest {
  snapshotWanted: number;
}

interface Snapshot {
  /** The number of the request that it answers. */
  snapshot: number;
  metrics: Metrics;
}

/** The text format that every Prometheus reads. */
export const METRICS_CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** A worker busier than this answers too late: a scrape must not wait for the loop it measures. */
const ANSWER_WITHIN_MS = 500;

/** In a worker: sends the supervisor a snapshot when asked. */
export function answerSnapshots(registry: Registry): void {
  process.on('message', async (message: Partial<SnapshotRequest>) => {
    if (message.snapshotWanted === undefined) return;
    const metrics = await registry.getMetricsAsJSON();
    process.send?.({ snapshot: message.snapshotWanted, metrics } satisfies Snapshot);
  });
}

/**
 * In the supervisor. prom-client's own clusterMetrics() fails when one worker is blocked, and its
 * counters fall when one dies. So the last snapshot of each worker is kept: a worker that does not
 * answer in time counts with its last one, and of a worker that ended, counters and histograms stay.
 * What a worker counted between its last snapshot and a sudden death is lost.
 */
export class MetricsPage {
  readonly #latest = new Map<number, Metrics>();
  /** What waits for each worker's answer to the request of this number. */
  readonly #waiting = new Map<number, { request: number; done: () => void }>();
  #requests = 0;
  #ended: Promise<Metrics> = Promise.resolve([]);

  /** The page as text. However many ask, one is made at a time. */
  readonly render = shareWork(() => this.#make());

  constructor(readonly own: Registry) {
    cluster.on('message', (worker, message: Partial<Snapshot>) => {
      if (message.snapshot === undefined || message.metrics === undefined) return;
      if (!worker.isDead()) this.#latest.set(worker.id, message.metrics);
      const waiting = this.#waiting.get(worker.id);
      if (waiting?.request === message.snapshot) waiting.done();
    });
    cluster.on('exit', (worker) => {
      this.#waiting.get(worker.id)?.done();
      this.#ended = this.#ended.then(addCounts(this.#latest.get(worker.id) ?? []));
      this.#latest.delete(worker.id);
    });
  }

  /** These metrics alone, of those that the supervisor measures itself: no worker is asked. */
  async renderOwn(names: readonly string[]): Promise<string> {
    const known = names.filter((name) => this.own.getSingleMetric(name));
    const texts = await Promise.all(known.map((name) => this.own.getSingleMetricAsString(name)));
    return texts.map((text) => `${text}\n`).join('\n');
  }

  async #make(): Promise<string> {
    await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => this.#ask(worker)));
    const snapshots = [...this.#latest.values()];
    const [own, ended] = await Promise.all([this.own.getMetricsAsJSON(), this.#ended]);
    return AggregatorRegistry.aggregate([own, ended, ...snapshots]).metrics();
  }

  /** Resolves when the worker has answered, has ended, or has had its time. */
  async #ask(worker: Worker | undefined): Promise<void> {
    if (!worker?.isConnected()) return;
    this.#requests += 1;
    const request = this.#requests;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(resolve, ANSWER_WITHIN_MS);
      const done = () => {
        clearTimeout(deadline);
        resolve();
      };
      this.#waiting.set(worker.id, { request, done });
      // A send to a worker that is just dying fails; its end is noticed elsewhere.
      worker.send({ snapshotWanted: request } satisfies SnapshotRequest, () => {});
    });
    this.#waiting.delete(worker.id);
  }
}

function addCounts(metrics: Metrics): (ended: Metrics) => Promise<Metrics> {
  const counts = metrics.filter((metric) => String(metric.type) !== 'gauge');
  return (ended) => AggregatorRegistry.aggregate([ended, counts]).getMetricsAsJSON();
}
