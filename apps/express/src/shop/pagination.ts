// Lists come in pages: their number is bounded, so that no request counts or skips without end.
import { type Expression, sql } from 'kysely';
import { Problem } from '../errors';

export const PAGE_SIZE = 24;
export const MOST_PAGES = 100;
const MOST_ROWS = MOST_PAGES * PAGE_SIZE;

export type Page<Item> = { items: Item[]; page: number; pages: number };

/** Counts the rows of a query, up to the last page that can be asked for. */
export const countReachable = (rows: Expression<unknown>) =>
  sql<number>`(select count(*) from (${rows} limit ${sql.lit(MOST_ROWS)}) as reachable)`;

/**
 * @param rows reads the page, given where it begins
 * @throws {Problem} 404 behind the last page; the first is there even when it is empty
 */
export async function pageOf<Item>(
  page: number,
  count: number,
  rows: (offset: number) => Promise<Item[]>,
): Promise<Page<Item>> {
  const pages = Math.max(1, Math.ceil(count / PAGE_SIZE));
  if (page > pages) throw new Problem(404, `There is no page ${page}: the last is ${pages}.`);
  return { items: await rows((page - 1) * PAGE_SIZE), page, pages };
}
