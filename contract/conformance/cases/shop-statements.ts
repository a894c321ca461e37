// SQL statements of the shop's requests, each held to the contract for who asks it.
import { Agent } from 'node:http';
import { type Case, withoutDatabase } from '../case';
import type { Reply } from '../client';
import { readStatements, resetStatements, type StatementCount, withDatabase } from '../database';
import { declaredStatements } from '../openapi';
import { movementBy } from '../scrape';
import { newCustomer, newEmail, newKey, newPassword } from '../shop';
import { settingsOf } from '../subjects';
import { type Fields, formOn, Visitor } from '../visitor';
import { expectStatements } from './statements';

type Prepared = () => Promise<Reply>;
/** Makes a visitor ready for one request, and returns that request. */
type Preparation = (visitor: Visitor) => Promise<Prepared>;

const get =
  (path: string): Preparation =>
  async (visitor) =>
  () =>
    visitor.get(path, path.startsWith('/api/') ? {} : { Accept: 'text/html' });

/** The token is read before the count begins. */
const post =
  (path: string, fields: Fields, before?: (visitor: Visitor) => Promise<unknown>): Preparation =>
  async (visitor) => {
    await before?.(visitor);
    const { csrfToken } = await visitor.session();
    return () => visitor.post(path, { ...visitor.tokenField(csrfToken), ...fields });
  };

const api =
  (
    method: string,
    path: string,
    body?: unknown,
    before?: (visitor: Visitor) => Promise<unknown>,
  ): Preparation =>
  async (visitor) => {
    await before?.(visitor);
    visitor.token = (await visitor.session()).csrfToken;
    return () => visitor.api(method, path, body, { 'Idempotency-Key': newKey() });
  };

const fill =
  (...products: number[]) =>
  async (visitor: Visitor): Promise<void> => {
    for (const productId of products) {
      await visitor.api('POST', '/api/cart', { productId, quantity: 1 });
    }
  };

const credentials = async (visitor: Visitor): Promise<Fields> => {
  const email = newEmail();
  await newCustomer(visitor.subject, email);
  return { ...formOn(await visitor.get('/login'), '/login'), email, password: newPassword };
};

const order = async (visitor: Visitor): Promise<string> => {
  await fill(21, 22)(visitor);
  const headers = { 'Idempotency-Key': newKey() };
  const reply = await visitor.api('POST', '/api/orders', undefined, headers);
  return reply.headers.location ?? '';
};

/** A list that is empty may cost no second statement. */
const afterAnOrder =
  (path: string): Preparation =>
  async (visitor) => {
    await order(visitor);
    return get(path)(visitor);
  };

/** Operation, lines of the cart, and how it is asked; by nobody in particular. */
const nobodys: [id: string, items: number, prepare: Preparation][] = [
  ['home', 0, get('/')],
  ['productsPage', 0, get('/products')],
  ['categoryPage', 0, get('/categories/lamps')],
  ['searchPage', 0, get('/search?q=oak')],
  ['productPage', 0, get('/products/1')],
  ['registerPage', 0, get('/register')],
  ['loginPage', 0, get('/login')],
  [
    'register',
    0,
    async (visitor) => {
      const form = formOn(await visitor.get('/register'), '/register');
      const fields = { ...form, email: newEmail(), name: 'x', password: newPassword };
      return () => visitor.post('/register', fields);
    },
  ],
  [
    'login',
    0,
    async (visitor) => {
      const fields = await credentials(visitor);
      return () => visitor.post('/login', fields);
    },
  ],
  ['feed', 0, get('/feed.xml')],
  ['sitemap', 0, get('/sitemap.xml')],
  ['sitemapSection', 0, get('/sitemaps/products.xml')],
  ['robots', 0, get('/robots.txt')],
  ['apiProducts', 0, get('/api/products')],
  ['apiProduct', 0, get('/api/products/1')],
  ['apiSearch', 0, get('/api/search?q=oak')],
  ['apiSession', 0, get('/api/session')],
  [
    'apiLogin',
    0,
    async (visitor) => {
      const { email, password } = await credentials(visitor);
      return api('POST', '/api/session', { email, password })(visitor);
    },
  ],
];

const customers: typeof nobodys = [
  ['logout', 0, post('/logout', {})],
  ['cartPage', 3, get('/cart')],
  ['addToCart', 0, post('/cart', { product: 20, quantity: 1 })],
  ['changeCart', 0, post('/cart/20', { quantity: 2 }, fill(20))],
  ['changeCart removing', 0, post('/cart/20', { quantity: 0 }, fill(20))],
  ['checkoutPage', 0, get('/checkout')],
  [
    'checkout',
    1,
    async (visitor) => post('/checkout', { idempotency_key: newKey() }, fill(20))(visitor),
  ],
  [
    'checkout',
    3,
    async (visitor) => post('/checkout', { idempotency_key: newKey() }, fill(20, 21, 22))(visitor),
  ],
  ['ordersPage', 0, afterAnOrder('/orders')],
  ['orderPage', 0, async (visitor) => get((await order(visitor)).replace('/api', ''))(visitor)],
  ['apiLogout', 0, api('DELETE', '/api/session')],
  ['apiCart', 0, get('/api/cart')],
  ['apiAddToCart', 0, api('POST', '/api/cart', { productId: 20, quantity: 1 })],
  ['apiChangeCart', 0, api('PUT', '/api/cart/20', { quantity: 2 }, fill(20))],
  ['apiRemoveFromCart', 0, api('DELETE', '/api/cart/20', undefined, fill(20))],
  ['apiOrders', 0, afterAnOrder('/api/orders')],
  ['apiCheckout', 1, api('POST', '/api/orders', undefined, fill(20))],
  ['apiCheckout', 3, api('POST', '/api/orders', undefined, fill(20, 21, 22))],
  ['apiOrder', 0, async (visitor) => get(await order(visitor))(visitor)],
];

/** One connection stays with one worker: what warms that worker and what is counted. */
async function onOneConnection<T>(work: (agent: Agent) => Promise<T>): Promise<T> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    return await work(agent);
  } finally {
    agent.destroy();
  }
}

const counting = (
  [id, items, prepare]: (typeof nobodys)[number],
  who: 'nobody' | 'a customer',
): Case => ({
  name: `${id} by ${who}${items > 0 ? ` with ${items} lines` : ''} causes the statements that the contract declares`,
  skip: withoutDatabase,
  run: (subject) =>
    onOneConnection((agent) =>
      withDatabase(subject, async (client) => {
        const ready = async (): Promise<Prepared> => {
          const visitor = new Visitor(subject, agent);
          if (who === 'a customer') await newCustomer(subject, newEmail(), visitor);
          if (id === 'cartPage' || id === 'checkoutPage') await fill(20, 21, 22)(visitor);
          return prepare(visitor);
        };
        for (let n = 0; n <= settingsOf(subject).poolSize; n += 1) {
          await new Visitor(subject, agent).get('/db', {});
        }
        await (await ready())();
        const request = await ready();
        let statements: StatementCount | undefined;
        let what = '';
        const moved = await movementBy(subject, async () => {
          await resetStatements(client);
          ({ what } = await request());
          statements = await readStatements(client);
        });
        expectStatements(
          what,
          { statements: statements as StatementCount, moved },
          declaredStatements(id, subject.app, items),
        );
      }),
    ),
});

export const shopStatements: Case[] = [
  ...nobodys.map((one) => counting(one, 'nobody')),
  ...customers.map((one) => counting(one, 'a customer')),
];
