// SQL statements a request, counted by the server itself and held to the contract.
import { Agent } from 'node:http';
import { expect } from 'vitest';
import { type Case, withoutDatabase } from '../case';
import { sendMany } from '../client';
import { readStatements, resetStatements, type StatementCount, withDatabase } from '../database';
import { declaredStatements, operations } from '../openapi';
import { ask } from '../orderly';
import { type Movement, movementBy } from '../scrape';
import { type Subject, settingsOf } from '../subjects';

type Counted = { statements: StatementCount; moved: Movement };

/** What the server, and what the app's own metrics, count for `times` requests once warm. */
function countStatements(
  subject: Subject,
  times: number,
  request: { path: string; method?: string },
): Promise<Counted> {
  return withDatabase(subject, async (client) => {
    // One connection stays with one worker: what warms that worker and what is counted.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (n: number) => sendMany(n, 1, () => ask(subject, { ...request, agent }));
    try {
      await sendMany(16, 16, () => ask(subject, '/queries?count=5'));
      await send(settingsOf(subject).poolSize + 1);
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

function expectStatements(
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

/** Numbers of items to try: one, some, and the most, where a framework may begin to batch. */
const sizes: [count: number, times: number][] = [
  [1, 10],
  [7, 5],
  [500, 2],
];

const asDeclared = operations.flatMap(({ id, path, sample }): Case[] => {
  const takesCount = sample.includes('count=');
  return (takesCount ? sizes : [[0, 10] as const]).map(([count, times]) => {
    const target = takesCount ? `${path}?count=${count}` : sample;
    return {
      name: `${target} causes the statements that the contract declares, and counts them itself`,
      skip: withoutDatabase,
      run: async (subject) => {
        const { ordinary, transaction } = declaredStatements(id, subject.app, count);
        expectStatements(
          `${subject.app} GET ${target}, ${times} times`,
          await countStatements(subject, times, { path: target }),
          { ordinary: ordinary * times, transaction: transaction * times },
        );
      },
    };
  });
});

const refusedOnes: Case[] = [
  { path: '/nope' },
  { path: '/wait?ms=x' },
  { path: '/updates?count=5', method: 'POST' },
].map((request) => ({
  name: `${request.method ?? 'GET'} ${request.path} is refused without asking the database`,
  skip: withoutDatabase,
  run: async (subject) => {
    expectStatements(
      `${subject.app} ${request.method ?? 'GET'} ${request.path}, five times`,
      await countStatements(subject, 5, request),
      { ordinary: 0, transaction: 0 },
    );
  },
}));

export const statements: Case[] = [...asDeclared, ...refusedOnes];
