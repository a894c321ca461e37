// The staff's pages: who may, and what can be done there. Their markup is each app's own.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { withDatabase } from '../database';
import { readPage } from '../html';
import { ask } from '../orderly';
import { expectStatus, loggedIn, newCustomer, staffId, withProduct } from '../shop';
import type { Subject } from '../subjects';
import { attribute, formHolding } from '../visitor';

const list = '/admin/shop/product/';
const paths = [
  '/admin/',
  list,
  `${list}add/`,
  `${list}1/change/`,
  `${list}1/delete/`,
  '/admin/nothing/',
];

const strangers: Case = {
  name: 'nobody is sent to log in, wherever below /admin/',
  run: async (subject) => {
    for (const path of paths) {
      const reply = await ask(subject, { path, headers: { Accept: 'text/html' } });
      expect([302, 303], `${reply.what}: status`).toContain(reply.status);
      expect(reply.headers.location, `${reply.what}: header location`).toMatch(/login\/?\?/);
    }
  },
};

const customers: Case = {
  name: 'a customer is refused with 403, wherever below /admin/',
  run: async (subject) => {
    const visitor = await newCustomer(subject);
    const { csrfToken } = await visitor.session();
    for (const path of paths) {
      expectStatus(await visitor.get(path), 403);
      const fields = { csrfmiddlewaretoken: csrfToken, name: 'Mine', post: 'yes' };
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

const expectDone = (reply: { status: number; what: string; text: string }) =>
  expect([302, 303], `${reply.what}: status, with ${reply.text.slice(0, 2000)}`).toContain(
    reply.status,
  );

const working: Case = {
  name: 'the staff lists, searches, adds, changes and deletes products',
  skip: withoutDatabase,
  run: async (subject) => {
    const staff = await loggedIn(subject, staffId);
    expectStatus(await staff.get('/admin/'), 200);
    const name = `Thing ${randomUUID()}`;
    const given = {
      name,
      description: 'Said <b>so</b>.',
      price_cents: 4321,
      stock: 7,
      category: 2,
    };

    const adding = await staff.get(`${list}add/`);
    expectDone(
      await staff.post(`${list}add/`, { ...formHolding(adding, 'price_cents'), ...given }),
    );
    const added = await productNamed(subject, name);
    expect(added).toMatchObject({
      category_id: 2,
      description: given.description,
      price_cents: 4321,
      stock: 7,
    });

    const change = `${list}${added.id}/change/`;
    const linksTo = (path: string, html: string) =>
      readPage(html)
        .elements('a')
        .some((link) => attribute(link, 'href')?.split('?')[0] === path);
    const found = await staff.get(`${list}?q=${encodeURIComponent(name)}`);
    expect(linksTo(change, found.text), `${found.what}: a link to ${change}`).toBe(true);
    const first = await staff.get(list);
    expect(linksTo(change, first.text), `${first.what}: the newest product`).toBe(true);

    const fields = formHolding(await staff.get(change), 'price_cents');
    expect(fields, 'the form as it is filled').toMatchObject({
      name,
      price_cents: '4321',
      stock: '7',
      category: '2',
    });
    expectDone(await staff.post(change, { ...fields, price_cents: 5000, stock: 9 }));
    expect(await productNamed(subject, name)).toMatchObject({ price_cents: 5000, stock: 9 });
    expect(readPage((await staff.get(`/products/${added.id}`)).text).text).toContain('€50.00');

    const remove = `${list}${added.id}/delete/`;
    const asked = await staff.get(remove);
    expectStatus(asked, 200);
    expectDone(await staff.post(remove, { ...formHolding(asked, 'post'), post: 'yes' }));
    expect(await productNamed(subject, name)).toBeUndefined();
    expectStatus(await staff.get(`/products/${added.id}`), 404);
  },
};

const wrongFields: Case = {
  name: 'a product that cannot be is not kept: the form comes again',
  skip: withoutDatabase,
  run: async (subject) => {
    const staff = await loggedIn(subject, staffId);
    const name = `Thing ${randomUUID()}`;
    const adding = formHolding(await staff.get(`${list}add/`), 'price_cents');
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
      const reply = await staff.post(`${list}add/`, { ...right, ...wrong });
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
      for (const path of [`${list}add/`, `${list}${id}/change/`, `${list}${id}/delete/`]) {
        expectStatus(await staff.post(path, { post: 'yes', name: 'Gone' }), 403);
      }
      expect(await productNamed(subject, 'Stays')).toMatchObject({ id });
    });
  },
};

export const shopAdmin: Case[] = [strangers, customers, working, wrongFields, forged];
