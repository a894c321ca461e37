// The tables of db/schema.sql as Kysely sees them.
import { type ColumnType, type Generated, Kysely, PostgresDialect } from 'kysely';
import { type Pool, types } from 'pg';

// bigint arrives as text by default. Ids, counts and sums of cents stay far below 2^53.
types.setTypeParser(types.builtins.INT8, Number);

/** Set by PostgreSQL when the row is made, and never again. */
type CreatedAt = ColumnType<Date, never, never>;

export interface Database {
  world: { id: number; random_number: number };
  fortune: { id: number; message: string };
  category: { id: Generated<number>; slug: string; name: string };
  product: {
    id: Generated<number>;
    category_id: number;
    name: string;
    description: string;
    price_cents: number;
    stock: number;
    created_at: CreatedAt;
    search: ColumnType<string, never, never>;
  };
  customer: {
    id: Generated<number>;
    email: string;
    name: string;
    password: string;
    is_staff: Generated<boolean>;
    created_at: CreatedAt;
  };
  login_attempt: { email: string; attempts: number; window_ends_at: Date };
  cart_line: { id: Generated<number>; customer_id: number; product_id: number; quantity: number };
  customer_order: {
    id: Generated<number>;
    customer_id: number;
    idempotency_key: string;
    total_cents: number;
    created_at: CreatedAt;
  };
  order_line: {
    id: Generated<number>;
    order_id: number;
    product_id: number | null;
    product_name: string;
    price_cents: number;
    quantity: number;
  };
}

export function createDatabase(pool: Pool): Kysely<Database> {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

/** PostgreSQL's codes: https://www.postgresql.org/docs/18/errcodes-appendix.html */
export const UNIQUE_VIOLATION = '23505';
export const FOREIGN_KEY_VIOLATION = '23503';
export const CHECK_VIOLATION = '23514';
export const NUMERIC_VALUE_OUT_OF_RANGE = '22003';

/** @param constraint the only one that is meant; any, if not said */
export function hasCode(error: unknown, code: string, constraint?: string): boolean {
  const found = error as { code?: unknown; constraint?: unknown } | null;
  return found?.code === code && (constraint === undefined || found.constraint === constraint);
}
