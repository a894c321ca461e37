// What a customer has bought.
import type { Kysely } from 'kysely';
import type { Database } from '../database';
import type { Line } from './carts';
import { countReachable, type Page, pageOf } from './pagination';

export type OrderSummary = { id: number; createdAt: Date; totalCents: number };
export type Order = OrderSummary & { lines: Line[] };

export class Orders {
  constructor(private readonly database: Kysely<Database>) {}

  /** Newest first. */
  async list(customerId: number, page: number): Promise<Page<OrderSummary>> {
    const own = this.database.selectFrom('customer_order').where('customer_id', '=', customerId);
    const { count } = await this.database
      .selectNoFrom(countReachable(own.select('id')).as('count'))
      .executeTakeFirstOrThrow();
    return pageOf(page, count, own.select(summary).orderBy('id', 'desc'));
  }

  /** Another customer's order is not there. */
  async find(customerId: number, id: number): Promise<Order | undefined> {
    const order = await this.database
      .selectFrom('customer_order')
      .select(summary)
      .where('id', '=', id)
      .where('customer_id', '=', customerId)
      .executeTakeFirst();
    return order && { ...order, lines: await linesOf(this.database, id) };
  }
}

export const summary = ['id', 'created_at as createdAt', 'total_cents as totalCents'] as const;

export function linesOf(database: Kysely<Database>, orderId: number): Promise<Line[]> {
  return database
    .selectFrom('order_line')
    .select([
      'product_id as productId',
      'product_name as name',
      'price_cents as priceCents',
      'quantity',
    ])
    .where('order_id', '=', orderId)
    .orderBy('id')
    .execute();
}
