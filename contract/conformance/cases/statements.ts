// SQL statements per request, counted by the server itself and held to the contract.
import { Agent } from 'node:http';
import { expect } from 'vitest';
import { serves } from '../../apps';
import { type Case, withoutDatabase } from '../case';
import { type Request, sendMany } from '../client';
import { readStatements, resetStatements, type StatementCount, withDatabase } from '../database';
import { asksDatabase, declaredStatements, operations, partAt } from '../openapi';
import { ask } from '../orderly';
import { type Movement, movementBy } from '../scrape';
import { hasMiddleware, type Subject, settingsOf } from '../subjects';
import { whileChanged } from './database-failures';
import { untilAllHaveHeard } from './distress';

export type Counted = { statements: StatementCount; moved: Movement };

/** What the server, and what the app's own metrics, count for `times` rounds of requests once warm. */
function countStatements(subject: Subject, times: number, requests: Request[]): Promise<Counted> {
  return withDatabase(subject, async (client) => {
    // One connection stays with one worker: what warms that worker and what is counted.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = async (rounds: number) => {
      for (const request of requests) {
        await sendMany(rounds, 1, () => ask(subject, { ...request, agent }));
      }
    };
    try {
      await sendMany(settingsOf(subject).poolSize + 1, 1, () =>
        ask(subject, { path: '/db', agent }),
      );
      await send(1);
      let statements: StatementCount | undefined;
      const moved = await movementBy(subject, async () => {
        await resetStatements(client);
        await send(times);
        statements = await readStatements(client);
      });
      return { statements: statements ?? (await readStatements(client)), moved };
    } finally {
      agent.destroy();
    }
  });
}

/** By the app's metrics: statements that carry work. */
const ordinaryOperations = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const operationCount = 'db_client_operation_duration_seconds_count';
const operationSum = 'db_client_operation_duration_seconds_sum';

export function expectStatements(
  what: string,
  { statements, moved }: Counted,
  expected: {
    ordinary: number;
    transaction: number;
  },
): void {
  const counted = JSON.stringify(statements.byText, null, 1);
  expect(statements.ordinary, `${what}: statements, of ${counted}`).toBe(expected.ordinary);
  expect(
    statements.transaction,
    `${what}: transaction control and session statements, of ${counted}`,
  ).toBe(expected.transaction);
  const shown = ordinaryOperations.reduce(
    (sum, db_operation_name) => sum + moved(operationCount, { db_operation_name }),
    0,
  );
  expect(shown, `${what}: ${operationCount} of ${ordinaryOperations} moved by`).toBe(
    expected.ordinary,
  );
}

type Size = [count: number, times: number];

/** How many items, and how often to ask: what writes many rows at a time may do it in batches. */
function sizesFor(id: string, takesCount: boolean): Size[] {
  if (!takesCount) return [[0, 10]];
  const few: Size[] = [
    [1, 10],
    [7, 5],
  ];
  return id === 'updates' ? [...few, [500, 1]] : few;
}

const declaring = operations.map(({ id, path, sample }) => {
  const takesCount = sample.includes('count=');
  return { id, path, sample, takesCount, asksDatabase: asksDatabase(id) };
});

const asking = declaring
  .filter(({ asksDatabase }) => asksDatabase)
  .flatMap(({ id, path, sample, takesCount }): Case[] =>
    sizesFor(id, takesCount).map(([count, times]) => {
      const target = takesCount ? `${path}?count=${count}` : sample;
      return {
        name: `${target} causes the statements that the contract declares, and counts them itself`,
        skip: withoutDatabase,
        run: async (subject) => {
          const { ordinary, transaction } = declaredStatements(id, subject.app, count);
          expectStatements(
            `${subject.app} GET ${target}, ${times} times`,
            await countStatements(subject, times, [{ path: target }]),
            { ordinary: ordinary * times, transaction: transaction * times },
          );
        },
      };
    }),
  );

const silent = [
  ...declaring.filter(({ asksDatabase }) => !asksDatabase).map(({ sample }) => ({ path: sample })),
  { path: '/nope' },
  { path: '/wait?ms=x' },
  { path: '/updates?count=5', method: 'POST' },
];
const silentFor = ({ app }: Subject): Request[] =>
  silent.filter(({ path }) => {
    const { part } = partAt(path);
    return part === undefined || serves(app, part);
  });
const refusedByMiddleware = { path: '/db', headers: { Host: 'evil.example' } };

const notAsking: Case = {
  name: 'whatever the contract declares to ask nothing of the database does not, nor do refusals',
  skip: withoutDatabase,
  run: async (subject) => {
    const asked = [...silentFor(subject), ...(hasMiddleware(subject) ? [refusedByMiddleware] : [])];
    const requests = asked.map(({ path }) => path).join(', ');
    expectStatements(
      `${subject.app} ${requests}, five times each`,
      await countStatements(subject, 5, asked),
      { ordinary: 0, transaction: 0 },
    );
  },
};

const commitSeconds = 0.3;

const committing: Case = {
  name: 'a commit counts as time of the database, like the statements before it',
  skip: withoutDatabase,
  run: (subject) =>
    withDatabase(subject, async (client) => {
      await client.query(`
        CREATE FUNCTION commit_slowly() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN PERFORM pg_sleep(${commitSeconds}); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER commit_slowly AFTER UPDATE ON world
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION commit_slowly()`);
      try {
        const moved = await movementBy(subject, () => ask(subject, '/updates?count=1'));
        const what = `${subject.app} GET /updates: ${operationSum} moved by`;
        expect(moved(operationSum), what).toBeGreaterThanOrEqual(commitSeconds);
      } finally {
        await client.query('DROP FUNCTION commit_slowly CASCADE');
      }
    }),
};

const planning: Case = {
  name: 'the statements of a list are planned once where a connection prepares them, else each time',
  part: 'shop',
  skip: withoutDatabase,
  run: (subject) =>
    whileChanged(
      subject,
      [
        'ALTER ROLE OWNER IN DATABASE SET pg_stat_statements.track_planning = on',
        'ALTER ROLE OWNER IN DATABASE RESET pg_stat_statements.track_planning',
      ],
      async (client) => {
        await untilAllHaveHeard(subject);
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const list = (times: number) =>
          sendMany(times, 1, () => ask(subject, { path: '/products', agent }));
        try {
          // Of each connection: five times until psycopg prepares, and five until PostgreSQL keeps a plan.
          await list(12 * settingsOf(subject).poolSize);
          await resetStatements(client);
          await list(20);
        } finally {
          agent.destroy();
        }
        const { rows } = await client.query<{ calls: number; plans: number }>(
          `SELECT sum(calls)::integer AS calls, sum(plans)::integer AS plans
             FROM pg_stat_statements
             JOIN pg_database ON pg_database.oid = dbid AND datname = current_database()
            WHERE query ILIKE '%product%limit%'`,
        );
        const { calls, plans } = rows[0] ?? { calls: 0, plans: 0 };
        const what = `${subject.app} GET /products: plans for ${calls} calls`;
        expect(calls, `${subject.app} GET /products 20 times: statements`).toBe(40);
        // A table that is analysed meanwhile has its statements planned again.
        if (subject.profile === 'tuned') expect(plans, what).toBeLessThan(calls / 4);
        else expect(plans, what).toBe(calls);
      },
    ),
};

export const statements: Case[] = [...asking, notAsking, committing, planning];
