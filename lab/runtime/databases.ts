// Each app's database, cloned from a template that holds the schema and the seed.
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { rootDir } from '../paths';
import { writeFileAtomic } from '../store/atomic';

export type ServerAddress = { host: string; port: number; user: string; password: string };

/** The apps' role: owns the tables, and is no superuser. */
const appRole = 'headroom_app';
const templateName = 'headroom_template';

export class Databases {
  private constructor(
    private readonly server: ServerAddress,
    private readonly appPassword: string,
  ) {}

  /** Makes the role and the template; again when schema or seed have changed since. */
  static async prepare(server: ServerAddress, stateDir: string): Promise<Databases> {
    const databases = new Databases(server, appPasswordIn(stateDir));
    await databases.ensureRole();
    await databases.ensureTemplate();
    return databases;
  }

  /** Gives an app the seeded state anew; sessions that are still open there are ended. */
  async reset(app: string): Promise<void> {
    await this.asSuperuser('postgres', async (client) => {
      for (const statement of resetStatements(app)) await client.query(statement);
    });
  }

  /** What the app is given. */
  appUrl(app: string): string {
    return urlOf({ ...this.server, user: appRole, password: this.appPassword }, databaseOf(app));
  }

  /** For counting statements and looking behind an app's back. */
  superuserUrl(app: string): string {
    return superuserUrlAt(this.server, app);
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

  private async ensureTemplate(): Promise<void> {
    const sources = ['schema.sql', 'seed.sql'].map((name) =>
      readFileSync(join(rootDir, 'db', name), 'utf8'),
    );
    const digest = createHash('sha256').update(sources.join('\0')).digest('hex');
    const isCurrent = await this.asSuperuser('postgres', async (client) => {
      const { rows } = await client.query<{ digest: string | null }>(
        `SELECT shobj_description(oid, 'pg_database') AS digest FROM pg_database WHERE datname = $1`,
        [templateName],
      );
      if (rows[0]?.digest === digest) return true;
      await client.query(`DROP DATABASE IF EXISTS ${templateName} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${templateName} TEMPLATE template0 OWNER ${appRole}`);
      return false;
    });
    if (isCurrent) return;

    await this.asSuperuser(templateName, async (client) => {
      await client.query('CREATE EXTENSION pg_stat_statements');
      await client.query(`SET ROLE ${appRole}`);
      for (const source of sources) await client.query(source);
    });
    await this.asSuperuser('postgres', (client) =>
      client.query(`COMMENT ON DATABASE ${templateName} IS '${digest}'`),
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

const databaseOf = (app: string): string => `headroom_${app}`;

/** One at a time: neither can be part of a transaction. */
export const resetStatements = (app: string): string[] => [
  `DROP DATABASE IF EXISTS ${databaseOf(app)} WITH (FORCE)`,
  `CREATE DATABASE ${databaseOf(app)} TEMPLATE ${templateName} OWNER ${appRole}`,
];

/** @param app absent: the server's own database, which no reset drops */
export const superuserUrlAt = (server: ServerAddress, app?: string): string =>
  urlOf(server, app === undefined ? 'postgres' : databaseOf(app));

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
