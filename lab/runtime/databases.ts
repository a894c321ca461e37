// Each app's database, cloned from its template: schema and seed, which both apps share, and what
// the app's framework keeps besides (db/bookkeeping).
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { rootDir } from '../paths';
import { writeFileAtomic } from '../store/atomic';
import { requireRoom, sayDiskFull } from './database-room';
import { type ShopSize, sayProducts, shopSizes, sizeOfProducts } from './shop-size';
import { type AppName, appNames } from './subject';

export type ServerAddress = { host: string; port: number; user: string; password: string };

/** The apps' role: owns the tables, and is no superuser. */
const appRole = 'headroom_app';

type Options = {
  /** Of a shop whose subject asks for no size of its own. */
  size?: ShopSize;
  /** Told of what takes a while. */
  say?: (text: string) => void;
};

export class Databases {
  /** Templates that are known to be current. */
  private readonly current = new Set<string>();

  private constructor(
    private readonly server: ServerAddress,
    private readonly appPassword: string,
    private readonly size: ShopSize,
    private readonly say: (text: string) => void,
  ) {}

  /** Makes the role and the templates; again when what they are made from has changed since. */
  static async prepare(
    server: ServerAddress,
    stateDir: string,
    { size = '1k', say = () => undefined }: Options = {},
  ): Promise<Databases> {
    const databases = new Databases(server, appPasswordIn(stateDir), size, say);
    await databases.ensureRole();
    for (const app of appNames) await databases.ensureTemplates(app, size);
    return databases;
  }

  /**
   * Gives an app the seeded state anew; sessions that are still open there are ended. A shop of
   * another size than the usual is made where it is asked for the first time, and kept.
   *
   * @param name of the database, where an app has more than one
   * @throws LabError when the disk has no room for it
   */
  async reset(
    app: AppName,
    { name = app, products }: { name?: string; products?: number | undefined } = {},
  ): Promise<void> {
    const size = products === undefined ? this.size : sizeOf(products);
    await this.ensureTemplates(app, size);
    await this.asSuperuser('postgres', async (client) => {
      for (const statement of resetStatements(app, size, name)) await client.query(statement);
    }).catch(sayDiskFull(size));
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

  /** One with schema and seed, and of that a clone for the app with its framework's own tables. */
  private async ensureTemplates(app: AppName, size: ShopSize): Promise<void> {
    const template = templateOf(app, size);
    if (this.current.has(template)) return;
    const seed = seedTemplate(size);
    const shared = ['schema.sql', 'seed.sql'].map(sourceText);
    const sharedDigest = digestOf(...shared, size);
    const bookkeeping = sourceText(`bookkeeping/${app}.sql`);
    await this.ensureTemplate(seed, 'template0', size, sharedDigest, [
      'CREATE EXTENSION pg_stat_statements',
      `SET ROLE ${appRole}`,
      `SET headroom.products = ${shopSizes[size]}`,
      ...shared,
    ]);
    await this.ensureTemplate(template, seed, size, digestOf(sharedDigest, bookkeeping), [
      `SET ROLE ${appRole}`,
      bookkeeping,
    ]);
    this.current.add(template);
  }

  private async ensureTemplate(
    name: string,
    origin: string,
    size: ShopSize,
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
      await requireRoom(client, this.server, size);
      return false;
    });
    if (isCurrent) return;

    if (size !== '1k') {
      this.say(`Making ${name}: ${sayProducts(shopSizes[size])} products, once; it is kept.`);
    }
    try {
      await this.asSuperuser('postgres', (client) =>
        client.query(cloneStatement(name, origin, size)),
      );
      await this.asSuperuser(name, async (client) => {
        for (const text of contents) await client.query(text);
      });
      // The digest comes last: a template that was cut off in the middle has none, and is made again.
      await this.asSuperuser('postgres', (client) =>
        client.query(`COMMENT ON DATABASE ${name} IS '${digest}'`),
      );
    } catch (error) {
      // What there is of it is in the way of whoever must find room.
      await this.asSuperuser('postgres', (client) =>
        client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      ).catch(() => undefined);
      return sayDiskFull(size)(error);
    }
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

function sizeOf(products: number): ShopSize {
  const size = sizeOfProducts(products);
  if (size === undefined) throw new Error(`the seed makes no shop of ${products} products`);
  return size;
}

/**
 * A small template is cloned through the log, which needs no checkpoint; that of a large one would
 * be as large as the database, so its files are copied.
 */
const cloneStatement = (name: string, origin: string, size: ShopSize): string =>
  `CREATE DATABASE ${name} TEMPLATE ${origin} OWNER ${appRole} STRATEGY ${size === '1k' ? 'WAL_LOG' : 'FILE_COPY'}`;

/** One at a time: the first two cannot be part of a transaction. The third is what prepare.sh reads. */
export const resetStatements = (app: AppName, size: ShopSize, name: string = app): string[] => [
  `DROP DATABASE IF EXISTS ${databaseOf(name)} WITH (FORCE)`,
  cloneStatement(databaseOf(name), templateOf(app, size), size),
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
