// Session, cart and orders, for programs.
import type { Request, RequestHandler, Router } from 'express';
import type { Kysely } from 'kysely';
import type { Database } from '../database';
import { methodNotAllowed, Problem } from '../errors';
import { exactRouter } from '../routes/exact-router';
import { json, unsafeApi } from './bodies';
import { Carts, notInCart } from './carts';
import { checkOut } from './checkout';
import type { Customer, Customers } from './customers';
import { isoTime } from './format';
import {
  addition,
  apiCredentials,
  idempotencyKey,
  idIn,
  lineChange,
  ordersQuery,
  parse,
  wrongField,
} from './input';
import { pageLinks } from './links';
import { type Order, type OrderSummary, Orders } from './orders';
import {
  beginSession,
  buyerOf,
  csrfToken,
  customerOf,
  endSession,
  requireApiCustomer,
} from './session';
import { trim } from './text';

export function sessionApi(customers: Customers, identify: RequestHandler[]): Router {
  const router = exactRouter();

  router
    .route('/api/session')
    .all(identify)
    .get((req, res) => {
      res.json(sessionBody(req, customerOf(res)));
    })
    .post(...unsafeApi, ...json, async (req, res) => {
      const { email, password } = parse(apiCredentials, req.body);
      const customer = await customers.logIn(trim(email).toLowerCase(), password);
      if (!customer) {
        throw new Problem(401, 'Email or password is wrong.', {
          headers: { 'WWW-Authenticate': 'Session' },
        });
      }
      await beginSession(req, customer);
      res.json(sessionBody(req, customer));
    })
    .delete(...unsafeApi, async (req, res) => {
      await endSession(req, res);
      res.status(204).end();
    })
    .all(methodNotAllowed);

  return router;
}

export function cartApi(database: Kysely<Database>, identify: RequestHandler[]): Router {
  const router = exactRouter();
  const carts = new Carts(database);

  router
    .route('/api/cart')
    .all(identify)
    .get(requireApiCustomer, async (_req, res) => {
      res.json(await carts.read(buyerOf(res).id));
    })
    .post(...unsafeApi, requireApiCustomer, ...json, async (req, res) => {
      const { productId, quantity } = parse(addition, req.body);
      const { id } = buyerOf(res);
      if (!(await carts.add(id, productId, quantity))) throw wrongField('productId');
      res.json(await carts.read(id));
    })
    .all(methodNotAllowed);

  router
    .route('/api/cart/:id')
    .all(identify)
    .put(...unsafeApi, requireApiCustomer, ...json, async (req, res) => {
      const { quantity } = parse(lineChange, req.body);
      const { id } = buyerOf(res);
      if (!(await carts.change(id, idIn(req), quantity))) throw notInCart();
      res.json(await carts.read(id));
    })
    .delete(...unsafeApi, requireApiCustomer, async (req, res) => {
      const { id } = buyerOf(res);
      if (!(await carts.change(id, idIn(req), 0))) throw notInCart();
      res.json(await carts.read(id));
    })
    .all(methodNotAllowed);

  return router;
}

export function orderApi(database: Kysely<Database>, identify: RequestHandler[]): Router {
  const router = exactRouter();
  const orders = new Orders(database);

  router
    .route('/api/orders')
    .all(identify)
    .get(requireApiCustomer, async (req, res) => {
      const { page } = parse(ordersQuery, req.query);
      const found = await orders.list(buyerOf(res).id, page);
      const items = found.items.map(orderSummary);
      res.json({ ...found, items, ...pageLinks('/api/orders', {}, found) });
    })
    .post(...unsafeApi, requireApiCustomer, async (req, res) => {
      const key = idempotencyKey.safeParse(req.get('Idempotency-Key'));
      if (!key.success) throw wrongField('Idempotency-Key');
      const order = await checkOut(database, buyerOf(res).id, key.data);
      res.status(201).location(`/api/orders/${order.id}`).json(orderBody(order));
    })
    .all(methodNotAllowed);

  router
    .route('/api/orders/:id')
    .all(identify)
    .get(requireApiCustomer, async (req, res) => {
      const order = await orders.find(buyerOf(res).id, idIn(req));
      if (!order) throw new Problem(404, 'There is no such order of yours.');
      res.json(orderBody(order));
    })
    .all(methodNotAllowed);

  return router;
}

function sessionBody(req: Request, customer: Customer | undefined) {
  const who = customer && { id: customer.id, email: customer.email, name: customer.name };
  return { customer: who ?? null, csrfToken: csrfToken(req) };
}

const orderSummary = ({ id, createdAt, totalCents }: OrderSummary) => ({
  id,
  createdAt: isoTime(createdAt),
  totalCents,
});

const orderBody = ({ lines, ...order }: Order) => ({ ...orderSummary(order), lines });
