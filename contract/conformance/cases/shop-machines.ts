// What machines read of the shop: robots.txt, feed, sitemap and files.
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { send } from '../client';
import { ask } from '../orderly';
import { expectStatus, withProduct } from '../shop';

/** Asks for a part of a file, or for none of it: an app may act on it, or send the whole file. */
const conditions = [
  { Range: 'bytes=0-3' },
  { Range: 'bytes=99999-' },
  { 'If-None-Match': '*' },
  { 'If-Match': '"x"' },
  { 'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' },
  { 'If-Unmodified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' },
];

/** By status, what an app may send instead of the whole file. */
const instead = (text: string): Record<number, string | undefined> => ({
  206: text.slice(0, 4),
  304: '',
  // Refusals have an error's body, or none.
  412: undefined,
  416: undefined,
});

const noFiles = [
  ...['/static', '/static/', '/static//', '/static/shop.css/', '/static//shop.css', '/static/shop'],
  ...[
    '/static/./shop.css',
    '/static/x/../shop.css',
    '/static/x/%2e%2e/shop.css',
    '/static/SHOP.css',
  ],
  ...['/static//evil.example/..', '/static/../package.json', '/static/%2e%2e/package.json'],
];

export const shopMachines: Case[] = [
  {
    name: '/robots.txt is what the contract says, word for word',
    run: async (subject) => {
      const reply = await ask(subject, '/robots.txt');
      const closed = [
        '/staff/',
        '/api/',
        '/cart',
        '/checkout',
        '/login',
        '/orders',
        '/register',
        '/search',
      ];
      const lines = [
        'User-agent: *',
        ...closed.map((path) => `Disallow: ${path}`),
        `Sitemap: ${subject.baseUrl}/sitemap.xml`,
      ];
      expect(reply.text, `${reply.what}: body`).toBe(`${lines.join('\n')}\n`);
    },
  },
  {
    name: '/feed.xml is RSS of the twenty newest products',
    skip: withoutDatabase,
    run: async (subject) => {
      const hostile = 'Lamp & <script>alert(1)</script> ]]>';
      await withProduct(subject, { name: hostile, description: hostile }, async ({ id }) => {
        const reply = await ask(subject, '/feed.xml');
        expectStatus(reply, 200);
        expect(reply.text, `${reply.what}: body`).toMatch(/<rss [^>]*version="2\.0"/);
        const markup = reply.text.replaceAll(/<!\[CDATA\[.*?\]\]>/gs, '');
        expect(markup, `${reply.what}: body`).not.toMatch(/<script/);
        const links = [...reply.text.matchAll(/<item>.*?<link>(.*?)<\/link>/gs)].map(
          ([, link]) => link,
        );
        expect(links, `${reply.what}: links`).toHaveLength(20);
        expect(links[0], `${reply.what}: the first link`).toBe(`${subject.baseUrl}/products/${id}`);
        const own = `<atom:link [^>]*href="${subject.baseUrl}/feed\\.xml"[^>]* rel="self"`;
        expect(reply.text, `${reply.what}: a link to itself`).toMatch(new RegExp(own));
        expect(reply.text, `${reply.what}: language`).toContain('<language>en</language>');
        const dates = [...reply.text.matchAll(/<(?:lastBuildDate|pubDate)>(.*?)</g)];
        const [built, newest] = dates.map(([, text]) => Date.parse(String(text)));
        expect(built, `${reply.what}: lastBuildDate, against the newest product's`).toBe(newest);
      });
    },
  },
  {
    name: 'the sitemap names every page that is for everybody, and no other',
    run: async (subject) => {
      const locations = async (path: string) => {
        const reply = await ask(subject, path);
        expectStatus(reply, 200);
        return [...reply.text.matchAll(/<loc>(.*?)<\/loc>/g)].map(([, url]) =>
          String(url).replace(subject.baseUrl, ''),
        );
      };
      expect(await locations('/sitemap.xml')).toEqual([
        '/sitemaps/pages.xml',
        '/sitemaps/products.xml',
      ]);
      const pages = await locations('/sitemaps/pages.xml');
      expect(pages.slice(0, 2)).toEqual(['/', '/products']);
      expect(pages).toHaveLength(22);
      const products = await locations('/sitemaps/products.xml');
      expect(products.slice(0, 2)).toEqual(['/products/1', '/products/2']);
      for (const path of [...pages, ...products.slice(0, 3)]) {
        expectStatus(await ask(subject, path), 200);
      }
      for (const path of ['products.xml?p=2', 'products.xml?p=50000', 'pages.xml?p=2', 'no.xml']) {
        expectStatus(await ask(subject, `/sitemaps/${path}`), 404);
      }
      for (const p of ['0', '50001', '-1', 'x', '', '1.0', '99999999999999999999']) {
        expectStatus(await ask(subject, `/sitemaps/products.xml?p=${p}`), 400);
      }
      for (const path of ['/sitemap.xml', '/sitemaps/pages.xml', '/sitemaps/products.xml']) {
        const { what, headers } = await ask(subject, path);
        expect(headers['x-robots-tag'], what).toBe('noindex, noodp, noarchive');
      }
    },
  },
  {
    name: 'the style sheet and the icon are served, and nothing beside them',
    run: async (subject) => {
      for (const [file, type] of [
        ['shop.css', /^text\/css/],
        ['shop.svg', /^image\/svg\+xml/],
      ] as const) {
        const reply = await send(subject, { path: `/static/${file}` });
        expectStatus(reply, 200);
        expect(reply.headers['content-type'], `${reply.what}: type`).toMatch(type);
        const { etag = '"none"' } = reply.headers;
        for (const headers of [...conditions, { 'If-None-Match': etag }]) {
          const part = await send(subject, { path: `/static/${file}`, headers });
          const others = instead(reply.text);
          if (!(part.status in others)) expectStatus(part, 200);
          const text = part.status in others ? others[part.status] : reply.text;
          if (text !== undefined) expect(part.text, `${part.what}: body`).toBe(text);
          // A refusal that had the file's headers would be kept in its place.
          const { etag: refused, 'cache-control': kept } = part.headers;
          const ofFile = part.status >= 400 ? [refused, kept] : [];
          expect(ofFile, `${part.what}: headers of the file`).toEqual(ofFile.map(() => undefined));
        }
        const posted = await ask(subject, { method: 'POST', path: `/static/${file}` });
        expectStatus(posted, 405);
      }
      for (const path of noFiles) expectStatus(await send(subject, { path }), 404);
      expectStatus(await send(subject, { path: '/static/%73hop.css' }), 200);
    },
  },
];
