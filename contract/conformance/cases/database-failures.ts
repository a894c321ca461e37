// Each way in which a database fails a request, caused for real: what the client is told, and what an
// operator reads (contract/README.md, "When the database fails").
import type { Client } from 'pg';
import { expect } from 'vitest';
import { appLogFromNow, expectLogged, expectOneFailureLogged } from '../app-log';
import { type Case, withoutDatabase } from '../case';
import { type Reply, sendMany } from '../client';
import { waitingForLock, withDatabase } from '../database';
import { ask } from '../orderly';
import {
  expectStatus,
  loggedIn,
  newCustomer,
  newEmail,
  newKey,
  newPassword,
  sessionsOf,
  staffId,
  withProduct,
} from '../shop';
import type { Subject } from '../subjects';
import { formHolding, Visitor } from '../visitor';
import { untilAllHaveHeard } from './distress';

function expectUnavailable(reply: Reply): void {
  expectStatus(reply, 503);
  expect(reply.headers['retry-after'], `${reply.what}: header retry-after`).toBe('1');
}

/** After this long a failure of a kind that was logged is logged again. */
const QUIET_MS = 1_100;

const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1_000;

const stopped: Case = {
  name: 'a statement that was cancelled, or whose connection was ended, is 503 and logged',
  skip: withoutDatabase,
  run: async (subject) => {
    for (const [stop, sqlstate] of [
      ['pg_cancel_backend', '57014'],
      ['pg_terminate_backend', '57P01'],
    ] as const) {
      // What the cases before caused may have been logged less than a second ago.
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      const logged = appLogFromNow(subject);
      const startedAt = performance.now();
      const reply = await withDatabase(subject, async (client) => {
        await client.query('BEGIN; LOCK TABLE world IN ACCESS EXCLUSIVE MODE');
        const asked = ask(subject, '/db');
        const [pid] = await waitingForLock(client, 1);
        await client.query(`SELECT ${stop}($1)`, [pid]);
        return asked;
      });
      expectUnavailable(reply);
      await untilAllHaveHeard(subject);
      expectLogged(subject, logged(), new RegExp(sqlstate), 'warn', secondsSince(startedAt));
      expectOneFailureLogged(subject, logged());
    }
  },
};

/** The app's sessions begin with what is changed here, and again without it afterwards. */
export async function whileChanged<T>(
  subject: Subject,
  [change, back]: [change: string, back: string],
  work: (client: Client) => Promise<T>,
): Promise<T> {
  return withDatabase(subject, async (client) => {
    const { rows } = await client.query<{ database: string; owner: string }>(
      `SELECT quote_ident(datname) AS database, quote_ident(pg_get_userbyid(datdba)) AS owner
         FROM pg_database WHERE datname = current_database()`,
    );
    const { database = '', owner = '' } = rows[0] ?? {};
    const apply = async (statement: string) => {
      await client.query(
        statement.replaceAll('DATABASE', `DATABASE ${database}`).replace('OWNER', owner),
      );
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND usename <> current_user`,
      );
    };
    await apply(change);
    try {
      return await work(client);
    } finally {
      await apply(back);
      await untilAllHaveHeard(subject);
    }
  });
}

const lockTimeout: Case = {
  name: 'a lock that was not to be had in lock_timeout is 503 and logged, once a second at most',
  skip: withoutDatabase,
  run: (subject) =>
    whileChanged(
      subject,
      [
        "ALTER ROLE OWNER IN DATABASE SET lock_timeout = '100ms'",
        'ALTER ROLE OWNER IN DATABASE RESET lock_timeout',
      ],
      async (client) => {
        await untilAllHaveHeard(subject);
        const logged = appLogFromNow(subject);
        const startedAt = performance.now();
        await client.query('BEGIN; SET LOCAL lock_timeout = 0; LOCK TABLE world');
        const replies = await sendMany(24, 2, () => ask(subject, '/db'));
        await client.query('ROLLBACK');
        for (const reply of replies) expectUnavailable(reply);
        expectLogged(subject, logged(), /55P03/, 'warn', secondsSince(startedAt));
      },
    ),
};

const refusals: [reason: string, words: RegExp, changes: [string, string]][] = [
  [
    'too many connections',
    /too many connections for database/,
    ['ALTER DATABASE CONNECTION LIMIT 0', 'ALTER DATABASE CONNECTION LIMIT -1'],
  ],
  [
    'no right to connect',
    /permission denied for database/,
    ['REVOKE CONNECT ON DATABASE FROM PUBLIC, OWNER', 'GRANT CONNECT ON DATABASE TO PUBLIC, OWNER'],
  ],
];

const refused: Case[] = refusals.map(([reason, words, changes]) => ({
  name: `where the server opens no connection (${reason}) all is 503, and the log says why`,
  skip: withoutDatabase,
  patienceMs: 60_000,
  run: (subject) => {
    const logged = appLogFromNow(subject);
    const startedAt = performance.now();
    return whileChanged(subject, changes, async () => {
      // Those whose connection was ended under them are among the first.
      const replies = await sendMany(12, 4, () => ask(subject, '/readyz'));
      for (const reply of replies) expectUnavailable(reply);
      expectLogged(subject, logged(), words, 'error', secondsSince(startedAt));
    });
  },
}));

const deadlock: Case = {
  name: 'a deadlock that the app’s transaction lost is 503 and logged, and nothing of it is done',
  ofMiddleware: true,
  skip: withoutDatabase,
  patienceMs: 60_000,
  run: (subject) =>
    withProduct(subject, { stock: 5 }, async ({ id }) => {
      const visitor = await newCustomer(subject);
      const { customer } = await visitor.session();
      await visitor.api('POST', '/api/cart', { productId: id, quantity: 1 });
      const logged = appLogFromNow(subject);
      const startedAt = performance.now();
      // The app's session looks for a deadlock once, a second after it began to wait.
      let reply = await lostDeadlock(subject, visitor, id, customer?.id ?? 0);
      for (let again = 0; again < 3 && reply.status === 201; again += 1) {
        await visitor.api('POST', '/api/cart', { productId: id, quantity: 1 });
        reply = await lostDeadlock(subject, visitor, id, customer?.id ?? 0);
      }
      expectUnavailable(reply);
      expectLogged(subject, logged(), /40P01/, 'warn', secondsSince(startedAt));
      expectStatus(await buy(visitor), 201);
    }),
};

const buy = (visitor: Visitor): Promise<Reply> =>
  visitor.api('POST', '/api/orders', undefined, { 'Idempotency-Key': newKey() });

/** We hold the product and want the customer, whom the app's checkout holds, who wants the product. */
function lostDeadlock(
  subject: Subject,
  visitor: Visitor,
  productId: number,
  customerId: number,
): Promise<Reply> {
  return withDatabase(subject, async (client) => {
    await client.query("BEGIN; SET LOCAL deadlock_timeout = '4s'");
    await client.query('SELECT FROM product WHERE id = $1 FOR UPDATE', [productId]);
    const buying = buy(visitor);
    await waitingForLock(client, 1);
    // Refused after four seconds, if the app's session looked too early.
    await client
      .query('SELECT FROM customer WHERE id = $1 FOR UPDATE', [customerId])
      .catch(() => undefined);
    await client.query('ROLLBACK');
    return buying;
  });
}

const deletedMeanwhile: Case = {
  name: 'a checkout and the staff who delete its product wait for each other in one order',
  ofMiddleware: true,
  skip: withoutDatabase,
  run: (subject) =>
    withProduct(subject, { stock: 5 }, async ({ id }) => {
      const visitor = await newCustomer(subject);
      const staff = await loggedIn(subject, staffId);
      await visitor.api('POST', '/api/cart', { productId: id, quantity: 1 });
      const { remove, confirmation } = staff.names.staff;
      const path = remove(id);
      const form = formHolding(await staff.get(path), staff.names.csrfField);
      const [deleting, buying] = await withDatabase(subject, async (client) => {
        // Both queue for the product, the staff first: let go, they would meet at the cart's line.
        await client.query('BEGIN');
        await client.query('SELECT FROM product WHERE id = $1 FOR UPDATE', [id]);
        const first = staff.post(path, { ...form, ...confirmation });
        await waitingForLock(client, 1);
        const second = buy(visitor);
        await waitingForLock(client, 2);
        await client.query('ROLLBACK');
        return Promise.all([first, second]);
      });
      expect([302, 303], `${deleting.what}: status`).toContain(deleting.status);
      expectStatus(buying, 409);
    }),
};

const interrupted: Case = {
  name: 'a session that the database does not let it write is 503, not a wrong request',
  isFor: ({ behaviour }) => behaviour.tellsChangesBySession,
  ofMiddleware: true,
  skip: withoutDatabase,
  run: (subject) =>
    withProduct(subject, {}, async ({ id }) => {
      const staff = await loggedIn(subject, staffId + 1);
      const path = staff.names.staff.change(id);
      const form = formHolding(await staff.get(path), 'name');
      const reply = await withDatabase(subject, async (client) => {
        await client.query('BEGIN');
        const { table, key } = sessionsOf(subject);
        await client.query(`SELECT FROM ${table} WHERE ${key} = $1 FOR UPDATE`, [staff.sessionId]);
        // What was changed is told on the next page: until then the session keeps it.
        const changing = staff.post(path, { ...form, name: 'Another name' });
        const [pid] = await waitingForLock(client, 1);
        await client.query('SELECT pg_cancel_backend($1)', [pid]);
        return changing;
      });
      expectUnavailable(reply);
    }),
};

const ownFault: Case = {
  name: 'any other error is 500, logged with a stack and without the row that PostgreSQL quotes',
  ofMiddleware: true,
  skip: withoutDatabase,
  run: (subject) =>
    withDatabase(subject, async (client) => {
      const name = 'Refused By The Table';
      await client.query(
        `ALTER TABLE customer ADD CONSTRAINT not_this_one CHECK (name <> '${name}') NOT VALID`,
      );
      try {
        const logged = appLogFromNow(subject);
        const fields = { email: newEmail(), name, password: newPassword };
        expectStatus(await new Visitor(subject).submit('/register', '/register', fields), 500);
        const log = logged();
        if (log === undefined) return;
        expect(log, `${subject.app}: its log`).toMatch(/not_this_one/);
        expect(log, `${subject.app}: its log, which has a stack`).toMatch(/Traceback|\bat /);
        expect(log, `${subject.app}: its log, with a password's hash`).not.toMatch(
          /argon2\$|DETAIL/,
        );
      } finally {
        await client.query('ALTER TABLE customer DROP CONSTRAINT not_this_one');
      }
    }),
};

export const databaseFailures: Case[] = [
  stopped,
  lockTimeout,
  ...refused,
  deadlock,
  deletedMeanwhile,
  interrupted,
  ownFault,
];
