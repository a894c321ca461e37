// Customers: registering, logging in and out, sessions, guessing.
import { Agent } from 'node:http';
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { sendMany } from '../client';
import { withDatabase } from '../database';
import {
  expectSeeOther,
  expectStatus,
  faultsOn,
  isLoggedIn,
  loggedIn,
  newCustomer,
  newEmail,
  newPassword,
  seeded,
  sessionsOf,
} from '../shop';
import type { Subject } from '../subjects';
import { formOn, Visitor } from '../visitor';

const registering: Case = {
  name: 'who registers is a customer, logged in, and can log in again',
  run: async (subject) => {
    const email = newEmail();
    const visitor = await newCustomer(subject, email);
    expect(await isLoggedIn(visitor)).toBe(true);
    const again = new Visitor(subject);
    expectSeeOther(await again.logIn(`  ${email.toUpperCase()} `, newPassword), '/');
    expect(await isLoggedIn(again)).toBe(true);
  },
};

const wrongRegistrations: [fields: Record<string, string>, wrong: string][] = [
  [{ email: 'nobody' }, 'email'],
  [{ email: '' }, 'email'],
  [{ email: 'two@signs@example.com' }, 'email'],
  [{ email: 'a b@example.com' }, 'email'],
  [{ email: `${'x'.repeat(250)}@example.com` }, 'email'],
  [{ email: 'nul\0@example.com' }, 'email'],
  [{ email: seeded(1).email }, 'email'],
  [{ name: '' }, 'name'],
  [{ name: '   ' }, 'name'],
  [{ name: 'x'.repeat(101) }, 'name'],
  [{ name: 'nul\0' }, 'name'],
  [{ password: 'too short' }, 'password'],
  [{ password: 'x'.repeat(129) }, 'password'],
];

const refusingRegistrations: Case[] = wrongRegistrations.map(([fields, wrong]) => ({
  name: `a registration with ${JSON.stringify(fields).slice(0, 60)} is refused for its ${wrong}`,
  run: async (subject) => {
    const visitor = new Visitor(subject);
    const right = { email: newEmail(), name: 'Somebody', password: newPassword };
    const reply = await visitor.submit('/register', '/register', { ...right, ...fields });
    expectStatus(reply, 400);
    expect(Object.keys(faultsOn(reply)), `${reply.what}: fields that were wrong`).toEqual([wrong]);
    expect(await isLoggedIn(visitor)).toBe(false);
  },
}));

const keptPassword: Case = {
  name: 'a password is kept as argon2id with m=19456, t=2, p=1, in the encoding that the contract names',
  skip: withoutDatabase,
  run: async (subject) => {
    const email = newEmail();
    await newCustomer(subject, email);
    const kept = await withDatabase(subject, async (client) => {
      const { rows } = await client.query('SELECT password FROM customer WHERE email = $1', [
        email,
      ]);
      return rows[0]?.password;
    });
    expect(kept).toMatch(
      /^argon2\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22,}\$[A-Za-z0-9+/]{43}$/,
    );
  },
};

const wrongCredentials: Case = {
  name: 'a wrong password and an unknown address are refused in the same words',
  run: async (subject) => {
    const { email } = seeded(77);
    for (const [given, password] of [
      [email, 'correct horse 0'],
      [email, ''],
      [newEmail(), newPassword],
    ] as const) {
      const visitor = new Visitor(subject);
      const reply = await visitor.logIn(given, password);
      expectStatus(reply, 400);
      expect(faultsOn(reply), reply.what).toEqual({ password: 'Email or password is wrong.' });
      expect(await isLoggedIn(visitor)).toBe(false);
    }
  },
};

const seededCustomers: Case = {
  name: 'customers and staff of the seed log in with their passwords, by form and by API',
  run: async (subject) => {
    for (const id of [78, 79, 10_002]) {
      expect(await isLoggedIn(await loggedIn(subject, id))).toBe(true);
      const { email, password } = seeded(id);
      const program = new Visitor(subject);
      const reply = await program.apiLogIn(email, password);
      expectStatus(reply, 200);
      expect(JSON.parse(reply.text).customer, `${reply.what}: customer`).toMatchObject({
        id,
        email,
      });
      expect((await program.session()).customer?.id).toBe(id);
    }
  },
};

const newSession: Case = {
  name: 'logging in gives a new session id and token; the old ones are dead',
  run: async (subject) => {
    const visitor = new Visitor(subject);
    const page = await visitor.get('/login');
    const before = visitor.sessionId;
    const old = visitor.names.csrfField;
    const token = formOn(page, '/login')[old];
    const { email, password } = seeded(80);
    await visitor.post('/login', { ...formOn(page, '/login'), email, password });
    expect(before).toBeTruthy();
    expect(visitor.sessionId).not.toBe(before);
    const stale = new Visitor(subject);
    stale.sessionId = before ?? '';
    expect(await isLoggedIn(stale)).toBe(false);
    const reply = await visitor.post('/cart', {
      [old]: token ?? '',
      product: 1,
      quantity: 1,
    });
    expectStatus(reply, 403);
  },
};

const newSessionAgain: Case = {
  name: 'so does logging in again as the same customer, by form and by API',
  run: async (subject) => {
    const { email, password } = seeded(86);
    const visitor = await loggedIn(subject, 86);
    for (const how of ['form', 'API']) {
      const stale = new Visitor(subject);
      stale.sessionId = visitor.sessionId ?? '';
      if (how === 'API') expectStatus(await visitor.apiLogIn(email, password), 200);
      else {
        const token = visitor.tokenField((await visitor.session()).csrfToken);
        expectSeeOther(await visitor.post('/login', { ...token, email, password }), '/');
      }
      expect(visitor.sessionId, how).not.toBe(stale.sessionId);
      expect(await isLoggedIn(visitor), how).toBe(true);
      expect(await isLoggedIn(stale), `${how}, with the session before`).toBe(false);
    }
  },
};

const loggingOut: Case = {
  name: 'logging out ends the session on the server: its cookie is worth nothing afterwards',
  run: async (subject) => {
    const elsewhere = await loggedIn(subject, 81);
    for (const how of ['form', 'API']) {
      const visitor = await loggedIn(subject, 81);
      const thief = new Visitor(subject);
      for (const [name, value] of visitor.cookies) thief.cookies.set(name, value);
      expect(await isLoggedIn(thief)).toBe(true);
      if (how === 'form') expectSeeOther(await visitor.submit('/', '/logout'), '/');
      else expectStatus(await visitor.api('DELETE', '/api/session'), 204);
      expect(await isLoggedIn(thief), how).toBe(false);
      expect(await isLoggedIn(visitor), how).toBe(false);
    }
    expect(await isLoggedIn(elsewhere), 'another session of the same customer').toBe(true);
  },
};

const changedPassword: Case = {
  name: 'a session ends when the password changes, and does not come back with the old one',
  skip: withoutDatabase,
  run: async (subject) => {
    const email = newEmail();
    const [visitor, program] = [await newCustomer(subject, email), new Visitor(subject)];
    expectStatus(await program.apiLogIn(email, newPassword), 200);
    const bystander = await newCustomer(subject);
    await withDatabase(subject, async (client) => {
      const set = (password: string) =>
        client.query('UPDATE customer SET password = $1 WHERE email = $2', [password, email]);
      const { rows } = await client.query('SELECT password FROM customer WHERE email = $1', [
        email,
      ]);
      const another = await client.query('SELECT password FROM customer WHERE id = 1');
      await set(another.rows[0].password);
      expectStatus(await program.get('/api/cart', {}), 401);
      expectSeeOther(await visitor.get('/cart'), /^\/login\?next=(%2F|\/)cart$/);
      expect(await isLoggedIn(bystander), 'another customer').toBe(true);
      await set(rows[0].password);
    });
    expect(await isLoggedIn(visitor), 'with the old password again').toBe(false);
    expectStatus(await program.get('/api/cart', {}), 401);
    expect(await isLoggedIn(await newCustomer(subject, newEmail(), visitor))).toBe(true);
  },
};

const expiring: Case = {
  name: 'a session ends a day after it was written, and its cookie says so',
  skip: withoutDatabase,
  run: async (subject) => {
    const visitor = new Visitor(subject);
    const page = await visitor.get('/login');
    const [cookie = ''] = page.headers['set-cookie'] ?? [];
    const ends = Date.parse(/expires=([^;]+)/i.exec(cookie)?.[1] ?? '');
    const hours = (ends - Date.now()) / 3_600_000;
    expect(hours, `${page.what}: hours until the cookie ends`).toBeGreaterThan(23.5);
    expect(hours, `${page.what}: hours until the cookie ends`).toBeLessThan(24.5);
    const customer = await loggedIn(subject, 82);
    const { table, expires } = sessionsOf(subject);
    await withDatabase(subject, async (client) => {
      const { rows } = await client.query(
        `SELECT extract(epoch FROM max(${expires}) - now())::float / 3600 AS hours FROM ${table}`,
      );
      expect(rows[0].hours, 'hours until the newest session ends').toBeLessThan(24.5);
      expect(rows[0].hours, 'hours until the newest session ends').toBeGreaterThan(23.5);
      await client.query(`UPDATE ${table} SET ${expires} = now() - interval '1 second'`);
    });
    expect(await isLoggedIn(customer)).toBe(false);
  },
};

const guess = (visitor: Visitor, fields: Record<string, string | number>, email: string) =>
  visitor.post('/login', { ...fields, email, password: 'a guess of mine' });

const limit: Case = {
  name: 'the eleventh attempt on an address is 429 with Retry-After, with the right password too',
  run: async (subject) => {
    const email = newEmail();
    await newCustomer(subject, email);
    const visitor = new Visitor(subject);
    const fields = formOn(await visitor.get('/login'), '/login');
    for (let n = 1; n <= 10; n += 1) expectStatus(await guess(visitor, fields, email), 400);
    for (const password of ['a guess of mine', newPassword]) {
      const reply = await visitor.post('/login', { ...fields, email, password });
      expectStatus(reply, 429);
      const seconds = Number(reply.headers['retry-after']);
      expect(seconds, `${reply.what}: header retry-after`).toBeGreaterThan(600);
      expect(seconds, `${reply.what}: header retry-after`).toBeLessThanOrEqual(900);
    }
    expectStatus(await new Visitor(subject).apiLogIn(email, newPassword), 429);
    expect(await isLoggedIn(await newCustomer(subject))).toBe(true);
  },
};

const withoutPassword: Case = {
  name: 'a login without a password, or with an empty one, is an attempt like any other',
  run: async (subject) => {
    for (const given of [{ password: '' }, {}]) {
      const visitor = new Visitor(subject);
      const { password: _, ...form } = formOn(await visitor.get('/login'), '/login');
      const fields = { ...form, email: newEmail(), ...given };
      for (let n = 1; n <= 10; n += 1) expectStatus(await visitor.post('/login', fields), 400);
      expectStatus(await visitor.post('/login', fields), 429);
    }
  },
};

const burst: Case = {
  name: 'guesses sent all at once get no more tries than guesses one by one',
  run: async (subject) => {
    const email = newEmail();
    const visitor = new Visitor(subject);
    const fields = formOn(await visitor.get('/login'), '/login');
    const replies = await sendMany(24, 24, () => guess(visitor, fields, email));
    // An app that has no connection to spare may refuse a guess: that is none that was looked at.
    const looked = replies.filter(({ status }) => status === 400).length;
    expect(looked, `${subject.app}: guesses that were looked at`).toBeLessThanOrEqual(10);
    expect(replies.filter(({ status }) => ![400, 429, 503].includes(status))).toEqual([]);
  },
};

const forgiven: Case = {
  name: 'a login that succeeds makes an end of the count',
  run: async (subject) => {
    const email = newEmail();
    await newCustomer(subject, email);
    for (let round = 0; round < 2; round += 1) {
      const visitor = new Visitor(subject);
      const fields = formOn(await visitor.get('/login'), '/login');
      for (let n = 1; n <= 7; n += 1) expectStatus(await guess(visitor, fields, email), 400);
      expectSeeOther(await visitor.logIn(email, newPassword), '/');
    }
  },
};

const ways: [next: string, location: string, trap: string][] = [
  ['/cart', '/cart', 'a path of the shop'],
  ['/search?q=oak&page=2', '/search?q=oak&page=2', 'with a query'],
  ['', '/', 'none'],
  ['https://evil.example/', '/', 'another site'],
  ['//evil.example/', '/', 'another site by the same scheme'],
  ['///evil.example/', '/', 'three slashes'],
  ['/\\evil.example/', '/', 'a backslash that browsers read as a slash'],
  ['\\\\evil.example/', '/', 'two of them'],
  ['/\t/evil.example/', '/', 'a tab that browsers drop'],
  ['/\r\nSet-Cookie: a=b', '/', 'another header'],
  ['javascript:alert(1)', '/', 'a script'],
  [' //evil.example', '/', 'a space that is dropped'],
  ['evil.example', '/', 'a relative path'],
];

const goingOn: Case[] = ways.map(([next, location, trap]) => ({
  name: `a login with next=${JSON.stringify(next)} goes to ${location} (${trap})`,
  run: async (subject) => {
    const { email, password } = seeded(83);
    for (const from of [`/login?next=${encodeURIComponent(next)}`, '/login']) {
      const visitor = new Visitor(subject);
      const page = await visitor.get(from);
      const fields = { ...formOn(page, '/login'), email, password };
      if (from === '/login') Object.assign(fields, { next });
      expectSeeOther(await visitor.post('/login', fields), location);
    }
  },
}));

const alreadyIn: Case = {
  name: 'who is logged in is sent home from the forms',
  run: async (subject) => {
    const visitor = await loggedIn(subject, 84);
    for (const path of ['/login', '/register']) expectSeeOther(await visitor.get(path), '/');
  },
};

/** Ask for a page over a connection of its own, so that no two workers' answers mix. */
const everyWorker: Case = {
  name: 'a session is known to every worker',
  run: async (subject: Subject) => {
    const visitor = await loggedIn(subject, 85);
    const replies = await sendMany(12, 4, async () => {
      const agent = new Agent();
      const reply = await visitor.send({ path: '/cart', headers: { Accept: 'text/html' }, agent });
      agent.destroy();
      return reply;
    });
    for (const reply of replies) expectStatus(reply, 200);
  },
};

export const shopAccounts: Case[] = [
  registering,
  ...refusingRegistrations,
  keptPassword,
  wrongCredentials,
  seededCustomers,
  newSession,
  newSessionAgain,
  loggingOut,
  limit,
  withoutPassword,
  burst,
  forgiven,
  ...goingOn,
  alreadyIn,
  everyWorker,
  changedPassword,
  expiring,
];
