// Names for statements, which make node-postgres prepare them: PostgreSQL then parses and plans a
// text once per connection (https://node-postgres.com/features/queries#prepared-statements).

/**
 * A connection never forgets what it has prepared. The app has a few dozen texts; beyond this many,
 * texts are being put together at run time, and are sent as they are.
 */
const MOST_NAMES = 500;

/** What `client.query` is given first and second. */
export type Statement = string | { text: string; name?: string };
export type Values = unknown[] | undefined;

export class StatementNames {
  readonly #names = new Map<string, string>();

  /** The statement with a name, where it is a text with values; else as it is. */
  name(statement: Statement, values: Values): Statement {
    if (typeof statement !== 'string' || values === undefined) return statement;
    const name = this.#nameOf(statement);
    return name === undefined ? statement : { name, text: statement };
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= MOST_NAMES) return known;
    const name = `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
