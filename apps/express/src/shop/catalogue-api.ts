// Products, for programs.
import type { Router } from 'express';
import { methodNotAllowed, Problem } from '../errors';
import { exactRouter } from '../routes/exact-router';
import type { Catalogue, ProductDetail } from './catalogue';
import { isoTime } from './format';
import { idIn, parse, productsQuery, searchQuery, wrongField } from './input';
import { pageLinks } from './links';

export function catalogueApi(catalogue: Catalogue): Router {
  const router = exactRouter();

  router
    .route('/api/products')
    .get(async (req, res) => {
      const { category: slug, page, sort } = parse(productsQuery, req.query);
      const category = slug === undefined ? undefined : await catalogue.category(slug);
      if (slug !== undefined && !category) throw wrongField('category');
      const found = await catalogue.list({
        page,
        sort: sort ?? 'new',
        ...(category && { category }),
      });
      res.json({ ...found, ...pageLinks('/api/products', { category: slug, sort }, found) });
    })
    .all(methodNotAllowed);

  router
    .route('/api/products/:id')
    .get(async (req, res) => {
      const product = await catalogue.product(idIn(req));
      if (!product) throw new Problem(404, 'There is no such product.');
      res.json(detail(product));
    })
    .all(methodNotAllowed);

  router
    .route('/api/search')
    .get(async (req, res) => {
      const { q, page } = parse(searchQuery, req.query);
      if (q === '') throw wrongField('q');
      const found = await catalogue.search(q, page);
      res.json({ ...found, ...pageLinks('/api/search', { q }, found) });
    })
    .all(methodNotAllowed);

  return router;
}

function detail({ id, name, category, priceCents, inStock, ...more }: ProductDetail) {
  const { description, createdAt } = more;
  return { id, name, category, priceCents, inStock, description, createdAt: isoTime(createdAt) };
}
