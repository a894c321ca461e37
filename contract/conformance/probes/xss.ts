// What somebody else wrote into a page, and what would make it run there.
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { readPage } from '../html';
import { ask } from '../orderly';
import { expectSeeOther, expectStatus, newCustomer, newPassword, withProduct } from '../shop';
import { attribute, formOn, Visitor } from '../visitor';

const scripts = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onfocus=alert(1) autofocus='",
  '</title></textarea><svg onload=alert(1)>',
  '{{1337*7}}<%= 1337*7 %>#{1337*7}{% debug %}',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
];

/** A page that what was put into it has made into another one. */
function expectNothingRuns(what: string, html: string): void {
  const page = readPage(html);
  for (const tag of ['script', 'svg', 'img', 'iframe', 'b']) {
    expect(page.elements(tag), `${what}: ${tag} elements`).toEqual([]);
  }
  for (const tag of ['input', 'a', 'li', 'p', 'h1', 'body', 'form', 'button', 'tr']) {
    for (const element of page.elements(tag)) {
      const names = element.attrs.map(({ name }) => name);
      expect(
        names.filter((name) => /^on|^autofocus$/.test(name)),
        `${what}: ${tag}`,
      ).toEqual([]);
      expect(attribute(element, 'href') ?? '', `${what}: ${tag}`).not.toMatch(/^\s*javascript:/i);
    }
  }
  expect(page.text, `${what}: text`).not.toContain('9359');
}

export const reflected: Case[] = scripts.map((script) => ({
  name: `${script} comes back as text`,
  run: async (subject) => {
    const escaped = encodeURIComponent(script);
    const headers = { Accept: 'text/html' };
    for (const path of [
      `/search?q=${escaped}`,
      `/login?next=${escaped}`,
      `/login?next=/${escaped}`,
      `/products?sort=${escaped}`,
      `/products?page=${escaped}`,
      `/categories/${escaped}`,
      `/products/${escaped}`,
    ]) {
      const reply = await ask(subject, { path, headers });
      expect(reply.status, `${reply.what}: status`).toBeLessThan(500);
      expectNothingRuns(reply.what, reply.text);
    }
    const found = await ask(subject, { path: `/search?q=${escaped}`, headers });
    const field = readPage(found.text)
      .elements('input')
      .find((input) => attribute(input, 'name') === 'q');
    expect(field && attribute(field, 'value'), `${found.what}: the field q`).toBe(script);
    const visitor = new Visitor(subject);
    const fields = { email: script, name: script, password: newPassword };
    const refused = await visitor.submit('/register', '/register', fields);
    expectStatus(refused, 400);
    expectNothingRuns(refused.what, refused.text);
    expect(formOn(refused, '/register').name, `${refused.what}: the field name`).toBe(script);
  },
}));

export const stored: Case[] = scripts.map((script) => ({
  name: `a product called ${script} is shown by its name`,
  skip: withoutDatabase,
  run: async (subject) => {
    await withProduct(subject, { name: script, description: script }, async ({ id }) => {
      const visitor = await newCustomer(subject);
      await visitor.submit(`/products/${id}`, '/cart', { quantity: 1 });
      for (const path of [`/products/${id}`, '/', '/products', '/cart', '/checkout']) {
        const reply = await visitor.get(path);
        expectStatus(reply, 200);
        expectNothingRuns(reply.what, reply.text);
        expect(readPage(reply.text).text, `${reply.what}: text`).toContain(script);
      }
      const bought = await visitor.submit('/checkout', '/checkout');
      const order = await visitor.get(expectSeeOther(bought, /^\/orders\//));
      expectNothingRuns(order.what, order.text);
      const feed = await ask(subject, '/feed.xml');
      expect(feed.text.replaceAll(/<!\[CDATA\[.*?\]\]>/gs, ''), feed.what).not.toMatch(
        /<(script|svg|img)/,
      );
    });
  },
}));
