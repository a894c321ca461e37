// The shop's books around one trial: opened before it, sampled while it runs, closed after it.
// lab/results/trial/books.ts says whether they balance.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { BooksRecord } from '../results/trial/books';
import { fetchSums } from '../runtime/metrics-page';

/** An order as k6 tells of it. */
export type ToldOrder = { order: number; totalCents: number };

/** Where orders, and the stock, stood before the trial. bigint and numeric come as text. */
type Opening = { products: number; lastOrder: string; pieces: string; weighted: string };

/** Between two look-ups while the load goes on: five small reads per second burden no database. */
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
    try {
      const opening = await openingOf(client);
      return new Books(url, metricsUrls, client, opening, await appCount(metricsUrls));
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** Of a trial that does not begin. */
  async abandon(): Promise<void> {
    await this.client.end();
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
    const what = `order ${order}, looked up when it was accepted`;
    if (found === undefined) this.wrong.push(`${what}: it was not in the database`);
    else if (found.totalCents !== totalCents || found.linesCents !== totalCents) {
      this.wrong.push(
        `${what}: its total is ${found.totalCents} cents and its lines add up to ${found.linesCents}, but the customer was told ${totalCents}`,
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

// ---- what the books ask of the app's database

/**
 * Pieces times a weight that the product's id gives: two sums of these are equal where as many of
 * each product were sold, and by chance once in a million.
 */
const weighted = (pieces: string, id: string) =>
  `coalesce(sum(${pieces}::numeric * abs(hashint4extended(${id}, 11) % 1000003)), 0)`;

const stockNow = `SELECT coalesce(sum(stock), 0) AS pieces, ${weighted('stock', 'id')} AS weighted FROM product`;

async function openingOf(client: Client): Promise<Opening> {
  const { rows } = await client.query<Opening>(
    `SELECT (SELECT coalesce(max(id), 0) FROM product) AS products,
       (SELECT coalesce(max(id), 0) FROM customer_order) AS "lastOrder", now.*
     FROM (${stockNow}) AS now`,
  );
  return rows[0] as Opening;
}

/** Undefined where it is not there. */
async function orderInDatabase(
  client: Client,
  order: number,
): Promise<{ totalCents: number; linesCents: number } | undefined> {
  const { rows } = await client.query<{ total: string; lines: string }>(
    `SELECT total_cents AS total,
       (SELECT coalesce(sum(price_cents * quantity), 0) FROM order_line WHERE order_id = $1) AS lines
     FROM customer_order WHERE id = $1`,
    [order],
  );
  const [found] = rows;
  return found && { totalCents: Number(found.total), linesCents: Number(found.lines) };
}

/** Sessions of the app that are in a transaction, or in a statement of their own. */
async function sessionsAtWork(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::integer FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND backend_type = 'client backend' AND xact_start IS NOT NULL`,
  );
  return rows[0]?.count ?? 0;
}

/** What the trial left, all of it as of one moment. */
async function closingOf(
  client: Client,
  opening: Opening,
  told: readonly ToldOrder[],
): Promise<
  Required<Pick<BooksRecord, 'told'>> & { database: NonNullable<BooksRecord['database']> }
> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows: orders } = await client.query<{ id: string; total: string }>(
    `SELECT id, total_cents AS total FROM customer_order WHERE id > $1`,
    [opening.lastOrder],
  );
  const { rows: lines } = await client.query<
    Record<'empty' | 'off' | 'pieces' | 'weighted', string>
  >(
    `SELECT count(*) FILTER (WHERE lines = 0) AS empty,
       count(*) FILTER (WHERE lines > 0 AND cents <> total_cents) AS off,
       coalesce(sum(pieces), 0) AS pieces, coalesce(sum(weighted), 0) AS weighted
     FROM customer_order JOIN LATERAL (
       SELECT count(*) AS lines, sum(price_cents * quantity) AS cents, sum(quantity) AS pieces,
         ${weighted('quantity', 'product_id')} AS weighted
       FROM order_line WHERE order_id = customer_order.id
     ) AS line ON true
     WHERE id > $1`,
    [opening.lastOrder],
  );
  const { rows: stock } = await client.query<Pick<Opening, 'pieces' | 'weighted'>>(stockNow);
  await client.query('COMMIT');
  const [line, left] = [lines[0], stock[0]];
  if (line === undefined || left === undefined) throw new Error('sums have one row');
  const totals = new Map(orders.map(({ id, total }) => [Number(id), Number(total)]));
  return {
    told: {
      orders: told.length,
      twice: twiceIn(told.map(({ order }) => order)),
      missing: told.map(({ order }) => order).filter((order) => !totals.has(order)),
      otherTotals: told
        .filter(({ order, totalCents }) => (totals.get(order) ?? totalCents) !== totalCents)
        .map(({ order }) => order),
    },
    database: {
      orders: orders.length,
      withoutLines: Number(line.empty),
      totalsOff: Number(line.off),
      piecesInLines: Number(line.pieces),
      piecesFromStock: Number(BigInt(opening.pieces) - BigInt(left.pieces)),
      weightedInLines: Number(line.weighted),
      weightedFromStock: Number(BigInt(opening.weighted) - BigInt(left.weighted)),
    },
  };
}

function twiceIn(orders: readonly number[]): number[] {
  const seen = new Set<number>();
  return [...new Set(orders.filter((order) => seen.size === seen.add(order).size))];
}
