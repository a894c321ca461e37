// Requests that another site makes in a customer's name.
import { expect } from 'vitest';
import type { Case } from '../case';
import {
  expectStatus,
  isLoggedIn,
  newCustomer,
  newEmail,
  newKey,
  newPassword,
  seeded,
} from '../shop';

export const forgery: Case = {
  name: 'no unsafe request is served without its session’s own token, and nothing is done',
  run: async (subject) => {
    const victim = await newCustomer(subject);
    const other = await newCustomer(subject);
    const { csrfToken: foreign } = await other.session();
    await victim.api('POST', '/api/cart', { productId: 11, quantity: 3 });
    const key = newKey();
    const forms: [string, Record<string, string | number>][] = [
      ['/cart', { product: 12, quantity: 1 }],
      ['/cart/11', { quantity: 0 }],
      ['/checkout', { idempotency_key: key }],
      ['/logout', {}],
      ['/login', seeded(90)],
      ['/register', { email: newEmail(), name: 'x', password: newPassword }],
    ];
    for (const [path, fields] of forms) {
      for (const token of [{}, victim.tokenField(''), victim.tokenField(foreign)]) {
        expectStatus(await victim.post(path, { ...fields, ...token }), 403);
      }
    }
    for (const [method, path, body] of [
      ['POST', '/api/session', seeded(90)],
      ['DELETE', '/api/session', undefined],
      ['POST', '/api/cart', { productId: 12, quantity: 1 }],
      ['PUT', '/api/cart/11', { quantity: 9 }],
      ['DELETE', '/api/cart/11', undefined],
      ['POST', '/api/orders', undefined],
    ] as const) {
      for (const token of [undefined, '', foreign]) {
        const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
        const reply = await victim.send({
          method,
          path,
          headers: { ...headers, ...(token !== undefined && { 'X-CSRF-Token': token }) },
          ...(body && { body: JSON.stringify(body) }),
        });
        expectStatus(reply, 403);
      }
    }
    expect(await isLoggedIn(victim)).toBe(true);
    const cart = JSON.parse((await victim.api('GET', '/api/cart')).text);
    expect(cart.lines).toMatchObject([{ productId: 11, quantity: 3 }]);
    expect(JSON.parse((await victim.api('GET', '/api/orders')).text).items).toEqual([]);
  },
};

export const tokenInUrl: Case = {
  name: 'a token in the address is none, nor is one that JSON smuggles in as a form',
  run: async (subject) => {
    const victim = await newCustomer(subject);
    const { csrfToken } = await victim.session();
    const query = `${victim.names.csrfField}=${encodeURIComponent(csrfToken)}`;
    expectStatus(await victim.post(`/logout?${query}`, {}), 403);
    const reply = await victim.send({
      method: 'POST',
      path: '/api/cart',
      headers: { 'Content-Type': 'text/plain' },
      body: JSON.stringify({ ...victim.tokenField(csrfToken), productId: 1, quantity: 1 }),
    });
    expect([403, 415], `${reply.what}: status`).toContain(reply.status);
  },
};
