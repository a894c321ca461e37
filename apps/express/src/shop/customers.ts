// Who buys: registering, and proving to be a customer.
import { createHmac } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { type Database, hasCode, UNIQUE_VIOLATION } from '../database';
import { Problem } from '../errors';
import { hashPassword, isPassword } from './passwords';

export type Customer = {
  id: number;
  email: string;
  name: string;
  isStaff: boolean;
  /** Another one with each new password. */
  passwordDigest: string;
};

const columns = ['id', 'email', 'name', 'is_staff as isStaff', 'password'] as const;
type Row = Omit<Customer, 'passwordDigest'> & { password: string };

export class Customers {
  /** @param secret what digests are keyed with */
  constructor(
    private readonly database: Kysely<Database>,
    private readonly secret: string,
  ) {}

  async find(id: number): Promise<Customer | undefined> {
    const found = await this.database
      .selectFrom('customer')
      .select(columns)
      .where('id', '=', id)
      .executeTakeFirst();
    return found && this.withoutPassword(found);
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
      .select(columns)
      .where('email', '=', email)
      .executeTakeFirst();
    if (!(await isPassword(found?.password, password)) || !found) return undefined;
    await this.database.deleteFrom('login_attempt').where('email', '=', email).execute();
    return this.withoutPassword(found);
  }

  /** @returns nothing when somebody has the address */
  async register(given: {
    email: string;
    name: string;
    password: string;
  }): Promise<Customer | undefined> {
    const password = await hashPassword(given.password);
    try {
      const made = await this.database
        .insertInto('customer')
        .values({ ...given, password })
        .returning(columns)
        .executeTakeFirstOrThrow();
      return this.withoutPassword(made);
    } catch (error) {
      if (hasCode(error, UNIQUE_VIOLATION)) return undefined;
      throw error;
    }
  }

  private withoutPassword({ password, ...customer }: Row): Customer {
    const passwordDigest = createHmac('sha256', this.secret).update(password).digest('base64');
    return { ...customer, passwordDigest };
  }
}

function tooManyAttempts(waitSeconds: number): Problem {
  return new Problem(429, `Too many attempts to log in: try again in ${waitSeconds} seconds.`, {
    headers: { 'Retry-After': String(waitSeconds) },
  });
}
