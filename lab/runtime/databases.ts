// A PostgreSQL server, and each app's database there: cloned from its template, and cloned again for
// every trial. Templates hold schema and seed, which both apps share, and of that one for each app, with
// what its framework keeps besides (db/bookkeeping); one of each for a size of the shop.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usesDatabase } from '../../contract/apps';
import { shopSizeNames } from '../configuration/variables';
import { environmentError } from '../errors';
import { secretMode, writeFileAtomic } from '../results/atomic';
import type { Revision } from '../results/schemas';
import { asSuperuser, type ServerAddress, urlOf } from './database-server';
import { appOf, databaseSourcesOf } from './revisions/app';
import {
  asDiskFullError,
  formatProducts,
  requireRoom,
  type ShopSize,
  shopSizes,
  sizeOfProducts,
} from './shop-size';
import { type AppName, appNames } from './subject';

/** The apps' role: owns the tables, and is no superuser. */
const appRole = 'headroom_app';
/** Of a lab that did not start the server (db/lab.sql). */
const labRole = 'headroom_lab';

type Options = {
  /** Of a shop whose subject asks for no size of its own. */
  size?: ShopSize;
  /** Called with what takes a while. */
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
    await databases.ensureRole(appRole, 'roles.sql');
    for (const app of appNames.filter(usesDatabase)) await databases.ensureTemplate(app, size);
    return databases;
  }

  /**
   * For containers that are started by somebody else: makes each app's database too, unless it is there
   * already, and the role of a lab beside them. One that fits keeps its rows; one of another size, or of
   * tables that are no more, goes.
   */
  static async prepareForGood(
    server: ServerAddress,
    passwords: { app: string; lab: string },
    size: ShopSize,
    say: (text: string) => void,
  ): Promise<void> {
    const databases = new Databases(server, passwords.app, size, say);
    await databases.ensureRole(appRole, 'roles.sql');
    await databases.ensureRole(labRole, 'lab.sql', passwords.lab);
    await asSuperuser(server, 'postgres', (client) =>
      client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements'),
    );
    for (const app of appNames.filter(usesDatabase)) {
      const { isNew } = await databases.ensureTemplate(app, size);
      const madeFor = await commentOn(server, databaseOf(app));
      if (isNew || madeFor !== size) await databases.reset(app);
    }
  }

  /**
   * Gives an app the seeded state again; sessions that are still open there are ended. A shop of
   * another size than the usual is made where it is asked for the first time, and kept.
   *
   * @param name of the database, where an app has more than one
   * @param revision whose schema, seed and tables it gets; absent: the clone's
   * @throws LabError when the disk has no room for it
   */
  async reset(
    app: AppName,
    {
      name = app,
      products,
      revision,
    }: { name?: string; products?: number | undefined; revision?: Revision | undefined } = {},
  ): Promise<void> {
    const size = products === undefined ? this.size : sizeOf(products);
    const { template } = await this.ensureTemplate(app, size, revision);
    await asSuperuser(this.server, 'postgres', async (client) => {
      for (const statement of resetStatements(app, size, name, template)) {
        await client.query(statement);
      }
    }).catch(asDiskFullError(size));
  }

  async drop(name: string): Promise<void> {
    await asSuperuser(this.server, 'postgres', (client) => client.query(dropStatement(name)));
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

  /** @param rights file of db/ with what the role may do, and what bounds it */
  private async ensureRole(
    role: string,
    rights: string,
    password = this.appPassword,
  ): Promise<void> {
    await asSuperuser(this.server, 'postgres', async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
      await client.query(`${verb} ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
      await client.query(sourceText(rights));
    });
  }

  /**
   * One with schema and seed, and of that a clone for the app with its framework's own tables. Both
   * are left as if long at rest: the first to read a row of a clone need not note on its page that
   * whoever wrote it has committed, which would be a write that a read is charged for.
   *
   * A revision that makes them of something else has templates of its own beside the clone's.
   *
   * @returns its name, and whether it had to be made
   */
  private async ensureTemplate(
    app: AppName,
    size: ShopSize,
    revision?: Revision,
  ): Promise<{ template: string; isNew: boolean }> {
    const { shared, bookkeeping } = sourcesOf(app, revision);
    const sharedDigest = digestOf(...shared, size);
    const digest = digestOf(sharedDigest, bookkeeping);
    const usual = sourcesOf(app);
    const usualShared = digestOf(...usual.shared, size);
    const seed = seedTemplate(size) + unlessSame(sharedDigest, usualShared);
    const template =
      templateOf(app, size) + unlessSame(digest, digestOf(usualShared, usual.bookkeeping));
    if (this.current.has(template)) return { template, isNew: false };
    await this.make(seed, 'template0', size, sharedDigest, [
      'CREATE EXTENSION pg_stat_statements',
      `SET ROLE ${appRole}`,
      `SET headroom.products = ${shopSizes[size]}`,
      ...shared,
      'RESET ROLE',
      // Here alone: a sample drawn for each app would give them different statistics.
      'VACUUM (FREEZE, ANALYZE)',
    ]);
    const isNew = await this.make(template, seed, size, digest, [
      `SET ROLE ${appRole}`,
      bookkeeping,
      'RESET ROLE',
      'VACUUM (FREEZE)',
    ]);
    this.current.add(template);
    return { template, isNew };
  }

  private async make(
    name: string,
    origin: string,
    size: ShopSize,
    digest: string,
    contents: readonly string[],
  ): Promise<boolean> {
    if ((await commentOn(this.server, name)) === digest) return false;
    await asSuperuser(this.server, 'postgres', async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await requireRoom(client, this.server.host, size);
    });

    if (size !== '1k') {
      this.say(`Making ${name}: ${formatProducts(shopSizes[size])} products, once; it is kept.`);
    }
    try {
      await asSuperuser(this.server, 'postgres', (client) =>
        client.query(cloneStatement(name, origin, size)),
      );
      await asSuperuser(this.server, name, async (client) => {
        for (const text of contents) await client.query(text);
      });
      await asSuperuser(this.server, 'postgres', async (client) => {
        // The digest comes last: a template that was cut off in the middle has none, and is made again.
        await client.query(`COMMENT ON DATABASE ${name} IS '${digest}'`);
        // Written out now, or the first reset has to wait for it.
        await client.query('CHECKPOINT');
      });
      return true;
    } catch (error) {
      // What there is of it is in the way of whoever must find room.
      await asSuperuser(this.server, 'postgres', (client) =>
        client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      ).catch(() => undefined);
      return asDiskFullError(size)(error);
    }
  }
}

/**
 * Gives an app the seeded state again on a server that somebody else prepared (`prepareForGood`), in the size
 * that the database there was made for.
 *
 * @param server with the role of db/lab.sql
 */
export async function resetPrepared(server: ServerAddress, app: AppName): Promise<void> {
  const comment = await commentOn(server, databaseOf(app));
  const size =
    shopSizeNames.find((known) => known === comment) ?? (await sizeOfOnlyTemplate(server, app));
  if (size === undefined) {
    throw environmentError(
      `${databaseOf(app)} at ${server.host}:${server.port} was not made by the lab: the service \`database\` of docker-compose.yml makes it.`,
    );
  }
  await asSuperuser(server, 'postgres', async (client) => {
    for (const statement of resetStatements(app, size)) await client.query(statement);
  });
}

/** A reset that was cut off leaves no database, or one that does not say its size yet. */
async function sizeOfOnlyTemplate(
  server: ServerAddress,
  app: AppName,
): Promise<ShopSize | undefined> {
  const made: ShopSize[] = [];
  for (const size of shopSizeNames) {
    if (await commentOn(server, templateOf(app, size))) made.push(size);
  }
  return made.length === 1 ? made[0] : undefined;
}

/** Of what a template was made, and for which size a database was; undefined where there is none. */
const commentOn = (server: ServerAddress, database: string): Promise<string | null | undefined> =>
  asSuperuser(server, 'postgres', async (client) => {
    const { rows } = await client.query<{ comment: string | null }>(
      `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`,
      [database],
    );
    return rows[0]?.comment;
  });

/** What PostgreSQL calls it. */
export const databaseOf = (name: string): string => `headroom_${name}`;

function sizeOf(products: number): ShopSize {
  const size = sizeOfProducts(products);
  if (size === undefined) throw new Error(`the seed makes no shop of ${products} products`);
  return size;
}

export const dropStatement = (name: string): string =>
  `DROP DATABASE IF EXISTS ${databaseOf(name)} WITH (FORCE)`;

/** One at a time: the first two cannot be part of a transaction. The third says what it is for. */
export const resetStatements = (
  app: AppName,
  size: ShopSize,
  name: string = app,
  template = templateOf(app, size),
): string[] => [
  dropStatement(name),
  cloneStatement(databaseOf(name), template, size),
  `COMMENT ON DATABASE ${databaseOf(name)} IS '${size}'`,
];

/** @param name absent: the server's own database, which no reset drops */
export const superuserUrlAt = (server: ServerAddress, name?: string): string =>
  urlOf(server, name === undefined ? 'postgres' : databaseOf(name));

function appPasswordIn(stateDir: string): string {
  const file = join(stateDir, 'app-password');
  if (!existsSync(file)) {
    writeFileAtomic(file, `${randomBytes(24).toString('base64url')}\n`, secretMode);
  }
  return readFileSync(file, 'utf8').trim();
}

const seedTemplate = (size: ShopSize): string => `headroom_seed_${size}`;
const templateOf = (app: AppName, size: ShopSize): string => `headroom_template_${app}_${size}`;

const sourceText = (name: string, revision?: Revision): string =>
  readFileSync(join(databaseSourcesOf(revision), name), 'utf8');

/** What a template is made of, besides the number of products. */
function sourcesOf(app: AppName, revision?: Revision): { shared: string[]; bookkeeping: string } {
  const { folder, bookkeeping } = appOf({ app, ...(revision && { revision }) });
  return {
    shared: ['schema.sql', 'seed.sql'].map((name) => sourceText(name, revision)),
    bookkeeping: bookkeeping === undefined ? '' : readFileSync(join(folder, bookkeeping), 'utf8'),
  };
}

const unlessSame = (digest: string, usual: string): string =>
  digest === usual ? '' : `_${digest.slice(0, 8)}`;

const digestOf = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex');

/**
 * A small template is cloned through the log, which needs no checkpoint; that of a large one would
 * be as large as the database, so its files are copied.
 */
const cloneStatement = (name: string, origin: string, size: ShopSize): string =>
  `CREATE DATABASE ${name} TEMPLATE ${origin} OWNER ${appRole} STRATEGY ${size === '1k' ? 'WAL_LOG' : 'FILE_COPY'}`;
