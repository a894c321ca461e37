// The staff's pages: at the paths of Django's admin and with its field names, so that one set of
// conformance cases fits both; and no more than list, search, add, change and delete.
import type { Request, RequestHandler, Response, Router } from 'express';
import type { Kysely } from 'kysely';
import type { Database } from '../database';
import { methodNotAllowed, notFound, Problem } from '../errors';
import { exactRouter } from '../routes/exact-router';
import { form } from './bodies';
import { Catalogue } from './catalogue';
import { adminContentSecurityPolicy } from './headers';
import { adminListQuery, idIn, parse, productForm, wrongFields } from './input';
import { type ProductFields, ProductsAdmin, type Refusal } from './products-admin';
import { customerOf, requireCustomer } from './session';

const LIST = '/admin/shop/product/';

export function adminPages(database: Kysely<Database>, whoAsks: RequestHandler[]): Router {
  const router = exactRouter(...whoAsks);
  const products = new ProductsAdmin(database);
  const catalogue = new Catalogue(database);

  const productOf = async (req: Request) => {
    const product = await products.find(idIn(req, 'product'));
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
    .post(async (req, res) => {
      await save(req, res, 'Add product', (product) => products.add(product));
    })
    .all(methodNotAllowed);

  router
    .route(`${LIST}:product/change/`)
    .all(...staffOnly)
    .get(async (req, res) => {
      const product = await productOf(req);
      await showForm(res, { title: 'Change product', id: product.id, product });
    })
    .post(async (req, res) => {
      const { id } = await productOf(req);
      await save(req, res, 'Change product', (product, stockBefore) =>
        products.change(id, product, stockBefore),
      );
    })
    .all(methodNotAllowed);

  router
    .route(`${LIST}:product/delete/`)
    .all(...staffOnly)
    .get(async (req, res) => {
      res.render('shop/admin/delete', { product: await productOf(req) });
    })
    .post(async (req, res) => {
      const { id } = await productOf(req);
      if (req.body.post !== 'yes') throw new Problem(400, 'post must be yes.', { field: 'post' });
      await products.remove(id);
      res.redirect(303, LIST);
    })
    .all(methodNotAllowed);

  router.route('/admin/*rest').all(...staffOnly, notFound);
  return router;

  /** Writes what the form says and goes back to the list; or shows it again, with what was wrong. */
  async function save(
    req: Request,
    res: Response,
    title: string,
    write: (product: ProductFields, stockBefore: number) => Promise<Refusal | undefined>,
  ): Promise<void> {
    const given = productForm.safeParse(req.body);
    let faults: string[];
    if (given.success) {
      const { 'initial-stock': before, category, ...rest } = given.data;
      const refusal = await write({ ...rest, category_id: category }, before ?? rest.stock);
      if (!refusal) return res.redirect(303, LIST);
      faults = [refusal];
    } else {
      faults = wrongFields(given.error);
    }
    const product = { ...req.body, category_id: Number(req.body.category) };
    await showForm(res, { title, id: req.params.product, product }, faults);
  }
}

const refuseCustomers: RequestHandler = (_req, res, next) => {
  if (customerOf(res)?.isStaff) return next();
  throw new Problem(403, 'This is for the staff.');
};

/** Forms are checked before who sent them, as everywhere in the shop. */
const checkForm: RequestHandler[] = form.map(
  (handler): RequestHandler =>
    (req, res, next) =>
      req.method === 'POST' ? handler(req, res, next) : next(),
);

const staffOnly: RequestHandler[] = [
  adminContentSecurityPolicy(),
  ...checkForm,
  requireCustomer,
  refuseCustomers,
];
