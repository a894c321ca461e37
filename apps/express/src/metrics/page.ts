// One metrics page for the whole app: what the supervisor measures, and the sum of the workers'.
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { AggregatorRegistry, type Registry } from 'prom-client';

type Snapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

const SNAPSHOT_REQUEST = 'snapshot';

/** A worker busier than this answers too late: a scrape must not wait for the loop it measures. */
const ANSWER_WITHIN_MS = 500;

/** In a worker: sends the supervisor a snapshot when asked. */
export function answerSnapshots(registry: Registry): void {
  process.on('message', async (message) => {
    if (message === SNAPSHOT_REQUEST) process.send?.(await registry.getMetricsAsJSON());
  });
}

/**
 * In the supervisor. prom-client's own clusterMetrics() fails when one worker is blocked, and its
 * counters fall when one dies. So the last snapshot of each worker is kept: a worker that does not
 * answer in time counts with its last one, and of a worker that ended, counters and histograms stay.
 * What a worker counted between its last snapshot and a sudden death is lost.
 */
export class MetricsPage {
  readonly #latest = new Map<number, Snapshot>();
  #ended: Promise<Snapshot> = Promise.resolve([]);

  constructor(readonly own: Registry) {
    cluster.on('message', (worker, snapshot: Snapshot) => {
      if (!worker.isDead()) this.#latest.set(worker.id, snapshot);
    });
    cluster.on('exit', (worker) => {
      this.#ended = this.#ended.then(addCounts(this.#latest.get(worker.id) ?? []));
      this.#latest.delete(worker.id);
    });
  }

  get contentType(): string {
    return this.own.contentType;
  }

  async render(): Promise<string> {
    await Promise.all(Object.values(cluster.workers ?? {}).map(ask));
    const snapshots = [...this.#latest.values()];
    const [own, ended] = await Promise.all([this.own.getMetricsAsJSON(), this.#ended]);
    return AggregatorRegistry.aggregate([own, ended, ...snapshots]).metrics();
  }
}

async function ask(worker: Worker | undefined): Promise<void> {
  if (!worker?.isConnected()) return;
  try {
    // A send to a worker that is just dying fails; its end is noticed elsewhere.
    worker.send(SNAPSHOT_REQUEST, () => {});
    await once(worker, 'message', { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
  }
}

function addCounts(snapshot: Snapshot): (ended: Snapshot) => Promise<Snapshot> {
  const counts = snapshot.filter((metric) => String(metric.type) !== 'gauge');
  return (ended) => AggregatorRegistry.aggregate([ended, counts]).getMetricsAsJSON();
}
