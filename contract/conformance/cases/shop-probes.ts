// What an attacker tries first, by name. Replies are held to headers and leaks besides (orderly.ts).
import { Agent } from 'node:http';
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { send } from '../client';
import { withDatabase } from '../database';
import { readPage, textOf } from '../html';
import { ask } from '../orderly';
import {
  expectSeeOther,
  expectStatus,
  faultsOn,
  isLoggedIn,
  loggedIn,
  newCustomer,
  newEmail,
  newKey,
  newPassword,
  seeded,
  withProduct,
} from '../shop';
import { attribute, formOn, Visitor } from '../visitor';

const scripts = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onfocus=alert(1) autofocus='",
  '</title></textarea><svg onload=alert(1)>',
  '{{1337*7}}<%= 1337*7 %>#{1337*7}{% debug %}',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
];

/** A page that what was put into it has made into another one. */
function expectNothingRuns(what: string, html: string): void {
  const page = readPage(html);
  for (const tag of ['script', 'svg', 'img', 'iframe', 'b']) {
    expect(page.elements(tag), `${what}: ${tag} elements`).toEqual([]);
  }
  for (const tag of ['input', 'a', 'li', 'p', 'h1', 'body', 'form', 'button', 'tr']) {
    for (const element of page.elements(tag)) {
      const names = element.attrs.map(({ name }) => name);
      expect(
        names.filter((name) => /^on|^autofocus$/.test(name)),
        `${what}: ${tag}`,
      ).toEqual([]);
      expect(attribute(element, 'href') ?? '', `${what}: ${tag}`).not.toMatch(/^\s*javascript:/i);
    }
  }
  expect(page.text, `${what}: text`).not.toContain('9359');
}

const reflected: Case[] = scripts.map((script) => ({
  name: `reflected XSS: ${script} comes back as text`,
  run: async (subject) => {
    const escaped = encodeURIComponent(script);
    const headers = { Accept: 'text/html' };
    for (const path of [
      `/search?q=${escaped}`,
      `/login?next=${escaped}`,
      `/login?next=/${escaped}`,
      `/products?sort=${escaped}`,
      `/products?page=${escaped}`,
      `/categories/${escaped}`,
      `/products/${escaped}`,
    ]) {
      const reply = await ask(subject, { path, headers });
      expect(reply.status, `${reply.what}: status`).toBeLessThan(500);
      expectNothingRuns(reply.what, reply.text);
    }
    const found = await ask(subject, { path: `/search?q=${escaped}`, headers });
    const field = readPage(found.text)
      .elements('input')
      .find((input) => attribute(input, 'name') === 'q');
    expect(field && attribute(field, 'value'), `${found.what}: the field q`).toBe(script);
    const visitor = new Visitor(subject);
    const fields = { email: script, name: script, password: newPassword };
    const refused = await visitor.submit('/register', '/register', fields);
    expectStatus(refused, 400);
    expectNothingRuns(refused.what, refused.text);
    expect(formOn(refused, '/register').name, `${refused.what}: the field name`).toBe(script);
  },
}));

const stored: Case[] = scripts.map((script) => ({
  name: `stored XSS: a product called ${script} is shown by its name`,
  skip: withoutDatabase,
  run: async (subject) => {
    await withProduct(subject, { name: script, description: script }, async ({ id }) => {
      const visitor = await newCustomer(subject);
      await visitor.submit(`/products/${id}`, '/cart', { quantity: 1 });
      const pages = [`/products/${id}`, '/', '/products', '/cart', '/checkout'].map((path) =>
        visitor.get(path),
      );
      for (const reply of await Promise.all(pages)) {
        expectStatus(reply, 200);
        expectNothingRuns(reply.what, reply.text);
        expect(readPage(reply.text).text, `${reply.what}: text`).toContain(script);
      }
      const bought = await visitor.submit('/checkout', '/checkout');
      const order = await visitor.get(expectSeeOther(bought, /^\/orders\//));
      expectNothingRuns(order.what, order.text);
      const feed = await ask(subject, '/feed.xml');
      expect(feed.text.replaceAll(/<!\[CDATA\[.*?\]\]>/gs, ''), feed.what).not.toMatch(
        /<(script|svg|img)/,
      );
    });
  },
}));

/** A statement that was injected sleeps this long; an app that is merely slow does not. */
const napSeconds = 12;
const injections = [
  `'; SELECT pg_sleep(${napSeconds}); --`,
  `' OR pg_sleep(${napSeconds}) IS NULL --`,
  `1; SELECT pg_sleep(${napSeconds})`,
  `1 AND (SELECT 1 FROM pg_sleep(${napSeconds})) = 1`,
  `') UNION SELECT pg_sleep(${napSeconds})::text --`,
  `$1 || pg_sleep(${napSeconds})`,
  `\\'; DROP TABLE product; --`,
  `%' OR '1'='1`,
];

const injection: Case[] = injections.map((text) => ({
  name: `SQL injection: ${text} is data, wherever it is put`,
  run: async (subject) => {
    const before = JSON.parse((await ask(subject, '/api/products')).text);
    const escaped = encodeURIComponent(text);
    const replies = [];
    for (const path of [
      `/api/search?q=${escaped}`,
      `/search?q=${escaped}`,
      `/api/products?category=${escaped}`,
      `/api/products?sort=${escaped}`,
      `/api/products?page=${escaped}`,
      `/api/products/${escaped}`,
      `/categories/${escaped}`,
    ]) {
      replies.push(await ask(subject, path));
    }
    const visitor = new Visitor(subject);
    visitor.cookies.set('sessionid', escaped);
    replies.push(await visitor.get('/'));
    replies.push(await visitor.logIn(text, text));
    replies.push(await visitor.apiLogIn(`${text}@example.com`, text));
    replies.push(
      await visitor.submit('/register', '/register', { email: text, name: text, password: text }),
    );
    const program = await newCustomer(subject);
    replies.push(await program.api('POST', '/api/cart', { productId: text, quantity: text }));
    replies.push(await program.api('POST', '/api/orders', undefined, { 'Idempotency-Key': text }));
    replies.push(await program.api('GET', `/api/orders/${escaped}`));
    for (const reply of replies) {
      expect(reply.status, `${reply.what}: status`).toBeLessThan(500);
      expect(reply.seconds, `${reply.what}: seconds`).toBeLessThan(napSeconds - 1);
    }
    const search = JSON.parse(replies[0]?.text ?? '');
    if (replies[0]?.status === 200) expect(search.pages, 'pages that it finds').toBeLessThan(10);
    expect(JSON.parse((await ask(subject, '/api/products')).text)).toEqual(before);
  },
}));

const forgery: Case = {
  name: 'CSRF: no unsafe request is served without its session’s own token, and nothing is done',
  run: async (subject) => {
    const victim = await newCustomer(subject);
    const other = await newCustomer(subject);
    const { csrfToken: foreign } = await other.session();
    await victim.api('POST', '/api/cart', { productId: 11, quantity: 3 });
    const key = newKey();
    const forms: [string, Record<string, string | number>][] = [
      ['/cart', { product: 12, quantity: 1 }],
      ['/cart/11', { quantity: 0 }],
      ['/checkout', { idempotency_key: key }],
      ['/logout', {}],
      ['/login', seeded(90)],
      ['/register', { email: newEmail(), name: 'x', password: newPassword }],
    ];
    for (const [path, fields] of forms) {
      for (const token of [{}, { csrfmiddlewaretoken: '' }, { csrfmiddlewaretoken: foreign }]) {
        expectStatus(await victim.post(path, { ...fields, ...token }), 403);
      }
    }
    for (const [method, path, body] of [
      ['POST', '/api/session', seeded(90)],
      ['DELETE', '/api/session', undefined],
      ['POST', '/api/cart', { productId: 12, quantity: 1 }],
      ['PUT', '/api/cart/11', { quantity: 9 }],
      ['DELETE', '/api/cart/11', undefined],
      ['POST', '/api/orders', undefined],
    ] as const) {
      for (const token of [undefined, '', foreign]) {
        const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
        const reply = await victim.send({
          method,
          path,
          headers: { ...headers, ...(token !== undefined && { 'X-CSRFToken': token }) },
          ...(body && { body: JSON.stringify(body) }),
        });
        expectStatus(reply, 403);
      }
    }
    expect(await isLoggedIn(victim)).toBe(true);
    const cart = JSON.parse((await victim.api('GET', '/api/cart')).text);
    expect(cart.lines).toMatchObject([{ productId: 11, quantity: 3 }]);
    expect(JSON.parse((await victim.api('GET', '/api/orders')).text).items).toEqual([]);
  },
};

const tokenInUrl: Case = {
  name: 'CSRF: a token in the address is none, nor is one that JSON smuggles in as a form',
  run: async (subject) => {
    const victim = await newCustomer(subject);
    const { csrfToken } = await victim.session();
    const query = `csrfmiddlewaretoken=${encodeURIComponent(csrfToken)}`;
    expectStatus(await victim.post(`/logout?${query}`, {}), 403);
    const reply = await victim.send({
      method: 'POST',
      path: '/api/cart',
      headers: { 'Content-Type': 'text/plain' },
      body: JSON.stringify({ csrfmiddlewaretoken: csrfToken, productId: 1, quantity: 1 }),
    });
    expect([403, 415], `${reply.what}: status`).toContain(reply.status);
  },
};

const fixation: Case = {
  name: 'session fixation: an id that somebody chose or knows is not the one after a login',
  run: async (subject) => {
    const { email, password } = seeded(91);
    const attacker = new Visitor(subject);
    await attacker.get('/login');
    const known = attacker.cookies.get('sessionid') ?? '';
    for (const chosen of [known, 'chosen-by-an-attacker-0123456789', 's%3Achosen.signature']) {
      const victim = new Visitor(subject);
      victim.cookies.set('sessionid', chosen);
      expectSeeOther(await victim.logIn(email, password), '/');
      expect(victim.cookies.get('sessionid')).not.toBe(chosen);
      const thief = new Visitor(subject);
      thief.cookies.set('sessionid', chosen);
      expect(await isLoggedIn(thief)).toBe(false);
    }
  },
};

const forgedCookies: Case = {
  name: 'session: cookies that are broken, long or of others’ making are nobody’s',
  run: async (subject) => {
    for (const value of [
      '',
      'x',
      '../../etc/passwd',
      's%3A1.x',
      '"',
      'a'.repeat(4000),
      '%00',
      "' OR 1=1",
      'null',
    ]) {
      const visitor = new Visitor(subject);
      const reply = await visitor.get('/cart', {
        Accept: 'text/html',
        Cookie: `sessionid=${value}`,
      });
      expectSeeOther(reply, /^\/login\?next=/);
    }
  },
};

const othersOrders: Case = {
  name: 'IDOR: an order is its customer’s alone, by page and by API',
  run: async (subject) => {
    const owner = await newCustomer(subject);
    await owner.api('POST', '/api/cart', { productId: 13, quantity: 1 });
    const headers = { 'Idempotency-Key': newKey() };
    const { id } = JSON.parse((await owner.api('POST', '/api/orders', undefined, headers)).text);
    const thief = await newCustomer(subject);
    const staff = await loggedIn(subject, 10_003);
    for (const path of [`/orders/${id}`, `/api/orders/${id}`]) {
      expectStatus(await owner.get(path), 200);
      expectStatus(await thief.get(path), 404);
      expectStatus(await staff.get(path), 404);
    }
    expectStatus(await thief.api('DELETE', '/api/cart/13'), 404);
  },
};

const massAssignment: Case = {
  name: 'mass assignment: fields that a form does not have change nothing',
  run: async (subject) => {
    const visitor = new Visitor(subject);
    const fields = { email: newEmail(), name: 'Climber', password: newPassword };
    const more = { is_staff: 'true', isStaff: 'true', is_superuser: '1', id: '10001' };
    expectSeeOther(await visitor.submit('/register', '/register', { ...fields, ...more }), '/');
    expectStatus(await visitor.get('/admin/'), 403);
    const reply = await visitor.api('POST', '/api/cart', {
      productId: 1,
      quantity: 1,
      priceCents: 1,
    });
    expectStatus(reply, 400);
    expect(JSON.parse(reply.text).field, `${reply.what}: field`).toBe('priceCents');
  },
};

/** Bodies that are no cart line, and the field that says so. */
const wrongBodies: [body: string, field: string | undefined][] = [
  ['', undefined],
  ['{', undefined],
  ['null', undefined],
  ['[]', undefined],
  ['"text"', undefined],
  ['{}', 'productId'],
  ['{"productId":1}', 'quantity'],
  ['{"productId":"1","quantity":1}', 'productId'],
  ['{"productId":1.5,"quantity":1}', 'productId'],
  ['{"productId":0,"quantity":1}', 'productId'],
  ['{"productId":1e300,"quantity":1}', 'productId'],
  ['{"productId":true,"quantity":1}', 'productId'],
  ['{"productId":1,"quantity":0}', 'quantity'],
  ['{"productId":1,"quantity":100}', 'quantity'],
  ['{"productId":1,"quantity":-1}', 'quantity'],
  ['{"productId":1,"quantity":null}', 'quantity'],
  ['{"productId":1,"quantity":[1]}', 'quantity'],
];

const bodies: Case = {
  name: 'bodies: what is not the schema’s JSON is 400, and names the field; another type is 415',
  run: async (subject) => {
    const program = await newCustomer(subject);
    const { csrfToken } = await program.session();
    const post = (type: string, body: string) =>
      program.send({
        method: 'POST',
        path: '/api/cart',
        headers: { 'Content-Type': type, 'X-CSRFToken': csrfToken },
        body,
      });
    for (const [body, field] of wrongBodies) {
      const reply = await post('application/json', body);
      expectStatus(reply, 400);
      if (field) expect(JSON.parse(reply.text).field, `${reply.what} ${body}: field`).toBe(field);
    }
    for (const type of ['text/plain', 'application/xml', 'application/jsonx']) {
      expectStatus(await post(type, '{"productId":1,"quantity":1}'), 415);
    }
    expectStatus(
      await post('application/json; charset=utf-8', '{"productId":1,"quantity":1}'),
      200,
    );
  },
};

const tooLarge: Case = {
  name: 'body abuse: more than 64 KiB is 413, by form and by API; the app goes on answering',
  run: async (subject) => {
    const visitor = await newCustomer(subject);
    const { csrfToken } = await visitor.session();
    // A server that has not read the body may close the connection: no other request shares it.
    const agent = new Agent();
    const form = new URLSearchParams({
      csrfmiddlewaretoken: csrfToken,
      product: '1',
      quantity: '1',
    });
    const replies = [
      await visitor.send({
        method: 'POST',
        path: '/cart',
        headers: { Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' },
        body: `${form}&rest=${'x'.repeat(70_000)}`,
        agent,
      }),
      await visitor.send({
        method: 'POST',
        path: '/api/cart',
        headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken },
        body: JSON.stringify({ productId: 1, quantity: 1, rest: 'x'.repeat(70_000) }),
        agent: new Agent(),
      }),
    ];
    for (const reply of replies) expectStatus(reply, 413);
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`f${n}`, '1']));
    const flood = await visitor.post('/cart', { csrfmiddlewaretoken: csrfToken, ...many });
    expect([400, 413], `${flood.what}: status`).toContain(flood.status);
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const nested = await visitor.send({
      method: 'POST',
      path: '/api/cart',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken },
      body: deep,
    });
    expectStatus(nested, 400);
    expectStatus(await ask(subject, '/api/products/1'), 200);
  },
};

const paths: Case = {
  name: 'path abuse: dots, NULs, long and broken paths are some 4xx, never a file',
  run: async (subject) => {
    for (const path of [
      '/products/../admin/',
      '/products/..%2f..%2fetc%2fpasswd',
      '/categories/%00',
      '/categories/lamps%00',
      '/categories/%ff',
      '/static/..%2f..%2fpackage.json',
      '/static/%2e%2e%2f%2e%2e%2fpackage.json',
      `/categories/${'a'.repeat(6_000)}`,
      `/products/${'1'.repeat(3_000)}`,
      '/sitemaps/..%2fsettings.xml',
      '/admin/..;/shop/product/',
    ]) {
      const reply = await send(subject, { path });
      const isRedirect = path.startsWith('/admin/') && [302, 303].includes(reply.status);
      if (isRedirect) continue;
      expect(reply.status, `${reply.what}: status`).toBeGreaterThanOrEqual(400);
      expect(reply.status, `${reply.what}: status`).toBeLessThan(500);
      expect(reply.text, `${reply.what}: body`).not.toMatch(/root:|"dependencies"/);
    }
  },
};

const forgedHost: Case = {
  name: 'Host header: a forged one is refused, and is in no feed, sitemap or redirect',
  run: async (subject) => {
    for (const path of ['/', '/feed.xml', '/sitemap.xml', '/robots.txt', '/cart', '/login']) {
      const reply = await ask(subject, { path, headers: { Host: 'evil.example' } });
      expectStatus(reply, 400);
    }
    for (const headers of [
      { 'X-Forwarded-Host': 'evil.example' },
      { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Server': 'evil.example' },
      { Forwarded: 'host=evil.example' },
      { 'X-Original-URL': '/admin/', 'X-Rewrite-URL': '/admin/' },
    ]) {
      for (const path of ['/feed.xml', '/sitemap.xml', '/robots.txt']) {
        const reply = await ask(subject, { path, headers });
        expectStatus(reply, 200);
        expect(reply.text, `${reply.what}: body`).not.toMatch(/evil\.example|https:\/\/127/);
      }
    }
  },
};

const methods: Case = {
  name: 'methods: an override changes nothing, a wrong one is told what is right',
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

const timing: Case = {
  name: 'enumeration: a login of nobody computes as much as one of somebody',
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

const kept: Case = {
  name: 'caches: what a customer is shown is stored by nobody',
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

const secrets: Case = {
  name: 'secrets: no page and no API shows a hash, a session or another’s address',
  skip: withoutDatabase,
  run: async (subject) => {
    const email = newEmail();
    const visitor = await newCustomer(subject, email);
    for (const path of ['/', '/cart', '/orders', '/api/session', '/api/cart', '/api/orders']) {
      const reply = await visitor.get(path);
      expect(reply.text, `${reply.what}: body`).not.toMatch(/argon2|\$m=|is_?staff/i);
    }
    await withDatabase(subject, async (client) => {
      const { rows } = await client.query('SELECT name FROM customer WHERE email = $1', [email]);
      expect(rows).toEqual([{ name: 'Somebody New' }]);
    });
    const page = readPage((await visitor.get('/')).text);
    expect(page.elements('h1').map(textOf)).toEqual(['Headroom shop']);
  },
};

export const shopProbes: Case[] = [
  ...reflected,
  ...stored,
  ...injection,
  forgery,
  tokenInUrl,
  fixation,
  forgedCookies,
  othersOrders,
  massAssignment,
  bodies,
  tooLarge,
  paths,
  forgedHost,
  methods,
  timing,
  kept,
  secrets,
];
