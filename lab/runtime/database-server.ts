// Where a PostgreSQL server is, a session on it, and that one lab at a time uses it.
import { hostname } from 'node:os';
import { Client } from 'pg';
import { environmentError } from '../errors';

/** Where a server is, and how it is reached. */
export type ServerAddress = { host: string; port: number; user: string; password: string };

export function urlOf({ host, port, user, password }: ServerAddress, database: string): string {
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgres://${credentials}@${host}:${port}/${database}`;
}

export function addressIn(url: string): ServerAddress {
  const { hostname, port, username, password } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  };
}

export async function asSuperuser<T>(
  server: ServerAddress,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ ...server, database });
  // A server that ends meanwhile would otherwise end the lab: the statement that it fails says so.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    // Nothing depends on its end, and it must not hide what went wrong before.
    await client.end().catch(() => undefined);
  }
}

/** Any number that no other program is likely to have chosen: "HEADROOM" in ASCII. */
const labLock = String(0x48454144524f4f4dn);

/**
 * Holds the server for this lab until it is released, or this process ends: labs have the same role and
 * databases there, and would take them from each other.
 *
 * @returns what releases it
 * @throws LabError naming the lab that has it
 */
export async function claimServer(server: ServerAddress): Promise<() => Promise<void>> {
  const client = new Client({
    ...{ ...server, database: 'postgres', keepAlive: true },
    application_name: `headroom, process ${process.pid} on ${hostname()}`,
  });
  // With the session the claim is gone; whatever else asks the server says that it is down.
  client.on('error', () => undefined);
  await client.connect();
  const release = () => client.end().catch(() => undefined);
  try {
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS taken',
      [labLock],
    );
    if (rows[0]?.taken) return release;
    const { rows: holders } = await client.query<{ application_name: string }>(
      `SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = $1`,
      [labLock],
    );
    throw environmentError(
      `HEADROOM_POSTGRES_URL: another lab (${holders[0]?.application_name ?? 'ended since'}) uses the PostgreSQL at ${server.host}:${server.port}, and both would have the same databases there. Stop that lab first, or give this one a server of its own.`,
    );
  } catch (error) {
    await release();
    throw error;
  }
}
