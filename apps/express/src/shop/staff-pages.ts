// The staff's pages: list, search, add, change and delete products.
import type { Request, RequestHandler, Response, Router } from 'express';
import type { Kysely } from 'kysely';
import type { Database } from '../database';
import { methodNotAllowed, notFound, Problem } from '../errors';
import { exactRouter } from '../routes/exact-router';
import { form } from './bodies';
import { Catalogue } from './catalogue';
import { staffContentSecurityPolicy } from './headers';
import { idIn, parse, productForm, staffListQuery, wrongFields } from './input';
import { customerOf, requireCustomer } from './session';
import { type ProductFields, type Refusal, StaffProducts } from './staff-products';

const LIST = '/staff/products';

export function staffPages(database: Kysely<Database>, identify: RequestHandler[]): Router {
  const router = exactRouter();
  const products = new StaffProducts(database);
  const staffOnly = [...identify, ...requireStaff];

  router
    .route('/staff/')
    .all(staffOnly)
    .get((_req, res) => res.render('shop/staff/index'))
    .all(methodNotAllowed);

  router
    .route(LIST)
    .all(staffOnly)
    .get(async (req, res) => {
      const { q, page } = parse(staffListQuery, req.query);
      res.render('shop/staff/products', { q, found: await products.list(q, page) });
    })
    .all(methodNotAllowed);

  router.use(productForms(database, products, staffOnly));
  router.route('/staff/*rest').all(staffOnly, notFound);
  return router;
}

/** Adding, changing and deleting one. */
function productForms(
  database: Kysely<Database>,
  products: StaffProducts,
  staffOnly: RequestHandler[],
): Router {
  const router = exactRouter();
  const forms = new ProductForms(new Catalogue(database), products);

  router
    .route(`${LIST}/new`)
    .all(staffOnly)
    .get((_req, res) => forms.show(res, { title: 'Add product', product: {} }))
    .post((req, res) => forms.save(req, res, 'Add product', (product) => products.add(product)))
    .all(methodNotAllowed);

  router
    .route(`${LIST}/:product/edit`)
    .all(staffOnly)
    .get(async (req, res) => {
      const product = await forms.productOf(req);
      await forms.show(res, { title: 'Change product', id: product.id, product });
    })
    .post(async (req, res) => {
      const { id } = await forms.productOf(req);
      await forms.save(req, res, 'Change product', (product, stockShown) =>
        products.change(id, product, stockShown),
      );
    })
    .all(methodNotAllowed);

  router
    .route(`${LIST}/:product/delete`)
    .all(staffOnly)
    .get(async (req, res) => {
      res.render('shop/staff/delete', { product: await forms.productOf(req) });
    })
    .post(async (req, res) => {
      const { id } = await forms.productOf(req);
      if (req.body.confirm !== 'yes') {
        throw new Problem(400, 'confirm must be yes.', { field: 'confirm' });
      }
      await products.remove(id);
      res.redirect(303, LIST);
    })
    .all(methodNotAllowed);

  return router;
}

/** The form of a product, empty or filled, and what becomes of it. */
class ProductForms {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly products: StaffProducts,
  ) {}

  /** @throws {Problem} 404 where the path names no product */
  async productOf(req: Request): Promise<ProductFields & { id: number }> {
    const product = await this.products.find(idIn(req, 'product'));
    if (!product) throw new Problem(404, 'There is no such product.');
    return product;
  }

  async show(res: Response, page: object, faults: string[] = []): Promise<void> {
    const categories = await this.catalogue.categories();
    res.render('shop/staff/product', { categories, ...page, faults });
  }

  /** Writes what the form says and goes back to the list; or shows it again, with what was wrong. */
  async save(
    req: Request,
    res: Response,
    title: string,
    write: (product: ProductFields, stockShown: number) => Promise<Refusal | undefined>,
  ): Promise<void> {
    const given = productForm.safeParse(req.body);
    let faults: string[];
    if (given.success) {
      const { stock_shown: shown, category, ...rest } = given.data;
      const refusal = await write({ ...rest, category_id: category }, shown ?? rest.stock);
      if (!refusal) return res.redirect(303, LIST);
      faults = [refusal];
    } else {
      faults = wrongFields(given.error);
    }
    const product = { ...req.body, category_id: Number(req.body.category) };
    await this.show(res, { title, id: req.params.product, product }, faults);
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

const requireStaff: RequestHandler[] = [
  staffContentSecurityPolicy,
  ...checkForm,
  requireCustomer,
  refuseCustomers,
];
