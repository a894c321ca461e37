// What is another's, and what nobody may set.
import { expect } from 'vitest';
import type { Case } from '../case';
import {
  expectSeeOther,
  expectStatus,
  loggedIn,
  newCustomer,
  newEmail,
  newKey,
  newPassword,
} from '../shop';
import { Visitor } from '../visitor';

export const othersOrders: Case = {
  name: 'an order is its customer’s alone, by page and by API',
  run: async (subject) => {
    const owner = await newCustomer(subject);
    await owner.api('POST', '/api/cart', { productId: 13, quantity: 1 });
    const headers = { 'Idempotency-Key': newKey() };
    const { id } = JSON.parse((await owner.api('POST', '/api/orders', undefined, headers)).text);
    const thief = await newCustomer(subject);
    const staff = await loggedIn(subject, 10_003);
    for (const path of [`/orders/${id}`, `/api/orders/${id}`]) {
      expectStatus(await owner.get(path), 200);
      expectStatus(await thief.get(path), 404);
      expectStatus(await staff.get(path), 404);
    }
    expectStatus(await thief.api('DELETE', '/api/cart/13'), 404);
  },
};

export const massAssignment: Case = {
  name: 'fields that a form does not have change nothing',
  run: async (subject) => {
    const visitor = new Visitor(subject);
    const fields = { email: newEmail(), name: 'Climber', password: newPassword };
    const more = { is_staff: 'true', isStaff: 'true', is_superuser: '1', id: '10001' };
    expectSeeOther(await visitor.submit('/register', '/register', { ...fields, ...more }), '/');
    expectStatus(await visitor.get('/staff/'), 403);
    const reply = await visitor.api('POST', '/api/cart', {
      productId: 1,
      quantity: 1,
      priceCents: 1,
    });
    expectStatus(reply, 400);
    expect(JSON.parse(reply.text).field, `${reply.what}: field`).toBe('priceCents');
  },
};
