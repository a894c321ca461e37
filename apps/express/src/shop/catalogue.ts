// What the shop sells: categories, and products in pages.
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from '../database';
import { countReachable, firstOf, type Page, pageOf } from './pagination';

/** Each order has its index (db/schema.sql), and ends in the id: so it is one order. */
const ORDERS = {
  new: sql`product.created_at desc, product.id desc`,
  price: sql`product.price_cents, product.id`,
  '-price': sql`product.price_cents desc, product.id desc`,
  name: sql`product.name, product.id`,
};
export type Sort = keyof typeof ORDERS;
export const SORTS = Object.keys(ORDERS) as [Sort, ...Sort[]];

export type Category = { id: number; slug: string; name: string };

export type Product = {
  id: number;
  name: string;
  category: string;
  priceCents: number;
  inStock: boolean;
};
export type ProductDetail = Product & {
  categoryName: string;
  description: string;
  createdAt: Date;
};

/** Lists of new products name no category. */
export type NewProduct = Omit<ProductDetail, 'category' | 'categoryName'>;

const everything = sql<SqlBool>`true`;
const inStock = sql<boolean>`product.stock > 0`.as('inStock');

export class Catalogue {
  constructor(private readonly database: Kysely<Database>) {}

  categories(): Promise<Category[]> {
    return this.categoryRows().orderBy('name').execute();
  }

  category(slug: string): Promise<Category | undefined> {
    return this.categoryRows().where('slug', '=', slug).executeTakeFirst();
  }

  product(id: number): Promise<ProductDetail | undefined> {
    return this.details().where('product.id', '=', id).executeTakeFirst();
  }

  newest(count: number): Promise<NewProduct[]> {
    const products = this.database
      .selectFrom('product')
      .select([
        'product.id',
        'product.name',
        'product.price_cents as priceCents',
        inStock,
        'product.description',
        'product.created_at as createdAt',
      ])
      .orderBy(ORDERS.new);
    return firstOf(products, count).execute();
  }

  list({ page, sort, category }: { page: number; sort: Sort; category?: Category }) {
    const wanted = category ? sql<SqlBool>`product.category_id = ${category.id}` : everything;
    return this.page(page, wanted, ORDERS[sort]);
  }

  /** Best match first. */
  search(words: string, page: number): Promise<Page<Product>> {
    const query = sql`websearch_to_tsquery('english', ${words})`;
    const order = sql`ts_rank(product.search, ${query}) desc, product.id`;
    return this.page(page, sql<SqlBool>`product.search @@ ${query}`, order);
  }

  async count(): Promise<number> {
    const { count } = await this.database
      .selectFrom('product')
      .select(sql<number>`count(*)`.as('count'))
      .executeTakeFirstOrThrow();
    return count;
  }

  /** In order, for the sitemap. */
  async ids(offset: number, limit: number): Promise<number[]> {
    const products = this.database.selectFrom('product').select('id').orderBy('id');
    return (await firstOf(products, limit, offset).execute()).map(({ id }) => id);
  }

  private async page(
    page: number,
    wanted: RawBuilder<SqlBool>,
    order: RawBuilder<unknown>,
  ): Promise<Page<Product>> {
    const matching = this.database.selectFrom('product').select('id').where(wanted);
    const { count } = await this.database
      .selectNoFrom(countReachable(matching).as('count'))
      .executeTakeFirstOrThrow();
    return pageOf(page, count, this.summaries().where(wanted).orderBy(order));
  }

  private categoryRows() {
    return this.database.selectFrom('category').select(['id', 'slug', 'name']);
  }

  private summaries() {
    return this.database
      .selectFrom('product')
      .innerJoin('category', 'category.id', 'product.category_id')
      .select([
        'product.id',
        'product.name',
        'category.slug as category',
        'product.price_cents as priceCents',
        inStock,
      ]);
  }

  private details() {
    return this.summaries().select([
      'category.name as categoryName',
      'product.description',
      'product.created_at as createdAt',
    ]);
  }
}
