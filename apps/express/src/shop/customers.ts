// Who buys: registering, and proving to be a customer.
import { type Kysely, sql } from 'kysely';
import { type Database, hasCode, UNIQUE_VIOLATION } from '../database';
import { Problem } from '../errors';
import { hashPassword, isPassword } from './passwords';

export type Customer = { id: number; email: string; name: string; isStaff: boolean };

const columns = ['id', 'email', 'name', 'is_staff as isStaff'] as const;

export class Customers {
  constructor(private readonly database: Kysely<Database>) {}

  find(id: number): Promise<Customer | undefined> {
    return this.database
      .selectFrom('customer')
      .select(columns)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /**
   * Counts the attempt first: a burst of guesses sent at once gets no more tries than any other.
   *
   * @returns nothing when address or password is wrong
   * @throws {Problem} 429 after too many attempts, whoever they were for
   */
  async logIn(email: string, password: string): Promise<Customer | undefined> {
    const { waitSeconds } = await this.database
      .selectNoFrom(sql<number>`count_login_attempt(${email})`.as('waitSeconds'))
      .executeTakeFirstOrThrow();
    if (waitSeconds > 0) throw tooManyAttempts(waitSeconds);
    const found = await this.database
      .selectFrom('customer')
      .select([...columns, 'password'])
      .where('email', '=', email)
      .executeTakeFirst();
    if (!(await isPassword(found?.password, password)) || !found) return undefined;
    await this.database.deleteFrom('login_attempt').where('email', '=', email).execute();
    const { password: _, ...customer } = found;
    return customer;
  }

  /** @returns nothing when somebody has the address */
  async register(given: {
    email: string;
    name: string;
    password: string;
  }): Promise<Customer | undefined> {
    const password = await hashPassword(given.password);
    try {
      return await this.database
        .insertInto('customer')
        .values({ ...given, password })
        .returning(columns)
        .executeTakeFirstOrThrow();
    } catch (error) {
      if (hasCode(error, UNIQUE_VIOLATION)) return undefined;
      throw error;
    }
  }
}

function tooManyAttempts(waitSeconds: number): Problem {
  return new Problem(429, `Too many attempts to log in: try again in ${waitSeconds} seconds.`, {
    headers: { 'Retry-After': String(waitSeconds) },
  });
}
