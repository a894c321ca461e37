// Each app's database: cloned from its template (templates.ts), and cloned anew for every trial.
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../results/atomic';
import { asSuperuser, type ServerAddress, urlOf } from './server-address';
import { asDiskFullError, type ShopSize, sizeOfProducts } from './shop-size';
import { type AppName, appNames } from './subject';
import { appRole, cloneStatement, sourceText, Templates, templateOf } from './templates';

type Options = {
  /** Of a shop whose subject asks for no size of its own. */
  size?: ShopSize;
  /** Told of what takes a while. */
  say?: (text: string) => void;
};

export class Databases {
  private constructor(
    private readonly server: ServerAddress,
    private readonly appPassword: string,
    private readonly size: ShopSize,
    private readonly templates: Templates,
  ) {}

  /** Makes the role and the templates; again when what they are made from has changed since. */
  static async prepare(
    server: ServerAddress,
    stateDir: string,
    { size = '1k', say = () => undefined }: Options = {},
  ): Promise<Databases> {
    const databases = new Databases(
      server,
      appPasswordIn(stateDir),
      size,
      new Templates(server, say),
    );
    await databases.ensureRole();
    for (const app of appNames) await databases.templates.ensure(app, size);
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
    await this.templates.ensure(app, size);
    await asSuperuser(this.server, 'postgres', async (client) => {
      for (const statement of resetStatements(app, size, name)) await client.query(statement);
    }).catch(asDiskFullError(size));
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
    await asSuperuser(this.server, 'postgres', async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [appRole]);
      const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
      // The password is base64url: no quote can stand in it.
      await client.query(`${verb} ROLE ${appRole} LOGIN PASSWORD '${this.appPassword}'`);
      await client.query(sourceText('roles.sql'));
    });
  }
}

const databaseOf = (name: string): string => `headroom_${name}`;

function sizeOf(products: number): ShopSize {
  const size = sizeOfProducts(products);
  if (size === undefined) throw new Error(`the seed makes no shop of ${products} products`);
  return size;
}

/** One at a time: the first two cannot be part of a transaction. The third is what prepare.sh reads. */
export const resetStatements = (app: AppName, size: ShopSize, name: string = app): string[] => [
  `DROP DATABASE IF EXISTS ${databaseOf(name)} WITH (FORCE)`,
  cloneStatement(databaseOf(name), templateOf(app, size), size),
  `COMMENT ON DATABASE ${databaseOf(name)} IS '${size}'`,
];

/** @param name absent: the server's own database, which no reset drops */
export const superuserUrlAt = (server: ServerAddress, name?: string): string =>
  urlOf(server, name === undefined ? 'postgres' : databaseOf(name));

function appPasswordIn(stateDir: string): string {
  const file = join(stateDir, 'app-password');
  if (!existsSync(file)) {
    writeFileAtomic(file, `${randomBytes(24).toString('base64url')}\n`);
    chmodSync(file, 0o600);
  }
  return readFileSync(file, 'utf8').trim();
}
