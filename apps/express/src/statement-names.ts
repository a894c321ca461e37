// Names for statements, which make node-postgres prepare them: PostgreSQL then parses and plans a
// text once a connection (https://node-postgres.com/features/queries#prepared-statements).

/**
 * A connection never forgets what it has prepared. The app has a few dozen texts; beyond this many,
 * texts are being put together at run time, and are sent as they are.
 */
const MOST_NAMES = 500;

export class StatementNames {
  readonly #names = new Map<string, string>();

  /** The arguments of `client.query` with a name for their text, where they are a text and values. */
  name(args: unknown[]): unknown[] {
    const [text, values, ...rest] = args;
    if (typeof text !== 'string' || !Array.isArray(values)) return args;
    const name = this.#nameOf(text);
    return name === undefined ? args : [{ name, text, values }, ...rest];
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= MOST_NAMES) return known;
    const name = `s${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
