// The tables of db/schema.sql as Kysely sees them.
import { Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';

export interface Database {
  world: { id: number; random_number: number };
  fortune: { id: number; message: string };
}

export function createDatabase(pool: Pool): Kysely<Database> {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
