// What programs read of the shop's pages: a feed, sitemaps, robots.txt.
import type { RequestHandler, Router } from 'express';
import { Feed } from 'feed';
import { SitemapIndexStream, SitemapStream, streamToPromise } from 'sitemap';
import { methodNotAllowed, Problem } from '../errors';
import { exactRouter } from '../routes/exact-router';
import type { Catalogue, NewProduct } from './catalogue';
import { parse, sitemapQuery } from './input';
import { originOf } from './links';
import { toText } from './text';

const PRODUCTS_IN_FEED = 20;
/** The protocol allows 50,000; a fifth of that is a file that still loads at once. */
const PRODUCTS_IN_SITEMAP = 10_000;

/** The lines of contract/shop-pages.md: what is a customer's, or without end, is not for crawlers. */
const CLOSED_TO_CRAWLERS = [
  '/staff/',
  '/api/',
  '/cart',
  '/checkout',
  '/login',
  '/orders',
  '/register',
  '/search',
];

/** A sitemap is for crawlers, and no page to be found by a search. */
const notIndexed: RequestHandler = (_req, res, next) => {
  res.set('X-Robots-Tag', 'noindex, noodp, noarchive');
  next();
};

export function feedRoutes(catalogue: Catalogue): Router {
  const router = exactRouter();

  router
    .route('/feed.xml')
    .get(async (req, res) => {
      const products = await catalogue.newest(PRODUCTS_IN_FEED);
      res.type('application/rss+xml').send(feedOf(products, originOf(req)));
    })
    .all(methodNotAllowed);

  router
    .route('/sitemap.xml')
    .all(notIndexed)
    .get(async (req, res) => {
      const parts = Math.max(1, Math.ceil((await catalogue.count()) / PRODUCTS_IN_SITEMAP));
      const index = new SitemapIndexStream();
      index.write({ url: `${originOf(req)}/sitemaps/pages.xml` });
      for (let part = 1; part <= parts; part += 1) {
        const query = part === 1 ? '' : `?p=${part}`;
        index.write({ url: `${originOf(req)}/sitemaps/products.xml${query}` });
      }
      index.end();
      res.type('application/xml').send(await streamToPromise(index));
    })
    .all(methodNotAllowed);

  router
    .route('/sitemaps/:section.xml')
    .all(notIndexed)
    .get(async (req, res) => {
      const { p } = parse(sitemapQuery, req.query);
      const paths = await pathsOf(catalogue, req.params.section, p);
      if (!paths) throw new Problem(404, 'There is no such part of the sitemap.');
      const sitemap = new SitemapStream({ hostname: originOf(req) });
      for (const path of paths) sitemap.write({ url: path });
      sitemap.end();
      res.type('application/xml').send(await streamToPromise(sitemap));
    })
    .all(methodNotAllowed);

  router
    .route('/robots.txt')
    .get((req, res) => {
      const rules = CLOSED_TO_CRAWLERS.map((path) => `Disallow: ${path}\n`).join('');
      const sitemap = `Sitemap: ${originOf(req)}/sitemap.xml\n`;
      res.type('text/plain').send(`User-agent: *\n${rules}${sitemap}`);
    })
    .all(methodNotAllowed);

  return router;
}

function feedOf(products: readonly NewProduct[], origin: string): string {
  const feed = new Feed({
    title: 'Headroom shop: new products',
    description: 'The twenty newest products.',
    id: `${origin}/`,
    link: `${origin}/`,
    feed: `${origin}/feed.xml`,
    language: 'en',
    copyright: '',
    // Of the newest product: the time of the request would make each answer look new.
    ...(products[0] && { updated: products[0].createdAt }),
  });
  for (const { id, name, description, createdAt } of products) {
    const link = `${origin}/products/${id}`;
    feed.addItem({
      ...{ title: toText(name), id: link, link, description: toText(description) },
      date: createdAt,
    });
  }
  return feed.rss2();
}

/** Undefined where the sitemap has no such part. */
async function pathsOf(
  catalogue: Catalogue,
  section: string,
  part: number,
): Promise<string[] | undefined> {
  if (section === 'pages' && part === 1) {
    const slugs = (await catalogue.categories()).map(({ slug }) => slug).sort();
    return ['/', '/products', ...slugs.map((slug) => `/categories/${slug}`)];
  }
  if (section !== 'products') return undefined;
  const ids = await catalogue.ids((part - 1) * PRODUCTS_IN_SITEMAP, PRODUCTS_IN_SITEMAP);
  return ids.length > 0 ? ids.map((id) => `/products/${id}`) : undefined;
}
