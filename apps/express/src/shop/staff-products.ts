// What the staff does to products.
import { type Kysely, sql } from 'kysely';
import {
  CHECK_VIOLATION,
  type Database,
  FOREIGN_KEY_VIOLATION,
  hasCode,
  NUMERIC_VALUE_OUT_OF_RANGE,
} from '../database';
import { countReachable, type Page, pageOf } from './pagination';

export type ProductFields = {
  category_id: number;
  name: string;
  description: string;
  price_cents: number;
  stock: number;
};
type ListedProduct = { id: number; name: string; price_cents: number; stock: number };

/** The field that the database would not take: no such category, or a stock below 0 or too large. */
export type Refusal = 'category' | 'stock';

export class StaffProducts {
  constructor(private readonly database: Kysely<Database>) {}

  /** Newest first; `words` are looked for in the names, as they stand. */
  async list(words: string, page: number): Promise<Page<ListedProduct>> {
    const pattern = `%${words.replace(/[\\%_]/g, '\\$&')}%`;
    const wanted = this.database.selectFrom('product').where('name', 'ilike', pattern);
    const { count } = await this.database
      .selectNoFrom(countReachable(wanted.select('id')).as('count'))
      .executeTakeFirstOrThrow();
    const rows = wanted.select(['id', 'name', 'price_cents', 'stock']);
    return pageOf(page, count, rows.orderBy('created_at', 'desc').orderBy('id', 'desc'));
  }

  find(id: number): Promise<(ProductFields & { id: number }) | undefined> {
    return this.database
      .selectFrom('product')
      .select(['id', 'category_id', 'name', 'description', 'price_cents', 'stock'])
      .where('id', '=', id)
      .executeTakeFirst();
  }

  add(product: ProductFields): Promise<Refusal | undefined> {
    return refusalOf(this.database.insertInto('product').values(product).execute());
  }

  /**
   * The stock moves by as much as the staff changed it: what was sold while the form was open stays
   * sold.
   */
  change(id: number, product: ProductFields, stockShown: number): Promise<Refusal | undefined> {
    const { stock, ...rest } = product;
    return refusalOf(
      this.database
        .updateTable('product')
        .set({ ...rest, stock: sql`stock + ${stock - stockShown}::integer` })
        .where('id', '=', id)
        .execute(),
    );
  }

  async remove(id: number): Promise<void> {
    await this.database.deleteFrom('product').where('id', '=', id).execute();
  }
}

async function refusalOf(writing: Promise<unknown>): Promise<Refusal | undefined> {
  try {
    await writing;
    return undefined;
  } catch (error) {
    if (hasCode(error, FOREIGN_KEY_VIOLATION)) return 'category';
    if (hasCode(error, CHECK_VIOLATION, 'product_stock_check')) return 'stock';
    // Of the integers only the stock is calculated: what is sold back may be more than fits.
    if (hasCode(error, NUMERIC_VALUE_OUT_OF_RANGE)) return 'stock';
    throw error;
  }
}
