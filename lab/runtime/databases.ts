// Each app's database, cloned from its template: schema and seed, which both apps share, and what
// the app's framework keeps besides (db/bookkeeping).
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { environmentError } from '../errors';
import { rootDir } from '../paths';
import { writeFileAtomic } from '../store/atomic';
import { type AppName, appNames } from './subject';

export type ServerAddress = { host: string; port: number; user: string; password: string };

/** The apps' role: owns the tables, and is no superuser. */
const appRole = 'headroom_app';

/** How many products the shop has, by the name of the size. A million takes minutes to make. */
const shopSizes = { '1k': 1_000, '100k': 100_000, '1m': 1_000_000 } as const;
export type ShopSize = keyof typeof shopSizes;

/** What the environment asks for; the smallest by default. */
export function shopSize(env: NodeJS.ProcessEnv = process.env): ShopSize {
  const size = env.HEADROOM_SHOP_SIZE || '1k';
  if (Object.hasOwn(shopSizes, size)) return size as ShopSize;
  throw environmentError(
    `HEADROOM_SHOP_SIZE is "${size}": expected one of ${Object.keys(shopSizes).join(', ')}.`,
  );
}

export class Databases {
  private constructor(
    private readonly server: ServerAddress,
    private readonly appPassword: string,
    private readonly size: ShopSize,
  ) {}

  /** Makes the role and the templates; again when what they are made from has changed since. */
  static async prepare(
    server: ServerAddress,
    stateDir: string,
    size: ShopSize = '1k',
  ): Promise<Databases> {
    const databases = new Databases(server, appPasswordIn(stateDir), size);
    await databases.ensureRole();
    await databases.ensureTemplates();
    return databases;
  }

  /**
   * Gives an app the seeded state anew; sessions that are still open there are ended.
   *
   * @param name of the database, where an app has more than one
   */
  async reset(app: AppName, name: string = app): Promise<void> {
    await this.asSuperuser('postgres', async (client) => {
      for (const statement of resetStatements(app, this.size, name)) await client.query(statement);
    });
  }

  /** What the app is given. */
  appUrl(name: string): string {
    return urlOf({ ...this.server, user: appRole, password: this.appPassword }, databaseOf(name));
  }

  /** For counting statements and looking behind an app's back. */
  superuserUrl(name: string): string {
    return superuserUrlAt(this.server, name);
  }

  /** For statistics of the whole server: a database that no reset ever drops. */
  get statisticsUrl(): string {
    return superuserUrlAt(this.server);
  }

  private async ensureRole(): Promise<void> {
    await this.asSuperuser('postgres', async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [appRole]);
      const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
      // The password is base64url: no quote can stand in it.
      await client.query(`${verb} ROLE ${appRole} LOGIN PASSWORD '${this.appPassword}'`);
    });
  }

  /** One with schema and seed, and of that a clone for each app with its framework's own tables. */
  private async ensureTemplates(): Promise<void> {
    const shared = ['schema.sql', 'seed.sql'].map(sourceText);
    const sharedDigest = digestOf(...shared, this.size);
    const seed = seedTemplate(this.size);
    await this.ensureTemplate(seed, 'template0', sharedDigest, [
      'CREATE EXTENSION pg_stat_statements',
      `SET ROLE ${appRole}`,
      `SET headroom.products = ${shopSizes[this.size]}`,
      ...shared,
    ]);
    for (const app of appNames) {
      const bookkeeping = sourceText(`bookkeeping/${app}.sql`);
      const digest = digestOf(sharedDigest, bookkeeping);
      await this.ensureTemplate(templateOf(app, this.size), seed, digest, [
        `SET ROLE ${appRole}`,
        bookkeeping,
      ]);
    }
  }

  private async ensureTemplate(
    name: string,
    origin: string,
    digest: string,
    contents: readonly string[],
  ): Promise<void> {
    const isCurrent = await this.asSuperuser('postgres', async (client) => {
      const { rows } = await client.query<{ digest: string | null }>(
        `SELECT shobj_description(oid, 'pg_database') AS digest FROM pg_database WHERE datname = $1`,
        [name],
      );
      if (rows[0]?.digest === digest) return true;
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${name} TEMPLATE ${origin} OWNER ${appRole}`);
      return false;
    });
    if (isCurrent) return;

    await this.asSuperuser(name, async (client) => {
      for (const text of contents) await client.query(text);
    });
    // The digest comes last: a template that was cut off in the middle has none, and is made again.
    await this.asSuperuser('postgres', (client) =>
      client.query(`COMMENT ON DATABASE ${name} IS '${digest}'`),
    );
  }

  private async asSuperuser<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ ...this.server, database });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}

const databaseOf = (name: string): string => `headroom_${name}`;
const seedTemplate = (size: ShopSize): string => `headroom_seed_${size}`;
const templateOf = (app: AppName, size: ShopSize): string => `headroom_template_${app}_${size}`;

const sourceText = (name: string): string => readFileSync(join(rootDir, 'db', name), 'utf8');

const digestOf = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex');

/** One at a time: the first two cannot be part of a transaction. The third is what prepare.sh reads. */
export const resetStatements = (app: AppName, size: ShopSize, name: string = app): string[] => [
  `DROP DATABASE IF EXISTS ${databaseOf(name)} WITH (FORCE)`,
  `CREATE DATABASE ${databaseOf(name)} TEMPLATE ${templateOf(app, size)} OWNER ${appRole}`,
  `COMMENT ON DATABASE ${databaseOf(name)} IS '${size}'`,
];

/** @param name absent: the server's own database, which no reset drops */
export const superuserUrlAt = (server: ServerAddress, name?: string): string =>
  urlOf(server, name === undefined ? 'postgres' : databaseOf(name));

function urlOf({ host, port, user, password }: ServerAddress, database: string): string {
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgres://${credentials}@${host}:${port}/${database}`;
}

function appPasswordIn(stateDir: string): string {
  const file = join(stateDir, 'app-password');
  if (!existsSync(file)) {
    writeFileAtomic(file, `${randomBytes(24).toString('base64url')}\n`);
    chmodSync(file, 0o600);
  }
  return readFileSync(file, 'utf8').trim();
}
