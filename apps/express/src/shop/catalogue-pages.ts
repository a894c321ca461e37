// The pages that anybody may read: home, lists, search, a product.
import type { RequestHandler, Router } from 'express';
import { methodNotAllowed, Problem } from '../errors';
import { exactRouter } from '../routes/exact-router';
import type { Catalogue } from './catalogue';
import { idIn, listQuery, parse, searchQuery, slugInPath } from './input';
import { pageLinks } from './links';

const NEWEST_AT_HOME = 12;

export function cataloguePages(catalogue: Catalogue, identify: RequestHandler[]): Router {
  const router = exactRouter();
  router.use(listPages(catalogue, identify));

  router
    .route('/')
    .all(identify)
    .get(async (_req, res) => {
      const categories = await catalogue.categories();
      res.render('shop/home', { categories, products: await catalogue.newest(NEWEST_AT_HOME) });
    })
    .all(methodNotAllowed);

  router
    .route('/products/:id')
    .all(identify)
    .get(async (req, res) => {
      const product = await catalogue.product(idIn(req));
      if (!product) throw new Problem(404, 'There is no such product.');
      res.render('shop/product', { product });
    })
    .all(methodNotAllowed);

  return router;
}

function listPages(catalogue: Catalogue, identify: RequestHandler[]): Router {
  const router = exactRouter();

  router
    .route('/products')
    .all(identify)
    .get(async (req, res) => {
      const { page, sort } = parse(listQuery, req.query);
      const found = await catalogue.list({ page, sort: sort ?? 'new' });
      const links = pageLinks('/products', { sort }, found);
      res.render('shop/products', { title: 'Products', path: '/products', sort, found, links });
    })
    .all(methodNotAllowed);

  router
    .route('/categories/:slug')
    .all(identify)
    .get(async (req, res) => {
      const { page, sort } = parse(listQuery, req.query);
      const slug = slugInPath.safeParse(req.params.slug);
      const category = slug.success ? await catalogue.category(slug.data) : undefined;
      if (!category) throw new Problem(404, 'There is no such category.');
      const path = `/categories/${category.slug}`;
      const found = await catalogue.list({ page, sort: sort ?? 'new', category });
      const links = pageLinks(path, { sort }, found);
      res.render('shop/products', { title: category.name, path, sort, found, links });
    })
    .all(methodNotAllowed);

  router
    .route('/search')
    .all(identify)
    .get(async (req, res) => {
      const { q, page } = parse(searchQuery, req.query);
      const found = q === '' ? undefined : await catalogue.search(q, page);
      const links = found && pageLinks('/search', { q }, found);
      res.render('shop/search', { q, found, links });
    })
    .all(methodNotAllowed);

  return router;
}
