// The shop's books around one trial: opened before it, sampled while it runs, closed after it.
// lab/results/trial/books.ts says whether they balance.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { BooksRecord } from '../results/trial/books';
import { fetchSums } from '../runtime/metrics-page';
import {
  closingOf,
  type Opening,
  openingOf,
  orderInDatabase,
  sessionsAtWork,
  type ToldOrder,
} from './books-queries';

/** Between two look-ups while the load goes on: five small reads a second burden no database. */
const sampleEveryMs = 200;
/** What is in flight when k6 stops ends by itself within this, or the books are closed anyway. */
const settleWithinMs = 10_000;
const settlePollMs = 100;

export class Books {
  private readonly told: ToldOrder[] = [];
  private readonly wrong: string[] = [];
  private readonly lookUps: Promise<void>[] = [];
  private answered = 0;
  private sampledAtMs = 0;

  private constructor(
    private readonly url: string,
    private readonly metricsUrls: readonly string[],
    private readonly client: Client,
    private readonly opening: Opening,
    private readonly appBefore: AppCount | null,
  ) {}

  /** @param url of the app's database, with the right to see all that goes on there */
  static async open(url: string, metricsUrls: readonly string[]): Promise<Books> {
    const client = await connected(url);
    const opening = await openingOf(client);
    return new Books(url, metricsUrls, client, opening, await appCount(metricsUrls));
  }

  /** How many products the shop has. */
  get products(): number {
    return this.opening.products;
  }

  /** k6 saw this order accepted, so it is committed and must be there. Some are looked up at once. */
  accepted(told: ToldOrder): void {
    this.told.push(told);
    if (Date.now() - this.sampledAtMs < sampleEveryMs) return;
    this.sampledAtMs = Date.now();
    // A database that is gone says nothing of the order, which is not counted; closing the books will.
    this.lookUps.push(this.lookUp(told).catch(() => undefined));
  }

  /** Waits until nothing is in flight any more, and reads what the trial left. */
  async close(): Promise<BooksRecord> {
    await Promise.all(this.lookUps);
    await this.client.end().catch(() => undefined);
    const sampled = { orders: this.answered, wrong: this.wrong };
    try {
      const client = await connected(this.url);
      try {
        await this.settled(client);
        const { told, database } = await closingOf(client, this.opening, this.told);
        return { told, sampled, database, app: await this.appAccepted() };
      } finally {
        await client.end().catch(() => undefined);
      }
    } catch (error) {
      const told = { orders: this.told.length, twice: [], missing: [], otherTotals: [] };
      const unreadable = (error as Error).message;
      return { told, sampled, database: null, unreadable, app: await this.appAccepted() };
    }
  }

  private async lookUp({ order, totalCents }: ToldOrder): Promise<void> {
    const found = await orderInDatabase(this.client, order);
    this.answered += 1;
    const what = `order ${order}, looked up as it was accepted`;
    if (found === undefined) this.wrong.push(`${what}, was not in the database`);
    else if (found.totalCents !== totalCents || found.linesCents !== totalCents) {
      this.wrong.push(
        `${what}, cost ${found.totalCents} cents and its lines ${found.linesCents}, where the customer was told ${totalCents}`,
      );
    }
  }

  private async settled(client: Client): Promise<void> {
    for (const deadline = Date.now() + settleWithinMs; Date.now() < deadline; ) {
      // An app that is gone has nothing in flight; what it left open PostgreSQL rolls back.
      const atWork = await fetchSums(this.metricsUrls)
        .then((sum) => sum('http_server_active_requests'))
        .catch(() => 0);
      if (atWork === 0 && (await sessionsAtWork(client)) === 0) return;
      await sleep(settlePollMs);
    }
  }

  private async appAccepted(): Promise<BooksRecord['app']> {
    const [before, after] = [this.appBefore, await appCount(this.metricsUrls)];
    if (before === null || after === null) return null;
    const isSame =
      before.startedAtSeconds === after.startedAtSeconds && before.restarts === after.restarts;
    return isSame ? { accepted: after.accepted - before.accepted } : null;
  }
}

/** The app's own count; a restart sets it back. */
type AppCount = { accepted: number; startedAtSeconds: number; restarts: number };

/** Null where the page cannot be read. */
function appCount(metricsUrls: readonly string[]): Promise<AppCount | null> {
  return fetchSums(metricsUrls)
    .then((sum) => {
      const answered = (route: string, status: string) =>
        sum('http_server_request_duration_seconds_count', {
          http_request_method: 'POST',
          http_route: route,
          http_response_status_code: status,
        });
      return {
        accepted: answered('/checkout', '303') + answered('/api/orders', '201'),
        startedAtSeconds: sum('process_start_time_seconds'),
        restarts: sum('server_worker_restarts_total'),
      };
    })
    .catch(() => null);
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that ends in mid-trial would otherwise end the lab.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
