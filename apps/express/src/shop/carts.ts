// What a customer is about to buy.
import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import { type Database, FOREIGN_KEY_VIOLATION, hasCode } from '../database';
import { Problem } from '../errors';

const MOST_OF_A_PRODUCT = 99;

export type Line = { productId: number | null; name: string; priceCents: number; quantity: number };
export type Cart = { lines: Line[]; totalCents: number };

export class Carts {
  constructor(private readonly database: Kysely<Database>) {}

  async read(customerId: number): Promise<Cart> {
    const lines = await this.database
      .selectFrom('cart_line')
      .innerJoin('product', 'product.id', 'cart_line.product_id')
      .select([
        'cart_line.product_id as productId',
        'product.name',
        'product.price_cents as priceCents',
        'cart_line.quantity',
      ])
      .where('cart_line.customer_id', '=', customerId)
      .orderBy('cart_line.product_id')
      .execute();
    return { lines, totalCents: totalOf(lines) };
  }

  /** @returns whether there is such a product */
  async add(customerId: number, productId: number, quantity: number): Promise<boolean> {
    try {
      await this.database
        .insertInto('cart_line')
        .values({ customer_id: customerId, product_id: productId, quantity })
        .onConflict((conflict) =>
          conflict.columns(['customer_id', 'product_id']).doUpdateSet({
            quantity: sql`least(${MOST_OF_A_PRODUCT}, cart_line.quantity + excluded.quantity)`,
          }),
        )
        .execute();
      return true;
    } catch (error) {
      if (hasCode(error, FOREIGN_KEY_VIOLATION)) return false;
      throw error;
    }
  }

  /** @returns whether the cart held the product; 0 removes it */
  async change(customerId: number, productId: number, quantity: number): Promise<boolean> {
    const line = (id: ExpressionBuilder<Database, 'cart_line'>) =>
      id.and({ customer_id: customerId, product_id: productId });
    const { database } = this;
    const changed =
      quantity === 0
        ? await database.deleteFrom('cart_line').where(line).returning('id').executeTakeFirst()
        : await database
            .updateTable('cart_line')
            .set({ quantity })
            .where(line)
            .returning('id')
            .executeTakeFirst();
    return changed !== undefined;
  }
}

export const notInCart = (): Problem => new Problem(404, 'The cart holds none of this product.');

export const totalOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, { priceCents, quantity }) => sum + priceCents * quantity, 0);
