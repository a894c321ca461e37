// What the cases of the shop begin with: customers, products, and a look at the books.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { appNamed } from '../apps';
import type { Reply } from './client';
import { withDatabase } from './database';
import { readPage, textOf } from './html';
import type { Subject } from './subjects';
import { attribute, Visitor } from './visitor';

/** The table of the app's sessions. */
export function sessionsOf({ app }: Subject) {
  const { sessions } = appNamed(app).behaviour;
  if (sessions) return sessions;
  throw new Error(
    `${appNamed(app).folder}/app.json: behaviour.sessions is missing: name the table.`,
  );
}

/** db/seed.sql. */
export const seeded = (id: number) => ({
  email: id > 10_000 ? `staff${id - 10_000}@example.com` : `customer${id}@example.com`,
  password: `correct horse ${1 + (id % 8)}`,
});

export const staffId = 10_001;
export const newPassword = 'a password that nobody has';
export const newEmail = (): string => `${randomUUID()}@example.com`;

/** Somebody who has just registered: nobody else's cart, orders or attempts. */
export async function newCustomer(
  subject: Subject,
  email = newEmail(),
  visitor = new Visitor(subject),
): Promise<Visitor> {
  const fields = { email, name: 'Somebody New', password: newPassword };
  const reply = await visitor.submit('/register', '/register', fields);
  expect(reply.status, `${reply.what}: status`).toBe(303);
  return visitor;
}

export async function loggedIn(subject: Subject, id: number): Promise<Visitor> {
  const { email, password } = seeded(id);
  const visitor = new Visitor(subject);
  const reply = await visitor.logIn(email, password);
  expect(reply.status, `${reply.what}: status`).toBe(303);
  return visitor;
}

/** Logged in, as a page tells it. */
export async function isLoggedIn(visitor: Visitor): Promise<boolean> {
  const { text } = await visitor.get('/');
  return readPage(text)
    .elements('a')
    .some((link) => attribute(link, 'href') === '/orders');
}

type TestProduct = { id: number; name: string; priceCents: number };

/** Puts a product into the shop for as long as `work` takes. */
export async function withProduct<T>(
  subject: Subject,
  given: { name?: string; description?: string; stock?: number; priceCents?: number },
  work: (product: TestProduct) => Promise<T>,
): Promise<T> {
  const { name = 'Test thing', description = '', stock = 50, priceCents = 1234 } = given;
  return withDatabase(subject, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `INSERT INTO product (category_id, name, description, price_cents, stock)
       VALUES (1, $1, $2, $3, $4) RETURNING id`,
      [name, description, priceCents, stock],
    );
    const id = rows[0]?.id ?? 0;
    try {
      return await work({ id, name, priceCents });
    } finally {
      await client.query('DELETE FROM product WHERE id = $1', [id]);
    }
  });
}

/** What is left of a product, and what was sold of it. */
export function booksOf(subject: Subject, productId: number) {
  return withDatabase(subject, async (client) => {
    const { rows } = await client.query<{ stock: number; sold: number; orders: number }>(
      `SELECT stock, coalesce(sum(quantity), 0)::integer AS sold,
              count(DISTINCT order_id)::integer AS orders
         FROM product LEFT JOIN order_line ON product_id = product.id
        WHERE product.id = $1 GROUP BY product.id`,
      [productId],
    );
    return rows[0];
  });
}

/** Orders whose total is not the sum of their lines: there must be none. */
export function unbalancedOrders(subject: Subject): Promise<unknown[]> {
  return withDatabase(subject, async (client) => {
    const { rows } = await client.query(
      `SELECT customer_order.id, total_cents, sum(price_cents * quantity) AS lines
         FROM customer_order LEFT JOIN order_line ON order_id = customer_order.id
        GROUP BY customer_order.id
       HAVING total_cents IS DISTINCT FROM sum(price_cents::bigint * quantity)`,
    );
    return rows;
  });
}

export const newKey = (): string => randomUUID();

/** Ids of the products that a page lists, in its order. */
export const productsOn = (page: Reply): number[] =>
  readPage(page.text)
    .elements('li')
    .flatMap((item) => attribute(item, 'data-product') ?? [])
    .map(Number);

/** Fields that a form says were wrong. */
export const faultsOn = (page: Reply): Record<string, string> =>
  Object.fromEntries(
    readPage(page.text)
      .elements('p')
      .flatMap((paragraph) => {
        const field = attribute(paragraph, 'data-error');
        return field === undefined ? [] : [[field, textOf(paragraph)]];
      }),
  );

export const headingOn = (page: Reply): string =>
  readPage(page.text).elements('h1').map(textOf).join();

export function expectStatus(reply: Reply, status: number): void {
  expect(reply.status, `${reply.what}: status, with ${reply.text.slice(0, 200)}`).toBe(status);
}

/** A redirect's Location, once it is known to be one. */
export function expectSeeOther(reply: Reply, location: string | RegExp): string {
  expectStatus(reply, 303);
  expect(reply.headers.location, `${reply.what}: header location`).toMatch(
    typeof location === 'string' ? new RegExp(`^${location.replace(/[?.]/g, '\\$&')}$`) : location,
  );
  return reply.headers.location ?? '';
}
