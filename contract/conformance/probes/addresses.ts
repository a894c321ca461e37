// Paths, hosts and methods that a well-behaved client never sends.
import { expect } from 'vitest';
import type { Case } from '../case';
import { send } from '../client';
import { ask } from '../orderly';
import { expectStatus, newCustomer } from '../shop';

export const paths: Case = {
  name: 'dots, NULs, long and broken paths are some 4xx, never a file',
  run: async (subject) => {
    for (const path of [
      '/products/../staff/',
      '/products/..%2f..%2fetc%2fpasswd',
      '/categories/%00',
      '/categories/lamps%00',
      '/categories/%ff',
      '/static/..%2f..%2fpackage.json',
      '/static/%2e%2e%2f%2e%2e%2fpackage.json',
      `/categories/${'a'.repeat(6_000)}`,
      `/products/${'1'.repeat(3_000)}`,
      '/sitemaps/..%2fsettings.xml',
      '/staff/..;/products',
    ]) {
      const reply = await send(subject, { path });
      const isRedirect = path.startsWith('/staff/') && [302, 303].includes(reply.status);
      if (isRedirect) continue;
      expect(reply.status, `${reply.what}: status`).toBeGreaterThanOrEqual(400);
      expect(reply.status, `${reply.what}: status`).toBeLessThan(500);
      expect(reply.text, `${reply.what}: body`).not.toMatch(/root:|"dependencies"/);
    }
  },
};

export const forgedHost: Case = {
  name: 'a forged one is refused, and is in no feed, sitemap or redirect',
  run: async (subject) => {
    for (const path of ['/', '/feed.xml', '/sitemap.xml', '/robots.txt', '/cart', '/login']) {
      const reply = await ask(subject, { path, headers: { Host: 'evil.example' } });
      expectStatus(reply, 400);
    }
    for (const headers of [
      { 'X-Forwarded-Host': 'evil.example' },
      { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Server': 'evil.example' },
      { Forwarded: 'host=evil.example' },
      { 'X-Original-URL': '/staff/', 'X-Rewrite-URL': '/staff/' },
    ]) {
      for (const path of ['/feed.xml', '/sitemap.xml', '/robots.txt']) {
        const reply = await ask(subject, { path, headers });
        expectStatus(reply, 200);
        const forged = subject.trustsProxy ? /evil\.example/ : /evil\.example|https:\/\/127/;
        expect(reply.text, `${reply.what}: body`).not.toMatch(forged);
      }
    }
  },
};

export const methods: Case = {
  name: 'an override changes nothing, a wrong one is told what is right',
  run: async (subject) => {
    const visitor = await newCustomer(subject);
    await visitor.api('POST', '/api/cart', { productId: 14, quantity: 1 });
    const override = { 'X-HTTP-Method-Override': 'DELETE', 'X-HTTP-Method': 'DELETE' };
    expectStatus(await visitor.get('/api/cart', override), 200);
    const cart = await visitor.api('GET', '/api/cart?_method=DELETE');
    expect(JSON.parse(cart.text).lines, cart.what).toHaveLength(1);
    for (const [method, path, allowed] of [
      ['POST', '/products', ['GET', 'HEAD']],
      ['PUT', '/cart', ['GET', 'HEAD', 'POST']],
      ['PATCH', '/api/cart/14', ['DELETE', 'PUT']],
      ['PUT', '/api/orders', ['GET', 'HEAD', 'POST']],
    ] as const) {
      const reply = await visitor.api(method, path);
      expectStatus(reply, 405);
      const told = (reply.headers.allow ?? '')
        .split(/, ?/)
        .filter((name) => name !== 'OPTIONS')
        .sort();
      expect(told, `${reply.what}: header allow`).toEqual(allowed);
    }
  },
};
