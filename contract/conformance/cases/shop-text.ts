// Text and numbers that people type: which characters, how long, what is dropped around them.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import type { Reply } from '../client';
import { withDatabase } from '../database';
import { ask } from '../orderly';
import {
  expectSeeOther,
  expectStatus,
  faultsOn,
  loggedIn,
  newCustomer,
  newEmail,
  newPassword,
  staffId,
  withProduct,
} from '../shop';
import type { Subject } from '../subjects';
import { type Fields, formHolding, Visitor } from '../visitor';

const emoji = '\u{1F600}';

/** What XML 1.0 cannot hold; and in front of a text, where some count as white space. */
const forbidden = ['\0', '\x01', '\b', '\v', '\f', '\x1b', '\x1f', '\ufffe', '\uffff'].flatMap(
  (character) => [`${character}text`, `te${character}xt`],
);

const register = (subject: Subject, fields: Fields): Promise<Reply> =>
  new Visitor(subject).submit('/register', '/register', {
    email: newEmail(),
    name: 'Somebody',
    password: newPassword,
    ...fields,
  });

async function expectFault(reply: Reply, field: string): Promise<void> {
  expectStatus(reply, 400);
  expect(Object.keys(faultsOn(reply)), `${reply.what}: fields that were wrong`).toEqual([field]);
}

function expectField(reply: Reply, field: string): void {
  expectStatus(reply, 400);
  expect(JSON.parse(reply.text).field, `${reply.what}: field`).toBe(field);
}

const forbiddenInForms: Case = {
  name: 'control characters, U+FFFE and U+FFFF are refused in each text of the forms of an account, and in a key',
  patienceMs: 60_000,
  run: async (subject) => {
    const customer = await newCustomer(subject);
    const token = customer.tokenField((await customer.session()).csrfToken);
    for (const text of forbidden) {
      await expectFault(await register(subject, { email: `${text}@example.com` }), 'email');
      await expectFault(await register(subject, { name: text }), 'name');
      await expectFault(await register(subject, { password: `${text} of mine` }), 'password');
      const visitor = new Visitor(subject);
      await expectFault(await visitor.logIn(`${text}@example.com`, newPassword), 'email');
      await expectFault(await visitor.logIn(newEmail(), text), 'password');
      // The cart is empty: a key that is taken is answered 409.
      const key = { idempotency_key: `${text}-of-enough-characters` };
      expectStatus(await customer.post('/checkout', { ...token, ...key }), 400);
    }
  },
};

const forbiddenInApi: Case = {
  name: 'they are refused in the API and in queries, as are half surrogate pairs',
  run: async (subject) => {
    const program = new Visitor(subject);
    for (const text of [...forbidden, '\ud800', 'x\udfff']) {
      expectField(await program.apiLogIn(`${text}@example.com`, newPassword), 'email');
      expectField(await program.apiLogIn(newEmail(), text), 'password');
    }
    for (const text of forbidden) {
      const value = encodeURIComponent(text);
      for (const path of ['/search', '/api/search']) {
        expectField(await ask(subject, `${path}?q=${value}`), 'q');
      }
      expectField(await ask(subject, `/api/products?category=${value}`), 'category');
    }
  },
};

async function withAddForm(subject: Subject, work: (post: Post) => Promise<void>): Promise<void> {
  const staff = await loggedIn(subject, staffId);
  const form = formHolding(await staff.get(staff.names.staff.add), 'price_cents');
  const right = { category: 1, name: 'x', description: '', price_cents: 1, stock: 0 };
  await work((fields) => staff.post(staff.names.staff.add, { ...form, ...right, ...fields }));
}
type Post = (fields: Fields) => Promise<Reply>;

/** A product's columns; none where there is none of that name. */
const kept = (subject: Subject, name: string) =>
  withDatabase(subject, async (client) => {
    const { rows } = await client.query(
      'DELETE FROM product WHERE name = $1 RETURNING description, price_cents, stock, category_id',
      [name],
    );
    return rows[0];
  });

const forbiddenInProducts: Case = {
  name: 'they are refused in a product’s name and description; tabs, line ends and emoji are kept',
  skip: withoutDatabase,
  run: (subject) =>
    withAddForm(subject, async (post) => {
      const name = `Thing ${randomUUID()}`;
      for (const text of forbidden) {
        expectStatus(await post({ name: `${name}${text}` }), 200);
        expectStatus(await post({ name, description: text }), 200);
      }
      expect(await kept(subject, name)).toBeUndefined();
      const description = `a\tb\r\nc ${emoji}\x7f\u0085d\ufeff`;
      const reply = await post({ name, description });
      expect([302, 303], `${reply.what}: status`).toContain(reply.status);
      expect(await kept(subject, name), reply.what).toMatchObject({ description });
    }),
};

const schema: Case = {
  name: 'the database keeps no text that XML cannot hold',
  skip: withoutDatabase,
  run: (subject) =>
    withDatabase(subject, async (client) => {
      for (const character of ['\x01', '\v', '\x1f', '\ufffe', '\uffff']) {
        for (const [column, table] of [
          ['name', 'category'],
          ['name', 'product'],
          ['description', 'product'],
          ['name', 'customer'],
          ['email', 'customer'],
          ['product_name', 'order_line'],
        ]) {
          const change = client.query(
            `UPDATE ${table} SET ${column} = ${column} || $1 WHERE id = (SELECT min(id) FROM ${table})`,
            [character],
          );
          // An empty table has no row to change: there is always one but of order lines.
          const outcome = await change.then(
            ({ rowCount }) => rowCount,
            ({ code }) => code,
          );
          const wanted = table === 'order_line' ? [0, '23514'] : ['23514'];
          expect(wanted, `${table}.${column}`).toContain(outcome);
        }
      }
    }),
};

const feed: Case = {
  name: '/feed.xml is well-formed whatever the database holds',
  skip: withoutDatabase,
  run: (subject) =>
    withDatabase(subject, async (client) => {
      const [constraint] = (
        await client.query(
          `SELECT conname AS name, pg_get_constraintdef(oid) AS definition
             FROM pg_constraint WHERE contypid = 'plain_text'::regtype AND contype = 'c'`,
        )
      ).rows;
      await client.query(`ALTER DOMAIN plain_text DROP CONSTRAINT ${constraint.name}`);
      try {
        const text = 'x\x01\v\x1f\ufffe\uffff]]>&<y';
        await withProduct(subject, { name: text, description: text }, async () => {
          const reply = await ask(subject, '/feed.xml');
          expectStatus(reply, 200);
          // XML has none of ASCII's control characters but tabs and line ends, and not the last two.
          expect(reply.text, reply.what).not.toMatch(/[^\P{Cc}\t\n\r\x7f-\x9f]|[\ufffe\uffff]/u);
          expect(reply.text, reply.what).toContain('x\ufffd\ufffd\ufffd\ufffd\ufffd');
        });
      } finally {
        await client.query(
          `ALTER DOMAIN plain_text ADD CONSTRAINT ${constraint.name} ${constraint.definition}`,
        );
      }
    }),
};

const lengths: Case = {
  name: 'lengths are counted in code points: an emoji is one character',
  patienceMs: 30_000,
  run: async (subject) => {
    const characters = (count: number) => emoji.repeat(count);
    for (const [field, least, most, more] of [
      ['password', 10, 128, ''],
      ['name', 1, 100, ''],
      ['email', 13, 254, '@example.com'],
    ] as const) {
      const own = (count: number) => `${characters(count - more.length)}${more}`;
      for (const count of field === 'email' ? [most] : [least, most]) {
        const email = field === 'email' ? {} : { email: newEmail() };
        const reply = await register(subject, { ...email, [field]: own(count) });
        // The longest address may have been registered by an earlier run.
        if (field === 'email' && reply.status === 400)
          expect(faultsOn(reply).email).toMatch(/before/);
        else expectSeeOther(reply, '/');
      }
      await expectFault(await register(subject, { [field]: own(most + 1) }), field);
    }
    await expectFault(await register(subject, { password: characters(5) }), 'password');
    const email = newEmail();
    await newCustomer(subject, email);
    expectStatus(await new Visitor(subject).apiLogIn(email, characters(128)), 401);
    expectField(await new Visitor(subject).apiLogIn(email, characters(129)), 'password');
    for (const path of ['/search', '/api/search']) {
      const q = (count: number) => encodeURIComponent(characters(count));
      expectStatus(await ask(subject, `${path}?q=${q(100)}`), 200);
      expectField(await ask(subject, `${path}?q=${q(101)}`), 'q');
    }
  },
};

const lengthsOfProducts: Case = {
  name: 'a product’s name has up to 200 code points, its description up to 10,000',
  skip: withoutDatabase,
  run: (subject) =>
    withAddForm(subject, async (post) => {
      const prefix = randomUUID();
      const name = prefix + emoji.repeat(200 - prefix.length);
      expectStatus(await post({ name: `${name}x` }), 200);
      expectStatus(await post({ name, description: 'x'.repeat(10_001) }), 200);
      expect(await kept(subject, name)).toBeUndefined();
      // Above 10,000 UTF-16 units, and below 64 KiB as it is sent.
      const reply = await post({ name, description: emoji.repeat(5_001) });
      expect([302, 303], `${reply.what}: status`).toContain(reply.status);
      expect(await kept(subject, name)).toBeDefined();
    }),
};

const around: Case = {
  name: 'white space of any script is dropped around a field, but not around a password',
  skip: withoutDatabase,
  run: async (subject) => {
    const space = ' \t\u0085\u00a0\u2003\u2028\u3000';
    const email = newEmail();
    const fields = {
      email: `${space}${email}${space}`,
      name: `${space}\ufeffA\u00a0B${space}`,
      password: ` ${newPassword}\u00a0`,
    };
    expectSeeOther(await register(subject, fields), '/');
    const { rows } = await withDatabase(subject, (client) =>
      client.query('SELECT name FROM customer WHERE email = $1', [email]),
    );
    expect(rows).toEqual([{ name: '\ufeffA\u00a0B' }]);
    expectStatus(await new Visitor(subject).logIn(email, newPassword), 400);
    expectSeeOther(await new Visitor(subject).logIn(email, fields.password), '/');
    expectStatus(await new Visitor(subject).apiLogIn(fields.email, fields.password), 200);
    await expectFault(await register(subject, { name: space }), 'name');
    await expectFault(await register(subject, { email: 'a\u00a0b@example.com' }), 'email');
  },
};

const wrongNumbers = [
  '+2',
  '2.0',
  '2.',
  '1_0',
  '\uff12',
  '2e0',
  '0x2',
  '٢',
  '2 2',
  '-0',
  '00000000002',
];

const numbers: Case = {
  name: 'a number in a form is ASCII digits, with or without white space around them',
  skip: withoutDatabase,
  run: async (subject) => {
    const visitor = await newCustomer(subject);
    const { csrfToken } = await visitor.session();
    const post = (fields: Fields) =>
      visitor.post('/cart', { ...visitor.tokenField(csrfToken), ...fields });
    for (const wrong of wrongNumbers) {
      for (const fields of [
        { product: 2, quantity: wrong },
        { product: wrong, quantity: 2 },
      ]) {
        expectStatus(await post(fields), 400);
      }
    }
    expectSeeOther(await post({ product: '\u00a02\r\n', quantity: ' 002\t' }), '/cart');
    const cart = JSON.parse((await visitor.api('GET', '/api/cart')).text);
    expect(cart.lines).toMatchObject([{ productId: 2, quantity: 2 }]);
    await withAddForm(subject, async (add) => {
      const name = `Thing ${randomUUID()}`;
      for (const field of ['price_cents', 'stock', 'category']) {
        for (const wrong of wrongNumbers) expectStatus(await add({ name, [field]: wrong }), 200);
      }
      expect(await kept(subject, name)).toBeUndefined();
      const reply = await add({ name, price_cents: ' 12 ', stock: '\t3', category: ' 2 ' });
      expect([302, 303], `${reply.what}: status`).toContain(reply.status);
      expect(await kept(subject, name)).toMatchObject({
        price_cents: 12,
        stock: 3,
        category_id: 2,
      });
    });
  },
};

const capitals: Case = {
  name: 'an address is one in small and in capital letters, of whatever Unicode version',
  run: async (subject) => {
    const id = randomUUID();
    // The last is a capital letter since Unicode 16, and no letter before.
    for (const letter of ['\u00c9', '\u0130', '\u03a3', '\u1e9e', '\u{1d400}', '\u1c89']) {
      const email = `${letter}${id}@EXAMPLE.COM`;
      expectSeeOther(await register(subject, { email }), '/');
      await expectFault(await register(subject, { email }), 'email');
      expectSeeOther(await new Visitor(subject).logIn(email, newPassword), '/');
    }
  },
};

const patient: Case = {
  name: 'a long address that is none is refused as fast as a long name',
  run: async (subject) => {
    const { seconds } = await register(subject, { name: 'x'.repeat(60_000) });
    for (const email of [`a@${'.'.repeat(60_000)}@`, 'a@.'.repeat(10_000)]) {
      const reply = await register(subject, { email });
      expectStatus(reply, 400);
      // Where a pattern tries each way to fail it takes a thousand times as long.
      expect(reply.seconds, `${reply.what}: seconds, against ${seconds}`).toBeLessThan(
        50 * seconds,
      );
    }
  },
};

export const shopText: Case[] = [
  forbiddenInForms,
  forbiddenInApi,
  forbiddenInProducts,
  schema,
  feed,
  lengths,
  lengthsOfProducts,
  around,
  numbers,
  capitals,
  patient,
];
