// What the books ask of the app's database.
import type { Client } from 'pg';
import type { BooksRecord } from '../results/trial/books';

/** An order as k6 tells of it. */
export type ToldOrder = { order: number; totalCents: number };

/** Where orders, and the stock, stood before the trial. bigint and numeric come as text. */
export type Opening = { products: number; lastOrder: string; pieces: string; weighted: string };

/**
 * Pieces times a weight that the product's id gives: two sums of these are equal where as many of
 * each product were sold, and by chance once in a million.
 */
const weighted = (pieces: string, id: string) =>
  `coalesce(sum(${pieces}::numeric * abs(hashint4extended(${id}, 11) % 1000003)), 0)`;

const stockNow = `SELECT coalesce(sum(stock), 0) AS pieces, ${weighted('stock', 'id')} AS weighted FROM product`;

export async function openingOf(client: Client): Promise<Opening> {
  const { rows } = await client.query<Opening>(
    `SELECT (SELECT coalesce(max(id), 0) FROM product) AS products,
       (SELECT coalesce(max(id), 0) FROM customer_order) AS "lastOrder", now.*
     FROM (${stockNow}) AS now`,
  );
  return rows[0] as Opening;
}

/** Undefined where it is not there. */
export async function orderInDatabase(
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
export async function sessionsAtWork(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::integer FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND backend_type = 'client backend' AND xact_start IS NOT NULL`,
  );
  return rows[0]?.count ?? 0;
}

/** What the trial left, all of it as of one moment. */
export async function closingOf(
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

const twiceIn = (orders: readonly number[]): number[] => [
  ...new Set(orders.filter((order, index) => orders.indexOf(order) !== index)),
];
