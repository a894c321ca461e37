// The staff's pages: who may, and what can be done there. Their markup is each app's own.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { namesOf } from '../../apps';
import { type Case, withoutDatabase } from '../case';
import { withDatabase } from '../database';
import { readPage } from '../html';
import { ask } from '../orderly';
import { expectStatus, loggedIn, newCustomer, staffId, withProduct } from '../shop';
import type { Subject } from '../subjects';
import { attribute, type Fields, formHolding } from '../visitor';

const pathsOf = ({ app }: Subject): string[] => {
  const { products, add, change, remove } = namesOf(app).staff;
  return ['/staff/', products, add, change(1), remove(1), '/staff/nothing/'];
};

const strangers: Case = {
  name: 'an anonymous visitor is redirected to log in, anywhere below /staff/',
  run: async (subject) => {
    for (const path of pathsOf(subject)) {
      const reply = await ask(subject, { path, headers: { Accept: 'text/html' } });
      expect([302, 303], `${reply.what}: status`).toContain(reply.status);
      expect(reply.headers.location, `${reply.what}: header location`).toMatch(/login\/?\?/);
    }
  },
};

const customers: Case = {
  name: 'a customer is refused with 403, wherever below /staff/',
  run: async (subject) => {
    const visitor = await newCustomer(subject);
    const { csrfToken } = await visitor.session();
    for (const path of pathsOf(subject)) {
      expectStatus(await visitor.get(path), 403);
      const fields = {
        ...visitor.tokenField(csrfToken),
        ...visitor.names.staff.confirmation,
        name: 'Mine',
      };
      expectStatus(await visitor.post(path, fields), 403);
    }
  },
};

const productNamed = (subject: Subject, name: string) =>
  withDatabase(subject, async (client) => {
    const { rows } = await client.query(
      'SELECT id, category_id, description, price_cents, stock FROM product WHERE name = $1',
      [name],
    );
    return rows[0];
  });

/** How many there are besides one, and a digest of all that they say. */
const products = (subject: Subject, besides: number) =>
  withDatabase(subject, async (client) => {
    const { rows } = await client.query(
      `SELECT count(*), md5(string_agg(product::text, '' ORDER BY id)) FROM product WHERE id <> $1`,
      [besides],
    );
    return rows[0];
  });

const expectDone = (reply: { status: number; what: string; text: string }) =>
  expect([302, 303], `${reply.what}: status, with ${reply.text.slice(0, 2000)}`).toContain(
    reply.status,
  );

const working: Case = {
  name: 'the staff lists, searches, adds, changes and deletes products',
  skip: withoutDatabase,
  run: async (subject) => {
    const staff = await loggedIn(subject, staffId);
    const pages = staff.names.staff;
    expectStatus(await staff.get('/staff/'), 200);
    const name = `Thing ${randomUUID()}`;
    const given = {
      name,
      description: 'Said <b>so</b>.',
      price_cents: 4321,
      stock: 7,
      category: 2,
    };

    const adding = await staff.get(pages.add);
    expectDone(await staff.post(pages.add, { ...formHolding(adding, 'price_cents'), ...given }));
    const added = await productNamed(subject, name);
    expect(added).toMatchObject({
      category_id: 2,
      description: given.description,
      price_cents: 4321,
      stock: 7,
    });

    const change = pages.change(added.id);
    const linksTo = (path: string, html: string) =>
      readPage(html)
        .elements('a')
        .some((link) => attribute(link, 'href')?.split('?')[0] === path);
    const found = await staff.get(`${pages.products}?q=${encodeURIComponent(name)}`);
    expect(linksTo(change, found.text), `${found.what}: a link to ${change}`).toBe(true);
    const first = await staff.get(pages.products);
    expect(linksTo(change, first.text), `${first.what}: the newest product`).toBe(true);

    const fields = formHolding(await staff.get(change), 'price_cents');
    expect(fields, 'the form as it is filled').toMatchObject({
      name,
      price_cents: '4321',
      stock: '7',
      category: '2',
    });
    const before = await products(subject, added.id);
    const changed = { description: 'Said otherwise.', price_cents: 5000, stock: 9 };
    expectDone(await staff.post(change, { ...fields, ...changed, category: 3 }));
    expect(await productNamed(subject, name)).toMatchObject({ ...changed, category_id: 3 });
    const renamed = `Other ${name}`;
    const again = formHolding(await staff.get(change), 'price_cents');
    expectDone(await staff.post(change, { ...again, name: renamed }));
    expect(await productNamed(subject, renamed)).toEqual({ ...added, ...changed, category_id: 3 });
    expect(await products(subject, added.id), 'all other products').toEqual(before);
    expect(readPage((await staff.get(`/products/${added.id}`)).text).text).toContain('€50.00');

    const remove = pages.remove(added.id);
    const asked = await staff.get(remove);
    expectStatus(asked, 200);
    expectDone(
      await staff.post(remove, formHolding(asked, Object.keys(pages.confirmation)[0] ?? '')),
    );
    expect(await productNamed(subject, renamed)).toBeUndefined();
    expectStatus(await staff.get(`/products/${added.id}`), 404);
    expect(await products(subject, added.id), 'all other products').toEqual(before);
  },
};

const wrongFields: Case = {
  name: 'a product that cannot be is not kept: the form comes again',
  skip: withoutDatabase,
  run: async (subject) => {
    const staff = await loggedIn(subject, staffId);
    const name = `Thing ${randomUUID()}`;
    const { add } = staff.names.staff;
    const adding = formHolding(await staff.get(add), 'price_cents');
    const right = { ...adding, name, description: 'x', price_cents: 1, stock: 0, category: 1 };
    for (const wrong of [
      { name: '' },
      { price_cents: 0 },
      { price_cents: -5 },
      { price_cents: '1.5' },
      { price_cents: 99_999_999_999 },
      { stock: -1 },
      { stock: 'many' },
      { category: 999 },
      { category: '' },
    ]) {
      const reply = await staff.post(add, { ...right, ...wrong });
      expectStatus(reply, 200);
      expect(formHolding(reply, 'price_cents'), `${reply.what}: the form`).toBeDefined();
    }
    expect(await productNamed(subject, name)).toBeUndefined();
  },
};

const forged: Case = {
  name: 'the staff’s forms need their token',
  skip: withoutDatabase,
  run: async (subject) => {
    const staff = await loggedIn(subject, staffId);
    await withProduct(subject, { name: 'Stays' }, async ({ id }) => {
      const { add, change, remove, confirmation } = staff.names.staff;
      for (const path of [add, change(id), remove(id)]) {
        expectStatus(await staff.post(path, { ...confirmation, name: 'Gone' }), 403);
      }
      expect(await productNamed(subject, 'Stays')).toMatchObject({ id });
    });
  },
};

const stockMoves: Case = {
  name: 'a stock moves by what the staff changed: what was sold meanwhile stays sold, and it fits',
  skip: withoutDatabase,
  run: async (subject) => {
    const staff = await loggedIn(subject, staffId);
    const name = `Thing ${randomUUID()}`;
    await withProduct(subject, { name, stock: 10 }, async ({ id }) => {
      const { stockShown, ...pages } = staff.names.staff;
      const change = pages.change(id);
      const fields = formHolding(await staff.get(change), 'price_cents');
      const sell = (count: number) =>
        withDatabase(subject, (client) =>
          client.query('UPDATE product SET stock = stock - $1 WHERE id = $2', [count, id]),
        );
      await sell(3);
      expectDone(await staff.post(change, { ...fields, stock: 15 }));
      expect(await productNamed(subject, name)).toMatchObject({ stock: 12 });
      // Below none, and above what the column holds.
      for (const wrong of [{ stock: 0, [stockShown]: 13 }, { stock: 2_147_483_647 }]) {
        const shown = { ...fields, [stockShown]: 0, ...wrong };
        expectStatus(await staff.post(change, shown), 200);
        expect(await productNamed(subject, name)).toMatchObject({ stock: 12 });
      }
    });
  },
};

const unconfirmed: Case = {
  name: 'a product is deleted when the form that asks is answered with yes, and not otherwise',
  skip: withoutDatabase,
  run: async (subject) => {
    const staff = await loggedIn(subject, staffId);
    await withProduct(subject, { name: 'Stays too' }, async ({ id }) => {
      const path = staff.names.staff.remove(id);
      const [field = ''] = Object.keys(staff.names.staff.confirmation);
      const { [field]: _, ...fields } = formHolding(await staff.get(path), field);
      for (const more of [{}, { [field]: 'no' }, { [field]: '' }]) {
        expectStatus(await staff.post(path, { ...fields, ...more } as Fields), 400);
      }
      expect(await productNamed(subject, 'Stays too')).toMatchObject({ id });
    });
  },
};

/** Filters that a framework's own admin knows, and PostgreSQL or the column does not. */
const madeUp = [
  ...[
    'name__regex=(',
    'created_at__year=999999999',
    'stock__in=a',
    'id__exact=99999999999999999999',
  ],
  ...['o=99', 'p=x', 'p=99999999999999999999', 'e=1', 'q=%00', '_to_field=x', 'all=', '_popup=1'],
  `q=${'a+'.repeat(3_000)}`,
];

const queries: Case = {
  name: 'no query of the list is a fault of the app’s own',
  run: async (subject) => {
    const staff = await loggedIn(subject, staffId);
    for (const query of madeUp) {
      const reply = await staff.get(`${staff.names.staff.products}?${query}`);
      expect([200, 302, 303, 400], `${reply.what}: status`).toContain(reply.status);
    }
  },
};

export const shopAdmin: Case[] = [
  strangers,
  customers,
  working,
  wrongFields,
  forged,
  stockMoves,
  unconfirmed,
  queries,
];
