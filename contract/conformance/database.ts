// Looking behind an app's back: its rows, its statements, its locks.
import { Client } from 'pg';
import type { components } from '../generated/http';
import type { Subject } from './subjects';

export type World = components['schemas']['World'];

/** Opens a session on the app's database, ends it whatever happens. */
export async function withDatabase<T>(
  subject: Subject,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ connectionString: subject.databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** All rows of `world`: number by id. */
export async function readWorld(client: Client): Promise<Map<number, number>> {
  const { rows } = await client.query<{ id: number; random_number: number }>(
    'SELECT id, random_number FROM world',
  );
  return new Map(rows.map(({ id, random_number }) => [id, random_number]));
}

export type StatementCount = {
  /** Statements that carry work. */
  ordinary: number;
  /** BEGIN, COMMIT, SET and their like: transaction control and session statements. */
  transaction: number;
  /** Calls by text, for messages. */
  byText: Record<string, number>;
};

const transactionControl =
  /^\s*(BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|SET|RESET|SHOW|DISCARD|DEALLOCATE|PREPARE|(UN)?LISTEN|SELECT\s+(pg_catalog\.)?set_config\()\b/i;

/** Forgets what the server counted for this database. */
export async function resetStatements(client: Client): Promise<void> {
  await client.query(
    `SELECT pg_stat_statements_reset(0, oid, 0) FROM pg_database WHERE datname = current_database()`,
  );
}

/** What the server counted for this database since, without the suite's own. */
export async function readStatements(client: Client): Promise<StatementCount> {
  const { rows } = await client.query<{ query: string; calls: string }>(
    `SELECT query, sum(calls) AS calls
       FROM pg_stat_statements
       JOIN pg_database ON pg_database.oid = dbid AND datname = current_database()
      WHERE query NOT LIKE '%pg_stat_statements%'
      GROUP BY query`,
  );
  const byText = Object.fromEntries(rows.map(({ query, calls }) => [query, Number(calls)]));
  const sum = (wanted: (text: string) => boolean) =>
    Object.entries(byText).reduce((total, [text, n]) => total + (wanted(text) ? n : 0), 0);
  return {
    ordinary: sum((text) => !transactionControl.test(text)),
    transaction: sum((text) => transactionControl.test(text)),
    byText,
  };
}

const ofTheApp = "datname = current_database() AND usename <> current_user AND state <> 'idle'";

/** Waits until so many of the app's connections wait for a lock, and gives their process ids. */
export async function waitingForLock(client: Client, count: number): Promise<number[]> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; ) {
    // Within a transaction the view stays as it was when it was first read.
    await client.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE ${ofTheApp} AND wait_event_type = 'Lock'`,
    );
    if (rows.length >= count) return rows.map(({ pid }) => pid);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${count} of the app's statements did not come to wait for a lock in 15 s`);
}
