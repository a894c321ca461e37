// Cart, checkout and orders.
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { type Reply, sendMany } from '../client';
import { withDatabase } from '../database';
import { readPage } from '../html';
import { ask } from '../orderly';
import { talk } from '../raw-socket';
import { booksOf, expectSeeOther, expectStatus, newCustomer, newKey, withProduct } from '../shop';
import { formOn, Visitor } from '../visitor';
import { untilServed } from './shop-races';

const nobody: Case = {
  name: 'an anonymous visitor is redirected to log in by the pages, and gets 401 from the API',
  run: async (subject) => {
    for (const path of ['/cart', '/checkout', '/orders', '/orders?page=2', '/orders/1']) {
      const reply = await ask(subject, { path, headers: { Accept: 'text/html' } });
      const location = new URL(expectSeeOther(reply, /^\/login\?next=/), subject.baseUrl);
      expect(location.searchParams.get('next'), `${reply.what}: next`).toBe(path);
    }
    const program = new Visitor(subject);
    for (const [method, path] of [
      ['GET', '/api/cart'],
      ['POST', '/api/cart'],
      ['PUT', '/api/cart/1'],
      ['DELETE', '/api/cart/1'],
      ['GET', '/api/orders'],
      ['POST', '/api/orders'],
      ['GET', '/api/orders/1'],
    ] as const) {
      const reply = await program.api(method, path, method === 'GET' ? undefined : {});
      expectStatus(reply, 401);
      expect(reply.headers['www-authenticate'], `${reply.what}: www-authenticate`).toBe('Session');
    }
  },
};

const byForms: Case = {
  name: 'a customer buys by forms alone: product, cart, checkout, order',
  skip: withoutDatabase,
  run: async (subject) => {
    await withProduct(subject, { name: 'Lamp & "shade"', stock: 10 }, async ({ id, name }) => {
      const visitor = await newCustomer(subject);
      const page = `/products/${id}`;
      expectSeeOther(await visitor.submit(page, '/cart', { quantity: 2 }), '/cart');
      expectSeeOther(await visitor.submit(page, '/cart', { quantity: 3 }), '/cart');
      expectSeeOther(await visitor.submit('/cart', `/cart/${id}`, { quantity: 4 }), '/cart');
      const cart = await visitor.get('/cart');
      for (const words of [name, '€12.34', '€49.36']) {
        expect(readPage(cart.text).text, `${cart.what}: page`).toContain(words);
      }
      const bought = await visitor.submit('/checkout', '/checkout');
      const order = await visitor.get(expectSeeOther(bought, /^\/orders\/\d+$/));
      expectStatus(order, 200);
      for (const words of [name, '€12.34', '€49.36']) {
        expect(readPage(order.text).text, `${order.what}: page`).toContain(words);
      }
      expect(readPage((await visitor.get('/orders')).text).text).toContain('€49.36');
      expect(readPage((await visitor.get('/cart')).text).text).toContain('Your cart is empty.');
      expectSeeOther(await visitor.get('/checkout'), '/cart');
      expect(await booksOf(subject, id)).toEqual({ stock: 6, sold: 4, orders: 1 });
    });
  },
};

const removing: Case = {
  name: 'a quantity of 0 takes a product out of the cart; what is not in it is 404',
  run: async (subject) => {
    const visitor = await newCustomer(subject);
    await visitor.submit('/products/3', '/cart', { quantity: 1 });
    const { csrfToken } = await visitor.session();
    const token = visitor.tokenField(csrfToken);
    const change = (id: number, quantity: number | string) =>
      visitor.post(`/cart/${id}`, { ...token, quantity });
    expectStatus(await change(4, 1), 404);
    for (const wrong of [-1, 100, 1.5, 'x', '']) expectStatus(await change(3, wrong), 400);
    expectSeeOther(await change(3, 0), '/cart');
    expectStatus(await change(3, 0), 404);
    const wrong = { ...token, product: 999_999_999, quantity: 1 };
    expectStatus(await visitor.post('/cart', wrong), 400);
  },
};

const byApi: Case = {
  name: 'the API’s cart adds, caps at 99, changes and removes, by product id',
  run: async (subject) => {
    const program = await newCustomer(subject);
    const cart = async (reply: Reply) => {
      expectStatus(reply, 200);
      const { lines, totalCents } = JSON.parse(reply.text);
      const sum = lines.reduce(
        (total: number, line: { priceCents: number; quantity: number }) =>
          total + line.priceCents * line.quantity,
        0,
      );
      expect(totalCents, `${reply.what}: totalCents`).toBe(sum);
      return lines.map((line: { productId: number; quantity: number }) => [
        line.productId,
        line.quantity,
      ]);
    };
    const add = (productId: number, quantity: number) =>
      program.api('POST', '/api/cart', { productId, quantity });
    expect(await cart(await program.api('GET', '/api/cart'))).toEqual([]);
    expect(await cart(await add(9, 2))).toEqual([[9, 2]]);
    expect(await cart(await add(5, 60))).toEqual([
      [5, 60],
      [9, 2],
    ]);
    expect(await cart(await add(5, 60))).toEqual([
      [5, 99],
      [9, 2],
    ]);
    expect(await cart(await program.api('PUT', '/api/cart/5', { quantity: 1 }))).toEqual([
      [5, 1],
      [9, 2],
    ]);
    expect(await cart(await program.api('DELETE', '/api/cart/9'))).toEqual([[5, 1]]);
    expectStatus(await program.api('DELETE', '/api/cart/9'), 404);
    expectStatus(await program.api('PUT', '/api/cart/9', { quantity: 1 }), 404);
    const unknown = await add(999_999_999, 1);
    expectStatus(unknown, 400);
    expect(JSON.parse(unknown.text).field, `${unknown.what}: field`).toBe('productId');
    // A number of 5,001 digits is JSON, and some languages convert none so long.
    const huge = await program.send({
      ...{ method: 'POST', path: '/api/cart' },
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': program.token },
      body: `{"productId":1${'0'.repeat(5_000)},"quantity":1}`,
    });
    expectStatus(huge, 400);
    expect(JSON.parse(huge.text).field, `${huge.what}: field`).toBe('productId');
  },
};

const repeated: Case = {
  name: 'a repeated Idempotency-Key gives the same order, one after another and all at once',
  skip: withoutDatabase,
  run: async (subject) => {
    await withProduct(subject, { stock: 20 }, async ({ id }) => {
      const program = await newCustomer(subject);
      const key = newKey();
      const buy = () => program.api('POST', '/api/orders', undefined, { 'Idempotency-Key': key });
      await program.api('POST', '/api/cart', { productId: id, quantity: 2 });
      const replies = await sendMany(8, 8, () => untilServed(buy));
      for (const reply of replies) expectStatus(reply, 201);
      // The cart is full again: the key still means what it meant.
      await program.api('POST', '/api/cart', { productId: id, quantity: 5 });
      const later = await buy();
      expectStatus(later, 201);
      const bodies = new Set([...replies, later].map(({ text }) => text));
      expect([...bodies], `${later.what}: bodies`).toHaveLength(1);
      const { id: orderId, totalCents } = JSON.parse(later.text);
      expect(totalCents).toBe(2 * 1234);
      expect(later.headers.location).toBe(`/api/orders/${orderId}`);
      expect(await booksOf(subject, id)).toEqual({ stock: 18, sold: 2, orders: 1 });
      const read = await program.api('GET', `/api/orders/${orderId}`);
      expect(JSON.parse(read.text), `${read.what}: body`).toEqual(JSON.parse(later.text));
    });
  },
};

const keysOfOthers: Case = {
  name: 'the same key of two customers makes two orders',
  run: async (subject) => {
    const key = newKey();
    const ids: number[] = [];
    for (let n = 0; n < 2; n += 1) {
      const program = await newCustomer(subject);
      await program.api('POST', '/api/cart', { productId: 6, quantity: 1 });
      const reply = await program.api('POST', '/api/orders', undefined, { 'Idempotency-Key': key });
      expectStatus(reply, 201);
      ids.push(JSON.parse(reply.text).id);
    }
    expect(ids[0]).not.toBe(ids[1]);
  },
};

const twice: Case = {
  name: 'a checkout form sent twice buys once',
  run: async (subject) => {
    const visitor = await newCustomer(subject);
    await visitor.submit('/products/7', '/cart', { quantity: 1 });
    const fields = formOn(await visitor.get('/checkout'), '/checkout');
    const first = expectSeeOther(await visitor.post('/checkout', fields), /^\/orders\//);
    expectSeeOther(await visitor.post('/checkout', fields), first);
  },
};

const wrongKeys: Case = {
  name: 'a checkout without a proper key is 400, with an empty cart 409',
  run: async (subject) => {
    const program = await newCustomer(subject);
    for (const key of [
      undefined,
      '',
      'short',
      'x'.repeat(65),
      'a key with spaces in it',
      `${newKey()};`,
    ]) {
      const headers = key === undefined ? {} : { 'Idempotency-Key': key };
      const reply = await program.api('POST', '/api/orders', undefined, headers);
      expectStatus(reply, 400);
      expect(JSON.parse(reply.text).field, `${reply.what}: field`).toBe('Idempotency-Key');
    }
    const headers = { 'Idempotency-Key': newKey() };
    expectStatus(await program.api('POST', '/api/orders', undefined, headers), 409);
  },
};

const soldOut: Case = {
  name: 'a checkout of more than there is fails whole: stock, cart and orders are as before',
  skip: withoutDatabase,
  run: async (subject) => {
    await withProduct(subject, { stock: 10 }, (plenty) =>
      withProduct(subject, { stock: 1, name: 'Rare thing' }, async (rare) => {
        const program = await newCustomer(subject);
        await program.api('POST', '/api/cart', { productId: plenty.id, quantity: 3 });
        const full = await program.api('POST', '/api/cart', { productId: rare.id, quantity: 2 });
        const headers = { 'Idempotency-Key': newKey() };
        const reply = await program.api('POST', '/api/orders', undefined, headers);
        expectStatus(reply, 409);
        expect(JSON.parse(reply.text).detail, `${reply.what}: detail`).toContain('Rare thing');
        expect(await booksOf(subject, plenty.id)).toEqual({ stock: 10, sold: 0, orders: 0 });
        expect(await booksOf(subject, rare.id)).toEqual({ stock: 1, sold: 0, orders: 0 });
        const after = await program.api('GET', '/api/cart');
        expect(after.text, `${after.what}: body`).toBe(full.text);
        // The key was not used up: it buys as soon as there is something to buy.
        await program.api('PUT', `/api/cart/${rare.id}`, { quantity: 1 });
        expectStatus(await program.api('POST', '/api/orders', undefined, headers), 201);
      }),
    );
  },
};

const pagesOfOrders: Case = {
  name: 'orders come newest first, and only one’s own',
  run: async (subject) => {
    const program = await newCustomer(subject);
    const made: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      await program.api('POST', '/api/cart', { productId: 8, quantity: 1 });
      const headers = { 'Idempotency-Key': newKey() };
      const reply = await program.api('POST', '/api/orders', undefined, headers);
      made.unshift(JSON.parse(reply.text).id);
    }
    const reply = await program.api('GET', '/api/orders');
    const { items, ...page } = JSON.parse(reply.text);
    expect(
      items.map(({ id }: { id: number }) => id),
      `${reply.what}: ids`,
    ).toEqual(made);
    expect(page, `${reply.what}: page`).toEqual({ page: 1, pages: 1, previous: null, next: null });
    expectStatus(await program.api('GET', '/api/orders?page=2'), 404);
    expectStatus(await program.api('GET', '/api/orders?page=0'), 400);
  },
};

const deletedProduct: Case = {
  name: 'an order keeps its lines when the product is gone, and a cart loses them',
  skip: withoutDatabase,
  run: async (subject) => {
    const program = await newCustomer(subject);
    const orderPath = await withProduct(subject, { name: 'Short-lived' }, async ({ id }) => {
      await program.api('POST', '/api/cart', { productId: id, quantity: 1 });
      const headers = { 'Idempotency-Key': newKey() };
      const reply = await program.api('POST', '/api/orders', undefined, headers);
      await program.api('POST', '/api/cart', { productId: id, quantity: 1 });
      return reply.headers.location ?? '';
    });
    const order = await program.api('GET', orderPath);
    expectStatus(order, 200);
    expect(JSON.parse(order.text).lines).toEqual([
      { productId: null, name: 'Short-lived', priceCents: 1234, quantity: 1 },
    ]);
    expectStatus(await program.get(orderPath.replace('/api', '')), 200);
    const cart = await program.api('GET', '/api/cart');
    expect(JSON.parse(cart.text), `${cart.what}: body`).toEqual({ lines: [], totalCents: 0 });
  },
};

const pipelined: Case = {
  name: 'requests that are sent together on one connection are carried out one after another',
  run: async (subject) => {
    const program = await newCustomer(subject);
    await program.api('POST', '/api/cart', { productId: 3, quantity: 1 });
    const { csrfToken } = await program.session();
    const head = `Host: 127.0.0.1\r\nCookie: ${program.cookieHeader}\r\n`;
    const read = `GET /api/cart HTTP/1.1\r\n${head}\r\n`;
    const put = (quantity: number) => {
      const body = JSON.stringify({ quantity });
      const more = `X-CSRF-Token: ${csrfToken}\r\nContent-Type: application/json\r\n`;
      const length = `Content-Length: ${body.length}\r\n\r\n`;
      return `PUT /api/cart/3 HTTP/1.1\r\n${head}${more}${length}${body}`;
    };
    for (let round = 0; round < 8; round += 1) {
      const wanted = Array.from({ length: 6 }, (_, n) => 10 * (round + 1) + n);
      const bytes = wanted.map((quantity) => put(quantity) + read).join('');
      const last = read.replace('Host', 'Connection: close\r\nHost');
      const heard = await talk(subject, bytes + last, {
        patienceMs: 10_000,
        pauseMs: 10_000,
      });
      const what = `${subject.app}, sent PUT and GET of a cart in turn, at once`;
      expect(heard.statuses, `${what}: statuses`).toEqual(Array(13).fill(200));
      const told = [...heard.text.matchAll(/"quantity": ?(\d+)/g)].map(([, text]) => Number(text));
      expect(told, `${what}: quantities`).toEqual([
        ...wanted.flatMap((one) => [one, one]),
        wanted.at(-1),
      ]);
    }
  },
};

const othersCarts: Case = {
  name: 'what one customer does to a cart leaves another’s as it was',
  run: async (subject) => {
    const [one, other] = [await newCustomer(subject), await newCustomer(subject)];
    for (const program of [one, other]) {
      for (const productId of [11, 12]) {
        await program.api('POST', '/api/cart', { productId, quantity: 2 });
      }
    }
    const cart = async () => (await other.api('GET', '/api/cart')).text;
    const before = await cart();
    expect(JSON.parse(before).lines).toHaveLength(2);
    expectStatus(await one.api('PUT', '/api/cart/11', { quantity: 5 }), 200);
    expectStatus(await one.api('POST', '/api/cart', { productId: 11, quantity: 1 }), 200);
    expectStatus(await one.api('DELETE', '/api/cart/12'), 200);
    const headers = { 'Idempotency-Key': newKey() };
    expectStatus(await one.api('POST', '/api/orders', undefined, headers), 201);
    expect(await cart(), `${subject.app} GET /api/cart of another customer`).toBe(before);
  },
};

const stocks: Case = {
  name: 'an order takes from the stock of what it names, at the price of that moment, and of nothing else',
  skip: withoutDatabase,
  run: async (subject) => {
    await withProduct(subject, { stock: 9, priceCents: 700 }, (bought) =>
      withProduct(subject, { stock: 9 }, async (other) => {
        const program = await newCustomer(subject);
        await program.api('POST', '/api/cart', { productId: bought.id, quantity: 4 });
        const headers = { 'Idempotency-Key': newKey() };
        const reply = await program.api('POST', '/api/orders', undefined, headers);
        expectStatus(reply, 201);
        await withDatabase(subject, (client) =>
          client.query('UPDATE product SET price_cents = 1 WHERE id = $1', [bought.id]),
        );
        const order = JSON.parse((await program.api('GET', reply.headers.location ?? '')).text);
        expect(order).toMatchObject({ totalCents: 2_800, lines: [{ priceCents: 700 }] });
        expect(await booksOf(subject, bought.id)).toMatchObject({ stock: 5, sold: 4 });
        expect(await booksOf(subject, other.id)).toMatchObject({ stock: 9, sold: 0 });
      }),
    );
  },
};

export const shopBuying: Case[] = [
  nobody,
  byForms,
  removing,
  byApi,
  repeated,
  keysOfOthers,
  twice,
  wrongKeys,
  soldOut,
  pagesOfOrders,
  deletedProduct,
  pipelined,
  othersCarts,
  stocks,
];
