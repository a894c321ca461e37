// Bodies that are no body of this shop: broken, of another type, too large, too deep.
import { Agent } from 'node:http';
import { expect } from 'vitest';
import type { Case } from '../case';
import { ask } from '../orderly';
import { expectStatus, newCustomer } from '../shop';

/** Bodies that are no cart line, and the field that says so. */
const wrongBodies: [body: string, field: string | undefined][] = [
  ['', undefined],
  ['{', undefined],
  ['null', undefined],
  ['[]', undefined],
  ['"text"', undefined],
  ['{}', 'productId'],
  ['{"productId":1}', 'quantity'],
  ['{"productId":"1","quantity":1}', 'productId'],
  ['{"productId":1.5,"quantity":1}', 'productId'],
  ['{"productId":0,"quantity":1}', 'productId'],
  ['{"productId":1e300,"quantity":1}', 'productId'],
  ['{"productId":true,"quantity":1}', 'productId'],
  ['{"productId":1,"quantity":0}', 'quantity'],
  ['{"productId":1,"quantity":100}', 'quantity'],
  ['{"productId":1,"quantity":-1}', 'quantity'],
  ['{"productId":1,"quantity":null}', 'quantity'],
  ['{"productId":1,"quantity":[1]}', 'quantity'],
];

export const bodies: Case = {
  name: 'what is not the schema’s JSON is 400, and names the field; another type is 415',
  run: async (subject) => {
    const program = await newCustomer(subject);
    const { csrfToken } = await program.session();
    const post = (type: string, body: string) =>
      program.send({
        method: 'POST',
        path: '/api/cart',
        headers: { 'Content-Type': type, 'X-CSRF-Token': csrfToken },
        body,
      });
    for (const [body, field] of wrongBodies) {
      const reply = await post('application/json', body);
      expectStatus(reply, 400);
      if (field) expect(JSON.parse(reply.text).field, `${reply.what} ${body}: field`).toBe(field);
    }
    for (const type of ['text/plain', 'application/xml', 'application/jsonx']) {
      expectStatus(await post(type, '{"productId":1,"quantity":1}'), 415);
    }
    expectStatus(
      await post('application/json; charset=utf-8', '{"productId":1,"quantity":1}'),
      200,
    );
  },
};

export const tooLarge: Case = {
  name: 'more than 64 KiB is 413, by form and by API; the app goes on answering',
  run: async (subject) => {
    const visitor = await newCustomer(subject);
    const { csrfToken } = await visitor.session();
    // A server that has not read the body may close the connection: no other request shares it.
    const agent = new Agent();
    const form = new URLSearchParams({
      ...visitor.tokenField(csrfToken),
      product: '1',
      quantity: '1',
    });
    const replies = [
      await visitor.send({
        method: 'POST',
        path: '/cart',
        headers: { Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' },
        body: `${form}&rest=${'x'.repeat(70_000)}`,
        agent,
      }),
      await visitor.send({
        method: 'POST',
        path: '/api/cart',
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken },
        body: JSON.stringify({ productId: 1, quantity: 1, rest: 'x'.repeat(70_000) }),
        agent: new Agent(),
      }),
    ];
    for (const reply of replies) {
      expectStatus(reply, 413);
      expect(reply.text, `${reply.what}: body`).toContain('A body may have 65536 bytes.');
    }
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`f${n}`, '1']));
    const flood = await visitor.post('/cart', { ...visitor.tokenField(csrfToken), ...many });
    expectStatus(flood, 413);
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const nested = await visitor.send({
      method: 'POST',
      path: '/api/cart',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken },
      body: deep,
    });
    expectStatus(nested, 400);
    expectStatus(await ask(subject, '/api/products/1'), 200);
  },
};
