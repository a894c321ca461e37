// Where a PostgreSQL server is, and a session on it.
import { Client } from 'pg';

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
