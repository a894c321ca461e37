// Cart, checkout and orders: the pages of a customer.
import { randomUUID } from 'node:crypto';
import type { RequestHandler, Router } from 'express';
import type { Kysely } from 'kysely';
import type { Database } from '../database';
import { methodNotAllowed, Problem } from '../errors';
import { exactRouter } from '../routes/exact-router';
import { form } from './bodies';
import { Carts, notInCart } from './carts';
import { checkOut } from './checkout';
import {
  cartForm,
  cartLineForm,
  checkoutForm,
  idIn,
  ordersQuery,
  parse,
  wrongField,
} from './input';
import { pageLinks } from './links';
import { Orders } from './orders';
import { buyerOf, requireCustomer } from './session';

export function cartPages(database: Kysely<Database>, identify: RequestHandler[]): Router {
  const router = exactRouter();
  const carts = new Carts(database);

  router
    .route('/cart')
    .all(identify)
    .get(requireCustomer, async (_req, res) => {
      res.render('shop/cart', { cart: await carts.read(buyerOf(res).id) });
    })
    .post(...form, requireCustomer, async (req, res) => {
      const { product, quantity } = parse(cartForm, req.body);
      if (!(await carts.add(buyerOf(res).id, product, quantity))) throw wrongField('product');
      res.redirect(303, '/cart');
    })
    .all(methodNotAllowed);

  router
    .route('/cart/:id')
    .all(identify)
    .post(...form, requireCustomer, async (req, res) => {
      const { quantity } = parse(cartLineForm, req.body);
      if (!(await carts.change(buyerOf(res).id, idIn(req), quantity))) throw notInCart();
      res.redirect(303, '/cart');
    })
    .all(methodNotAllowed);

  router
    .route('/checkout')
    .all(identify)
    .get(requireCustomer, async (_req, res) => {
      const cart = await carts.read(buyerOf(res).id);
      if (cart.lines.length === 0) return res.redirect(303, '/cart');
      // A form that is sent twice carries the same key twice.
      res.render('shop/checkout', { cart, key: randomUUID() });
    })
    .post(...form, requireCustomer, async (req, res) => {
      const { idempotency_key: key } = parse(checkoutForm, req.body);
      const order = await checkOut(database, buyerOf(res).id, key);
      res.redirect(303, `/orders/${order.id}`);
    })
    .all(methodNotAllowed);

  return router;
}

export function orderPages(database: Kysely<Database>, identify: RequestHandler[]): Router {
  const router = exactRouter();
  const orders = new Orders(database);

  router
    .route('/orders')
    .all(identify)
    .get(requireCustomer, async (req, res) => {
      const { page } = parse(ordersQuery, req.query);
      const found = await orders.list(buyerOf(res).id, page);
      res.render('shop/orders', { found, links: pageLinks('/orders', {}, found) });
    })
    .all(methodNotAllowed);

  router
    .route('/orders/:id')
    .all(identify)
    .get(requireCustomer, async (req, res) => {
      const order = await orders.find(buyerOf(res).id, idIn(req));
      if (!order) throw new Problem(404, 'There is no such order of yours.');
      res.render('shop/order', { order });
    })
    .all(methodNotAllowed);

  return router;
}
