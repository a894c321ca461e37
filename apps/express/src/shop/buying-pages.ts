// Cart, checkout and orders: the pages of a customer.
import { randomUUID } from 'node:crypto';
import type { RequestHandler, Router } from 'express';
import type { Kysely } from 'kysely';
import type { Database } from '../database';
import { methodNotAllowed, Problem } from '../errors';
import { exactRouter } from '../routes/exact-router';
import { form } from './bodies';
import { Carts } from './carts';
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

export function buyingPages(database: Kysely<Database>, whoAsks: RequestHandler[]): Router {
  const router = exactRouter(...whoAsks);
  const carts = new Carts(database);
  const orders = new Orders(database);

  router
    .route('/cart')
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
    .post(...form, requireCustomer, async (req, res) => {
      const { quantity } = parse(cartLineForm, req.body);
      if (!(await carts.change(buyerOf(res).id, idIn(req), quantity))) throw notInCart();
      res.redirect(303, '/cart');
    })
    .all(methodNotAllowed);

  router
    .route('/checkout')
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

  router
    .route('/orders')
    .get(requireCustomer, async (req, res) => {
      const { page } = parse(ordersQuery, req.query);
      const found = await orders.list(buyerOf(res).id, page);
      res.render('shop/orders', { found, links: pageLinks('/orders', {}, found) });
    })
    .all(methodNotAllowed);

  router
    .route('/orders/:id')
    .get(requireCustomer, async (req, res) => {
      const order = await orders.find(buyerOf(res).id, idIn(req));
      if (!order) throw new Problem(404, 'There is no such order of yours.');
      res.render('shop/order', { order });
    })
    .all(methodNotAllowed);

  return router;
}

export const notInCart = (): Problem => new Problem(404, 'The cart holds none of this product.');
