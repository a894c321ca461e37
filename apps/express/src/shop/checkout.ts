// Buying a cart: one transaction, as contract/README.md ("Checkout") numbers its steps.
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database';
import { Problem } from '../errors';
import { totalOf } from './carts';
import { linesOf, type Order, summary } from './orders';

/**
 * Makes an order of the customer's cart; with a key that was used before, gives the order it made.
 *
 * @throws {Problem} 409 when the cart is empty or a stock too small: then nothing has happened
 */
export function checkOut(
  database: Kysely<Database>,
  customerId: number,
  key: string,
): Promise<Order> {
  // READ COMMITTED, the server's default: each statement sees what is committed when it begins.
  return database.transaction().execute(async (transaction) => {
    await lockCustomer(transaction, customerId);
    const earlier = await findOrder(transaction, customerId, key);
    if (earlier) return earlier;
    const lines = await lockCart(transaction, customerId);
    if (lines.length === 0) throw new Problem(409, 'The cart is empty.');
    for (const line of lines) await takeFromStock(transaction, line);
    return placeOrder(transaction, customerId, key, lines);
  });
}

type CartLine = Awaited<ReturnType<typeof lockCart>>[number];

/** Checkouts of one customer go one after another: a key sent twice at once finds its order. */
async function lockCustomer(transaction: Transaction<Database>, id: number): Promise<void> {
  await transaction
    .selectFrom('customer')
    .select('id')
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
}

async function findOrder(
  transaction: Transaction<Database>,
  customerId: number,
  key: string,
): Promise<Order | undefined> {
  const order = await transaction
    .selectFrom('customer_order')
    .select(summary)
    .where('customer_id', '=', customerId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  return order && { ...order, lines: await linesOf(transaction, order.id) };
}

/**
 * Each product is locked before its line, and in order of id. Another checkout takes the same rows in
 * the same order, and so does a DELETE of a product, which takes its lines with it.
 */
function lockCart(transaction: Transaction<Database>, customerId: number) {
  return transaction
    .selectFrom('cart_line')
    .innerJoin('product', 'product.id', 'cart_line.product_id')
    .select([
      'cart_line.id as lineId',
      'product.id as productId',
      'product.name',
      'product.price_cents as priceCents',
      'cart_line.quantity',
    ])
    .where('cart_line.customer_id', '=', customerId)
    .orderBy('product.id')
    .forNoKeyUpdate(['product', 'cart_line'])
    .execute();
}

/** The condition is looked at again under the row's lock, so two cannot take the same last one. */
async function takeFromStock(transaction: Transaction<Database>, line: CartLine): Promise<void> {
  const taken = await transaction
    .updateTable('product')
    .set((product) => ({ stock: product('stock', '-', line.quantity) }))
    .where('id', '=', line.productId)
    .where('stock', '>=', line.quantity)
    .executeTakeFirst();
  if (taken.numUpdatedRows === 0n) {
    throw new Problem(409, `There are not ${line.quantity} of "${line.name}" left.`);
  }
}

async function placeOrder(
  transaction: Transaction<Database>,
  customerId: number,
  key: string,
  lines: CartLine[],
): Promise<Order> {
  const order = await transaction
    .insertInto('customer_order')
    .values({ customer_id: customerId, idempotency_key: key, total_cents: totalOf(lines) })
    .returning(summary)
    .executeTakeFirstOrThrow();
  await transaction
    .insertInto('order_line')
    .values(
      lines.map(({ productId, name, priceCents, quantity }) => ({
        order_id: order.id,
        product_id: productId,
        product_name: name,
        price_cents: priceCents,
        quantity,
      })),
    )
    .execute();
  const bought = lines.map(({ lineId }) => lineId);
  await transaction.deleteFrom('cart_line').where('id', 'in', bought).execute();
  return { ...order, lines: lines.map(({ lineId: _, ...line }) => line) };
}
