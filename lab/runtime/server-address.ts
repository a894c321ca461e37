// Where a PostgreSQL server is, and how it is reached.
import { Client } from 'pg';

export type ServerAddress = { host: string; port: number; user: string; password: string };

export function urlOf({ host, port, user, password }: ServerAddress, database: string): string {
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgres://${credentials}@${host}:${port}/${database}`;
}

export async function asSuperuser<T>(
  server: ServerAddress,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ ...server, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
