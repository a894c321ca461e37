// One rule against forged requests: the token, where it may stand, and which sites may send it.
import type { OutgoingHttpHeaders } from 'node:http';
import { expect } from 'vitest';
import { namesOf } from '../../apps';
import type { Case } from '../case';
import type { Reply } from '../client';
import { ask } from '../orderly';
import {
  booksOf,
  expectStatus,
  isLoggedIn,
  loggedIn,
  newCustomer,
  newKey,
  staffId,
  withProduct,
} from '../shop';
import type { Subject } from '../subjects';
import { Visitor } from '../visitor';

const formType = 'application/x-www-form-urlencoded';

/** The customer's token, and the host as the app is called. */
async function prepared(subject: Subject) {
  const visitor = await newCustomer(subject);
  const { csrfToken } = await visitor.session();
  return { visitor, token: csrfToken, host: new URL(subject.baseUrl).host };
}

const putIntoCart = (visitor: Visitor, fields: string, headers: OutgoingHttpHeaders = {}) =>
  visitor.send({
    method: 'POST',
    path: '/cart',
    headers: { 'Content-Type': formType, ...headers },
    body: `product=7&quantity=1${fields}`,
  });

const addByApi = (visitor: Visitor, headers: OutgoingHttpHeaders) =>
  visitor.send({
    method: 'POST',
    path: '/api/cart',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ productId: 7, quantity: 1 }),
  });

const encoded = ({ names }: Visitor, token: string) =>
  `&${names.csrfField}=${encodeURIComponent(token)}`;

const whereItCounts: Case = {
  name: 'a form’s token counts as its field, of several the last, or else as the header',
  run: async (subject) => {
    const { visitor, token } = await prepared(subject);
    const { csrfField: field } = visitor.names;
    const { csrfToken: foreign } = await (await newCustomer(subject)).session();
    const right = encoded(visitor, token);
    const rows: [fields: string, header: string | string[] | undefined, status: number][] = [
      [right, undefined, 303],
      ['', token, 303],
      [`&${field}=`, token, 303],
      [right, foreign, 303],
      [`${encoded(visitor, foreign)}${right}`, undefined, 303],
      ['', undefined, 403],
      ['', '', 403],
      [`&${field}=`, undefined, 403],
      [encoded(visitor, foreign), token, 403],
      [`${right}${encoded(visitor, foreign)}`, undefined, 403],
      [encoded(visitor, `${token}x`), undefined, 403],
      [encoded(visitor, 'x'), undefined, 403],
      [`&${field}%5B%5D=${token}`, undefined, 403],
      ['', [token, token], 403],
      ['', foreign, 403],
    ];
    for (const [fields, header, status] of rows) {
      const headers = header === undefined ? {} : { 'X-CSRF-Token': header };
      const reply = await putIntoCart(visitor, fields, headers);
      expect(reply.status, `${reply.what} with the fields "${fields}": status`).toBe(status);
    }
    const inUrl = await visitor.send({
      method: 'POST',
      path: `/cart?product=7&quantity=1${right}`,
      headers: { 'Content-Type': formType },
      body: 'product=7&quantity=1',
    });
    expectStatus(inUrl, 403);
  },
};

const bodyTypes: Case = {
  name: 'the API takes JSON alone, and a page its form alone: any other body is 415',
  run: (subject) =>
    withProduct(subject, { stock: 9 }, async ({ id }) => {
      const { visitor, token } = await prepared(subject);
      await visitor.api('POST', '/api/cart', { productId: id, quantity: 1 });
      const multipart = `--x\r\nContent-Disposition: form-data; name="${visitor.names.csrfField}"\r\n\r\n${token}\r\n--x--\r\n`;
      const bodies: [type: string | undefined, body: string][] = [
        [formType, `idempotency_key=${newKey()}${encoded(visitor, token)}`],
        ['multipart/form-data; boundary=x', multipart],
        ['text/plain', JSON.stringify({ productId: id, quantity: 1 })],
        ['application/json', JSON.stringify({ productId: id, quantity: 1 })],
        ['application/jsonp', '{}'],
        [undefined, '{}'],
      ];
      const targets: [method: string, path: string][] = [
        ['POST', '/api/session'],
        ['DELETE', '/api/session'],
        ['POST', '/api/cart'],
        ['PUT', `/api/cart/${id}`],
        ['DELETE', `/api/cart/${id}`],
        ['POST', '/api/orders'],
        ['POST', '/cart'],
        ['POST', `/cart/${id}`],
        ['POST', '/checkout'],
        ['POST', '/login'],
        ['POST', '/register'],
        ['POST', '/logout'],
        ['POST', visitor.names.staff.add],
        ['POST', visitor.names.staff.remove(id)],
      ];
      for (const [method, path] of targets) {
        const taken = path.startsWith('/api/') ? 'application/json' : formType;
        for (const [type, body] of bodies.filter(([type]) => type !== taken)) {
          for (const header of [undefined, token]) {
            const reply = await visitor.send({
              method,
              path,
              headers: {
                'Idempotency-Key': newKey(),
                ...(type !== undefined && { 'Content-Type': type }),
                ...(header !== undefined && { 'X-CSRF-Token': header }),
              },
              body,
            });
            expectStatus(reply, 415);
          }
        }
      }
      expect(await isLoggedIn(visitor)).toBe(true);
      const cart = JSON.parse((await visitor.api('GET', '/api/cart')).text);
      expect(cart.lines).toMatchObject([{ productId: id, quantity: 1 }]);
      expect(await booksOf(subject, id)).toMatchObject({ stock: 9, sold: 0 });
      // The key is a header: there is nothing else to say, and so no body.
      const bought = await visitor.api('POST', '/api/orders', undefined, {
        'Idempotency-Key': newKey(),
      });
      expectStatus(bought, 201);
    }),
};

const origins: Case = {
  name: 'the right token from another site’s page is refused, from this one’s or from none it counts',
  run: async (subject) => {
    const { visitor, token, host } = await prepared(subject);
    const name = host.replace(/:\d+$/, '');
    const rows: [headers: OutgoingHttpHeaders, isAllowed: boolean][] = [
      [{}, true],
      [{ Origin: `http://${host}` }, true],
      [{ Origin: `http://${host}`, Referer: 'http://evil.example/' }, true],
      [{ Referer: 'http://evil.example/' }, true],
      [{ Origin: 'http://evil.example' }, false],
      [{ Origin: 'http://evil.example', Referer: `http://${host}/cart` }, false],
      [{ Origin: 'null' }, false],
      [{ Origin: '' }, false],
      [{ Origin: `https://${host}` }, false],
      [{ Origin: `http://${name}` }, false],
      [{ Origin: `http://${host}.evil.example` }, false],
      [{ Origin: `http://${host}/` }, false],
      [{ Origin: `http://user@${host}` }, false],
      [{ Origin: `http://evil.example http://${host}` }, false],
    ];
    for (const [headers, isAllowed] of rows) {
      expectStatus(
        await putIntoCart(visitor, encoded(visitor, token), headers),
        isAllowed ? 303 : 403,
      );
      const given = { 'X-CSRF-Token': token, ...headers };
      expectStatus(await addByApi(visitor, given), isAllowed ? 200 : 403);
    }
  },
};

const staffPages: Case = {
  name: 'the staff’s forms are held to the same rule, before anybody asks who sent them',
  run: (subject) =>
    withProduct(subject, {}, async ({ id }) => {
      const { remove, confirmation } = namesOf(subject.app).staff;
      const path = remove(id);
      const body = new URLSearchParams(confirmation).toString();
      for (const visitor of [new Visitor(subject), await newCustomer(subject)]) {
        const headers = { 'Content-Type': formType };
        expectStatus(await visitor.send({ method: 'POST', path, headers, body }), 403);
      }
      const staff = await loggedIn(subject, staffId + 2);
      const { csrfToken } = await staff.session();
      const { csrfToken: foreign } = await (await newCustomer(subject)).session();
      for (const headers of [
        {},
        { 'X-CSRF-Token': foreign },
        { 'X-CSRF-Token': csrfToken, Origin: 'http://evil.example' },
        { 'X-CSRF-Token': csrfToken, Origin: 'null' },
      ]) {
        const sent = { 'Content-Type': formType, ...headers };
        expectStatus(await staff.send({ method: 'POST', path, headers: sent, body }), 403);
      }
      expect(await booksOf(subject, id), 'the product').toBeDefined();
      const sent = { 'Content-Type': formType, 'X-CSRF-Token': csrfToken };
      const deleted = await staff.send({ method: 'POST', path, headers: sent, body });
      expect([302, 303], `${deleted.what}: status`).toContain(deleted.status);
      expect(await booksOf(subject, id), 'the product').toBeUndefined();
    }),
};

const safe: Case = {
  name: 'reading needs no token and no origin',
  run: async (subject) => {
    const { visitor } = await prepared(subject);
    const headers = { Origin: 'http://evil.example' };
    for (const path of ['/cart', '/orders', '/', '/api/cart', '/api/session', '/api/products']) {
      for (const method of ['GET', 'HEAD']) {
        expectStatus(await visitor.send({ method, path, headers }), 200);
      }
      expectStatus(await visitor.send({ method: 'OPTIONS', path, headers }), 405);
    }
  },
};

const lifetime: Case = {
  name: 'a token is worth nothing once its session has ended, by a logout or by a login',
  run: async (subject) => {
    const { visitor, token } = await prepared(subject);
    const Cookie = visitor.cookieHeader;
    expectStatus(await visitor.post('/logout', visitor.tokenField(token)), 303);
    const asBefore = { Cookie, 'X-CSRF-Token': token };
    const sent = (headers: OutgoingHttpHeaders): Promise<Reply> =>
      ask(subject, { method: 'DELETE', path: '/api/session', headers });
    expectStatus(await sent(asBefore), 403);
    // Nor without any session, nor in the one that comes next.
    expectStatus(await sent({ 'X-CSRF-Token': token }), 403);
    await visitor.session();
    expectStatus(await sent({ Cookie: visitor.cookieHeader, 'X-CSRF-Token': token }), 403);
  },
};

const behindProxy: Case = {
  name: 'X-Forwarded-Proto is trusted only with TRUST_PROXY=1: then forms work by https, and cookies are Secure',
  run: async (subject) => {
    const { visitor, token, host } = await prepared(subject);
    const { trustsProxy = false } = subject;
    const https = { 'X-Forwarded-Proto': 'https' };
    const here = `https://${host}`;
    const rows: [headers: OutgoingHttpHeaders, trusting: boolean, otherwise: boolean][] = [
      [{ ...https, Origin: here }, true, false],
      [{ ...https, Origin: `http://${host}` }, false, true],
      [{ ...https, Origin: 'https://evil.example' }, false, false],
      [{ ...https, Origin: 'null', Referer: `${here}/cart` }, false, false],
      [{ 'X-Forwarded-Proto': 'https, http', Origin: here }, true, false],
      [{ 'X-Forwarded-Proto': 'http', Origin: here }, false, false],
      [{ 'X-Forwarded-Proto': 'http', Origin: `http://${host}` }, true, true],
      [{ 'X-Forwarded-Host': 'evil.example', Origin: 'http://evil.example' }, false, false],
      [{ 'X-Forwarded-Ssl': 'on', Origin: here }, false, false],
      // By https a browser that leaves Origin out has to give the page's address.
      [{ ...https }, false, true],
      [{ ...https, Referer: `${here}/cart?page=1` }, true, true],
      [{ ...https, Referer: here }, true, true],
      [{ ...https, Referer: `http://${host}/cart` }, false, true],
      [{ ...https, Referer: 'https://evil.example/' }, false, true],
      [{ ...https, Referer: `https://evil.example/${here}/` }, false, true],
      [{ ...https, Referer: `${here}.evil.example/` }, false, true],
      [{ ...https, Referer: 'nonsense' }, false, true],
      [{ ...https, Referer: '' }, false, true],
    ];
    for (const [headers, trusting, otherwise] of rows) {
      const isAllowed = trustsProxy ? trusting : otherwise;
      expectStatus(
        await putIntoCart(visitor, encoded(visitor, token), headers),
        isAllowed ? 303 : 403,
      );
    }
    for (const [headers, isSecure] of [
      [https, trustsProxy],
      [{ 'X-Forwarded-Proto': 'http' }, false],
      [{}, false],
    ] as const) {
      const begun = await ask(subject, { path: '/login', headers });
      const cookie = begun.headers['set-cookie']?.join() ?? 'none';
      // An app may keep its cookie to https altogether once a proxy is there to end it.
      if (isSecure || !trustsProxy) {
        expect(/; ?Secure/i.test(cookie), `${begun.what}: "${cookie}" is Secure`).toBe(isSecure);
      }
      const robots = await ask(subject, { path: '/robots.txt', headers });
      const scheme = isSecure ? 'https' : 'http';
      expect(robots.text, `${robots.what}: where the sitemap is`).toContain(
        `Sitemap: ${scheme}://${host}/`,
      );
    }
  },
};

export const shopCsrf: Case[] = [
  whereItCounts,
  bodyTypes,
  origins,
  staffPages,
  safe,
  lifetime,
  behindProxy,
];
