// The staff's pages: at the paths of Django's admin and with its field names, so that one set of
// conformance cases fits both; and no more than list, search, add, change and delete.
import type { Request, RequestHandler, Response, Router } from 'express';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Database } from '../database';
import { methodNotAllowed, notFound, Problem } from '../errors';
import { exactRouter } from '../routes/exact-router';
import { form } from './bodies';
import { Catalogue } from './catalogue';
import { adminContentSecurityPolicy } from './headers';
import { adminListQuery, idIn, parse, productForm, wrongFields } from './input';
import { ProductsAdmin } from './products-admin';
import { customerOf, requireCustomer } from './session';

const LIST = '/admin/shop/product/';

export function adminPages(database: Kysely<Database>): Router {
  const router = exactRouter();
  const products = new ProductsAdmin(database);
  const catalogue = new Catalogue(database);

  const productOf = async (req: Request) => {
    const product = await products.find(idIn(req));
    if (!product) throw new Problem(404, 'There is no such product.');
    return product;
  };
  const showForm = async (res: Response, page: object, faults: string[] = []) =>
    res.render('shop/admin/product', { categories: await catalogue.categories(), ...page, faults });

  router
    .route('/admin/')
    .all(...staffOnly)
    .get((_req, res) => res.render('shop/admin/index'))
    .all(methodNotAllowed);

  router
    .route(LIST)
    .all(...staffOnly)
    .get(async (req, res) => {
      const { q, page } = parse(adminListQuery, req.query);
      res.render('shop/admin/products', { q, found: await products.list(q, page) });
    })
    .all(methodNotAllowed);

  router
    .route(`${LIST}add/`)
    .all(...staffOnly)
    .get((_req, res) => showForm(res, { title: 'Add product', product: {} }))
    .post(...form, async (req, res) => {
      const given = productForm.safeParse(req.body);
      if (!given.success) return refuse(req, res, 'Add product', given.error);
      const { 'initial-stock': _, category, ...rest } = given.data;
      await products.add({ ...rest, category_id: category });
      res.redirect(303, LIST);
    })
    .all(methodNotAllowed);

  router
    .route(`${LIST}:id/change/`)
    .all(...staffOnly)
    .get(async (req, res) => {
      const product = await productOf(req);
      await showForm(res, { title: 'Change product', id: product.id, product });
    })
    .post(...form, async (req, res) => {
      const { id } = await productOf(req);
      const given = productForm.safeParse(req.body);
      if (!given.success) return refuse(req, res, 'Change product', given.error);
      const { 'initial-stock': before, category, ...rest } = given.data;
      const fields = { ...rest, category_id: category };
      if (await products.change(id, fields, before ?? rest.stock)) return res.redirect(303, LIST);
      throw new Problem(409, 'Less is left than you take away: ask for the form again.');
    })
    .all(methodNotAllowed);

  router
    .route(`${LIST}:id/delete/`)
    .all(...staffOnly)
    .get(async (req, res) => {
      res.render('shop/admin/delete', { product: await productOf(req) });
    })
    .post(...form, async (req, res) => {
      const { id } = await productOf(req);
      if (req.body.post !== 'yes') throw new Problem(400, 'post must be yes.', { field: 'post' });
      await products.remove(id);
      res.redirect(303, LIST);
    })
    .all(methodNotAllowed);

  router.route('/admin/*rest').all(...staffOnly, notFound);
  return router;

  /** The form again, with what was given. */
  async function refuse(req: Request, res: Response, title: string, error: z.ZodError) {
    const { id } = req.params;
    const product = { ...req.body, category_id: Number(req.body.category) };
    await showForm(res, { title, id, product }, wrongFields(error));
  }
}

const refuseCustomers: RequestHandler = (_req, res, next) => {
  if (customerOf(res)?.isStaff) return next();
  throw new Problem(403, 'This is for the staff.');
};

const staffOnly: RequestHandler[] = [
  adminContentSecurityPolicy(),
  requireCustomer,
  refuseCustomers,
];
