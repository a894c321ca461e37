// Lists come in pages: their number is bounded, so that no request counts or skips without end.
import { type Expression, type SelectQueryBuilder, type Simplify, sql } from 'kysely';
import { Problem } from '../errors';

const PAGE_SIZE = 24;
export const MOST_PAGES = 100;
const MOST_ROWS = MOST_PAGES * PAGE_SIZE;

export type Page<Item> = { items: Item[]; page: number; pages: number };

/** Counts the rows of a query, up to the last page that can be asked for. */
export const countReachable = (rows: Expression<unknown>) =>
  sql<number>`(select count(*) from (${rows} limit ${sql.lit(MOST_ROWS)}) as reachable)`;

/**
 * @param rows all of them, in their order
 * @throws {Problem} 404 behind the last page; the first is there even when it is empty
 */
export async function pageOf<DB, Table extends keyof DB, Item>(
  page: number,
  count: number,
  rows: SelectQueryBuilder<DB, Table, Item>,
): Promise<Page<Simplify<Item>>> {
  const pages = Math.max(1, Math.ceil(count / PAGE_SIZE));
  if (page > pages) throw new Problem(404, `There is no page ${page}: the last is ${pages}.`);
  return { items: await firstOf(rows, PAGE_SIZE, (page - 1) * PAGE_SIZE).execute(), page, pages };
}

/**
 * The limit is a literal: of a parameter PostgreSQL expects a tenth of the rows, and would plan a
 * prepared statement at each execution. The offset is a parameter: each page would be another statement.
 */
export function firstOf<DB, Table extends keyof DB, Row>(
  rows: SelectQueryBuilder<DB, Table, Row>,
  limit: number,
  offset = 0,
): SelectQueryBuilder<DB, Table, Row> {
  const limited = rows.limit(sql.lit(limit));
  return offset === 0 ? limited : limited.offset(offset);
}
