// What anybody may read of the shop: lists, search and products.
import { expect } from 'vitest';
import { appNamed } from '../../apps';
import type { components } from '../../generated/http';
import { namesFrom } from '../../names';
import { type Case, withoutDatabase } from '../case';
import { withDatabase } from '../database';
import { readPage, textOf } from '../html';
import { ask } from '../orderly';
import { expectStatus, headingOn, productsOn, withProduct } from '../shop';
import type { Subject } from '../subjects';
import { attribute } from '../visitor';
import { shopMachines } from './shop-machines';

type Product = { id: number; name: string; category: string; priceCents: number };
type ProductPage = {
  items: Product[];
  page: number;
  pages: number;
  previous: string | null;
  next: string | null;
};
export type Problem = components['schemas']['Problem'];

async function list(subject: Subject, path: string): Promise<ProductPage> {
  const reply = await ask(subject, path);
  expectStatus(reply, 200);
  return JSON.parse(reply.text);
}

const ascending = <T>(values: T[]) =>
  values.every((value, i) => i === 0 || value >= (values[i - 1] as T));

/** What two neighbours in a list must be, by the order that was asked for. */
const orders: Record<string, (products: Product[]) => boolean> = {
  '': (products) => ascending(products.map(({ id }) => -id)),
  'sort=new': (products) => ascending(products.map(({ id }) => -id)),
  'sort=price': (products) =>
    ascending(products.map(({ priceCents, id }) => priceCents * 1e7 + id)),
  'sort=-price': (products) =>
    ascending(products.map(({ priceCents, id }) => -(priceCents * 1e7 + id))),
  'sort=name': (products) =>
    products.every(({ name, id }, i) => {
      const before = products[i - 1];
      return !before || before.name < name || (before.name === name && before.id < id);
    }),
};

const sorting: Case[] = Object.entries(orders).map(([query, inOrder]) => ({
  name: `/api/products?${query} is in order, over all pages and without a repetition`,
  run: async (subject) => {
    for (const category of ['', '&category=lamps']) {
      const products: Product[] = [];
      let next: string | null = `/api/products?${query}${category}`;
      const { pages } = await list(subject, next);
      for (let page = 1; next !== null; page += 1) {
        const found: ProductPage = await list(subject, next);
        expect([found.page, found.pages], `${next}: page and pages`).toEqual([page, pages]);
        expect(found.previous === null, `${next}: a page before it`).toBe(page === 1);
        products.push(...found.items);
        next = found.next;
      }
      expect(new Set(products.map(({ id }) => id)).size, `${query}: ids`).toBe(products.length);
      expect(Math.ceil(products.length / 24), `${query}: pages`).toBe(pages);
      expect(inOrder(products), `${query}${category}: ${products.map(({ id }) => id)}`).toBe(true);
      if (category) {
        expect(new Set(products.map((product) => product.category))).toEqual(new Set(['lamps']));
      }
    }
  },
}));

const samePages: Case = {
  name: 'the pages list what the API lists, in the same order',
  run: async (subject) => {
    for (const [page, api] of [
      ['/products', '/api/products'],
      ['/products?sort=-price&page=3', '/api/products?sort=-price&page=3'],
      ['/categories/chairs?sort=name', '/api/products?category=chairs&sort=name'],
      ['/search?q=oak', '/api/search?q=oak'],
    ] as const) {
      const reply = await ask(subject, page);
      const { items } = await list(subject, api);
      expect(productsOn(reply), `${reply.what}: products`).toEqual(items.map(({ id }) => id));
    }
  },
};

/** Queries of a list, and what is wrong with them. */
const wrongQueries: [query: string, status: number, field: string | undefined, trap: string][] = [
  ['page=0', 400, 'page', 'below the first'],
  ['page=-1', 400, 'page', 'negative'],
  ['page=101', 400, 'page', 'beyond what may be asked for'],
  ['page=', 400, 'page', 'empty'],
  ['page=x', 400, 'page', 'text'],
  ['page=1.5', 400, 'page', 'a fraction'],
  ['page=1e1', 400, 'page', 'Number() reads 10'],
  ['page=%2B2', 400, 'page', 'a sign'],
  ['page=%EF%BC%91', 400, 'page', 'a full-width digit'],
  ['page=99999999999999999999', 400, 'page', 'beyond 64 bits'],
  ['page=99', 404, undefined, 'behind the last'],
  ['sort=', 400, 'sort', 'empty'],
  ['sort=id', 400, 'sort', 'a column that is no order'],
  ['sort=toString', 400, 'sort', 'a name that objects have'],
  ['sort=price;', 400, 'sort', 'one more character'],
];

const refusing: Case[] = ['/products', '/api/products', '/categories/lamps'].flatMap((path) =>
  wrongQueries.map(([query, status, field, trap]) => ({
    name: `${path}?${query} is ${status} (${trap})`,
    run: async (subject) => {
      const reply = await ask(subject, `${path}?${query}`);
      expectStatus(reply, status);
      expect((JSON.parse(reply.text) as Problem).field, `${reply.what}: field`).toBe(field);
    },
  })),
);

const lastCounts: Case = {
  name: 'of a repeated parameter the last counts',
  run: async (subject) => {
    const { page } = await list(subject, '/api/products?page=x&page=3&sort=x&sort=name');
    expect(page).toBe(3);
  },
};

const noCategory: Case = {
  name: 'an unknown category is 404 as a page, and 400 as a parameter',
  run: async (subject) => {
    expectStatus(await ask(subject, '/categories/nothing'), 404);
    const reply = await ask(subject, '/api/products?category=nothing');
    expectStatus(reply, 400);
    expect(JSON.parse(reply.text).field, `${reply.what}: field`).toBe('category');
  },
};

const searches: [q: string, trap: string][] = [
  ['oak', 'one word'],
  ['sturdy oak', 'two words: both'],
  ['lamps', 'a plural: the stem counts'],
  ['oak or birch', 'either'],
  ['oak -lamp', 'one without the other'],
  ['"for the kitchen"', 'words beside each other'],
  ['"unclosed', 'a quote left open'],
  ["o'ak & | ! ( :*", 'signs of to_tsquery'],
  ['the', 'nothing but a stop word'],
  ['nothinglikethis', 'a word that nothing has'],
];

const searching: Case[] = searches.map(([q, trap]) => ({
  name: `/api/search finds what PostgreSQL finds for ${q} (${trap})`,
  skip: withoutDatabase,
  run: async (subject) => {
    const wanted = await withDatabase(subject, async (client) => {
      const { rows } = await client.query<{ id: number }>(
        `SELECT id FROM product, websearch_to_tsquery('english', $1) AS query
          WHERE search @@ query ORDER BY ts_rank(search, query) DESC, id`,
        [q],
      );
      return rows.map(({ id }) => id);
    });
    const path = `/api/search?q=${encodeURIComponent(`  ${q} `)}`;
    const found = await list(subject, path);
    expect(
      found.items.map(({ id }) => id),
      `${path}: ids`,
    ).toEqual(wanted.slice(0, 24));
    expect(found.pages, `${path}: pages`).toBe(Math.max(1, Math.ceil(wanted.length / 24)));
    if (found.next) {
      const { items } = await list(subject, found.next);
      expect(items.map(({ id }) => id)).toEqual(wanted.slice(24, 48));
    }
  },
}));

const searchRefused: Case = {
  name: 'a search for too much, or with a NUL, is refused; for nothing the page asks for words',
  run: async (subject) => {
    for (const path of ['/api/search', '/search']) {
      for (const q of ['x'.repeat(101), 'a%00b']) {
        const reply = await ask(subject, `${path}?q=${q}`);
        expectStatus(reply, 400);
        expect(JSON.parse(reply.text).field, `${reply.what}: field`).toBe('q');
      }
    }
    for (const path of ['/api/search', '/api/search?q=', '/api/search?q=%20']) {
      expectStatus(await ask(subject, path), 400);
    }
    for (const path of ['/search', '/search?q=', '/search?q=%20']) {
      const reply = await ask(subject, path);
      expectStatus(reply, 200);
      expect(productsOn(reply), `${reply.what}: products`).toEqual([]);
    }
  },
};

const wrongIds = [
  '0',
  '-1',
  '1.0',
  '01x',
  '2147483648',
  '99999999999999999999',
  'abc',
  '%31%20',
  '1%00',
  '999999999',
];

const noProduct: Case[] = ['/products', '/api/products'].map((path) => ({
  name: `${path}/{id} is 404 for what is no id, or nobody's`,
  run: async (subject) => {
    for (const id of wrongIds) {
      const reply = await ask(subject, `${path}/${id}`);
      // What cannot be decoded, or holds a NUL, may be refused before anybody looks for it.
      expect(id.includes('%') ? [400, 404] : [404], `${reply.what}: status`).toContain(
        reply.status,
      );
    }
  },
}));

const oneProduct: Case = {
  name: 'a product is the same as page, by the API and in the database',
  skip: withoutDatabase,
  run: async (subject) => {
    const given = { name: 'Brass <b>lamp</b> & co', description: 'It “shines”.', stock: 0 };
    await withProduct(subject, { ...given, priceCents: 100_050 }, async ({ id }) => {
      const reply = await ask(subject, `/api/products/${id}`);
      expectStatus(reply, 200);
      const { createdAt, ...product } = JSON.parse(reply.text);
      expect(product, `${reply.what}: body`).toEqual({
        id,
        name: given.name,
        category: 'lamps',
        priceCents: 100_050,
        inStock: false,
        description: given.description,
      });
      expect(Math.abs(Date.now() - Date.parse(createdAt)), `${createdAt}`).toBeLessThan(600_000);
      const page = await ask(subject, `/products/${id}`);
      expect(headingOn(page), `${page.what}: heading`).toBe(given.name);
      const { text } = readPage(page.text);
      for (const words of [given.description, '€1000.50', 'Sold out', 'Lamps']) {
        expect(text, `${page.what}: page`).toContain(words);
      }
      const newest = await ask(subject, '/');
      expect(productsOn(newest)[0], `${newest.what}: the newest product`).toBe(id);
    });
  },
};

const nobodysCookie: Case = {
  name: 'an anonymous visitor who only looks gets no cookie',
  run: async (subject) => {
    const paths = [
      '/',
      '/products',
      '/products/1',
      '/categories/lamps',
      '/search?q=oak',
      '/feed.xml',
    ];
    for (const path of [...paths, '/api/products', '/api/cart', '/cart', '/nope']) {
      const reply = await ask(subject, { path, headers: { Accept: 'text/html' } });
      expect(reply.headers['set-cookie'], `${reply.what}: cookies`).toBeUndefined();
    }
  },
};

const storedNowhere: Case = {
  name: 'what depends on who asks is stored nowhere, however the session’s cookie is written',
  run: async (subject) => {
    const { sessionCookie: name } = namesFrom(appNamed(subject.app).names);
    for (const Cookie of [
      `${name}=x`,
      `${name} = x`,
      `a=b;${name}\t=x`,
      `;; ${name}=x; ${name}=y`,
    ]) {
      for (const path of ['/', '/products/1', '/nope', '/api/cart']) {
        const { headers, what } = await ask(subject, { path, headers: { Cookie } });
        expect(headers['cache-control'], `${what}, Cookie: ${Cookie}`).toContain('no-store');
        expect(headers.vary, `${what}: vary`).toMatch(/cookie/i);
      }
    }
    for (const path of ['/api/cart', '/api/orders', '/api/orders/1', '/cart', '/orders']) {
      const { headers, what } = await ask(subject, path);
      expect(headers['cache-control'], `${what}, without a cookie`).toContain('no-store');
    }
  },
};

const refusals: [status: number, method: string, path: string, type?: string][] = [
  ...['/login', '/register', '/logout', '/cart', '/cart/1', '/checkout'].map(
    (path): [number, string, string] => [403, 'POST', path],
  ),
  ...['/login', '/cart', '/checkout', '/orders', '/orders/1', '/api/session', '/api/cart'].map(
    (path): [number, string, string] => [405, 'PUT', path],
  ),
  [403, 'POST', '/api/session', 'application/json'],
  [403, 'POST', '/api/cart', 'application/json'],
  [403, 'PUT', '/api/cart/1', 'application/json'],
  [403, 'POST', '/api/orders'],
  [415, 'POST', '/api/session', 'text/plain'],
  [415, 'POST', '/api/cart', 'text/plain'],
  [415, 'POST', '/login', 'text/plain'],
];

const refusalsStoredNowhere: Case = {
  name: 'what is a customer’s is stored nowhere, also where somebody without a session is refused',
  run: async (subject) => {
    for (const [status, method, path, type] of refusals) {
      const body = type && { headers: { 'Content-Type': type, 'Content-Length': 2 }, body: '{}' };
      const reply = await ask(subject, { method, path, ...body });
      expect(reply.status, `${reply.what}: status`).toBe(status);
      const caching = reply.headers['cache-control'];
      expect(caching, `${reply.what}: header cache-control`).toContain('no-store');
    }
  },
};

const landmarks: Case = {
  name: 'a page has a language, a title, one heading, one main, and a label for each field',
  run: async (subject) => {
    for (const path of ['/', '/products', '/products/1', '/search?q=oak', '/login', '/register']) {
      const reply = await ask(subject, path);
      const page = readPage(reply.text);
      expect(page.doctype, `${reply.what}: doctype`).toBe('html');
      for (const tag of ['h1', 'main', 'title']) {
        expect(page.elements(tag), `${reply.what}: ${tag}`).toHaveLength(1);
      }
      const title = page.elements('title').map(textOf).join();
      expect(title, `${reply.what}: title`).toMatch(/Headroom shop$/);
      expect(page.elements('script'), `${reply.what}: scripts`).toEqual([]);
      const labelled = page.elements('label').map((label) => attribute(label, 'for'));
      const fields = page.elements('input').filter((one) => attribute(one, 'type') !== 'hidden');
      // The search stands on every page.
      expect(fields.length, `${reply.what}: fields`).toBeGreaterThan(0);
      for (const field of fields) {
        const [id, label] = [attribute(field, 'id'), attribute(field, 'aria-label')];
        const isNamed = label !== undefined || (id !== undefined && labelled.includes(id));
        expect(isNamed, `${reply.what}: a label for ${attribute(field, 'name')}`).toBe(true);
      }
    }
  },
};

export const shopCatalogue: Case[] = [
  ...sorting,
  samePages,
  ...refusing,
  lastCounts,
  noCategory,
  ...searching,
  searchRefused,
  ...noProduct,
  oneProduct,
  ...shopMachines,
  nobodysCookie,
  storedNowhere,
  refusalsStoredNowhere,
  landmarks,
];
