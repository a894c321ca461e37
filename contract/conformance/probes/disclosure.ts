// What an answer gives away: by its time, to a cache, in its text.
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { send } from '../client';
import { withDatabase } from '../database';
import { readPage, textOf } from '../html';
import { ask } from '../orderly';
import { expectStatus, faultsOn, loggedIn, newCustomer, newEmail, seeded, staffId } from '../shop';
import { Visitor } from '../visitor';

export const timing: Case = {
  name: 'a login for an unknown address takes as long as one for a known address',
  skip: withoutDatabase,
  run: async (subject) => {
    const median = async (email: () => string) => {
      const seconds: number[] = [];
      for (let n = 0; n < 7; n += 1) {
        const visitor = new Visitor(subject);
        const reply = await visitor.logIn(email(), 'not the password');
        expect(faultsOn(reply), reply.what).toEqual({ password: 'Email or password is wrong.' });
        seconds.push(reply.seconds);
      }
      return seconds.sort((a, b) => a - b)[3] as number;
    };
    let n = 200;
    const somebody = await median(() => seeded(n++).email);
    const nobody = await median(newEmail);
    // Without the hash it would be a tenth; a busy machine does not make it a third.
    expect(nobody, `${subject.app}: seconds, against ${somebody}`).toBeGreaterThan(somebody / 3);
  },
};

export const kept: Case = {
  name: 'what a customer is shown is stored by nobody',
  run: async (subject) => {
    const visitor = await newCustomer(subject);
    for (const path of [
      '/',
      '/cart',
      '/orders',
      '/products/1',
      '/api/cart',
      '/api/orders',
      '/api/session',
    ]) {
      const reply = await visitor.get(path);
      expectStatus(reply, 200);
      expect(reply.headers['cache-control'], `${reply.what}: cache-control`).toContain('no-store');
    }
    for (const path of ['/login', '/register']) {
      const reply = await ask(subject, path);
      expect(reply.headers['cache-control'], `${reply.what}: cache-control`).toContain('no-store');
    }
  },
};

const forEverybody = ['/json', '/feed.xml', '/robots.txt', '/static/shop.css', '/api/products'];
const forSomebody = [
  ...['/', '/products', '/products/1', '/categories/lamps', '/search?q=lamp', '/login', '/cart'],
  ...['/api/session', '/api/cart', '/staff/', '/products/99999999', '/products?page=0', '/nope'],
];

export const variesByCookie: Case = {
  name: 'what depends on who asks says so, and is stored by nobody once there is a session',
  run: async (subject) => {
    const anonymous = new Visitor(subject);
    await anonymous.get('/login');
    const who: [name: string, cookie: string | undefined][] = [
      ['nobody', undefined],
      ['a visitor with a session', anonymous.cookieHeader],
      ['a customer', (await newCustomer(subject)).cookieHeader],
      ['the staff', (await loggedIn(subject, staffId)).cookieHeader],
    ];
    for (const [name, cookie] of who) {
      const headers = cookie === undefined ? {} : { Cookie: cookie };
      for (const path of forSomebody) {
        const reply = await ask(subject, { path, headers });
        const what = `${reply.what}, of ${name}`;
        expect(reply.headers.vary, `${what}: header vary`).toMatch(/\bCookie\b/i);
        if (!cookie) continue;
        expect(reply.headers['cache-control'], `${what}: cache-control`).toContain('no-store');
      }
      for (const path of forEverybody) {
        const reply = await send(subject, { path, headers });
        const what = `${reply.what}, of ${name}`;
        expect(reply.headers.vary ?? '', `${what}: header vary`).not.toMatch(/Cookie/i);
        const cacheControl = reply.headers['cache-control'] ?? '';
        expect(cacheControl, `${what}: cache-control`).not.toContain('no-store');
      }
    }
  },
};

export const secrets: Case = {
  name: 'no page and no API shows a hash, a session or another’s address',
  skip: withoutDatabase,
  run: async (subject) => {
    const email = newEmail();
    const visitor = await newCustomer(subject, email);
    for (const path of ['/', '/cart', '/orders', '/api/session', '/api/cart', '/api/orders']) {
      const reply = await visitor.get(path);
      expect(reply.text, `${reply.what}: body`).not.toMatch(/argon2|\$m=|is_?staff/i);
      for (const id of [visitor.sessionId ?? '', decodeURIComponent(visitor.sessionId ?? '')]) {
        expect(reply.text, `${reply.what}: the session's id`).not.toContain(id);
      }
      const others = reply.text.replaceAll(email, '');
      expect(others, `${reply.what}: an address`).not.toMatch(/[\w.-]+@example\.com/);
    }
    await withDatabase(subject, async (client) => {
      const { rows } = await client.query('SELECT name FROM customer WHERE email = $1', [email]);
      expect(rows).toEqual([{ name: 'Somebody New' }]);
    });
    const page = readPage((await visitor.get('/')).text);
    expect(page.elements('h1').map(textOf)).toEqual(['Headroom shop']);
  },
};
