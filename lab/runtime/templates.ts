// The templates that databases are cloned from: schema and seed, which both apps share, and of that one
// for each app, with what its framework keeps besides (db/bookkeeping). One of each for a size of the shop.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootDir } from '../paths';
import { asSuperuser, type ServerAddress } from './server-address';
import {
  asDiskFullError,
  formatProducts,
  requireRoom,
  type ShopSize,
  shopSizes,
} from './shop-size';
import type { AppName } from './subject';

/** The apps' role: owns the tables, and is no superuser. */
export const appRole = 'headroom_app';

export class Templates {
  /** Those that are known to be current. */
  private readonly current = new Set<string>();

  /** @param say told of what takes a while */
  constructor(
    private readonly server: ServerAddress,
    private readonly say: (text: string) => void,
  ) {}

  /**
   * One with schema and seed, and of that a clone for the app with its framework's own tables. Both
   * are left as if long at rest: the first to read a row of a clone need not note on its page that
   * whoever wrote it has committed, which would be a write that a read is charged for.
   */
  async ensure(app: AppName, size: ShopSize): Promise<void> {
    const template = templateOf(app, size);
    if (this.current.has(template)) return;
    const seed = seedTemplate(size);
    const shared = ['schema.sql', 'seed.sql'].map(sourceText);
    const sharedDigest = digestOf(...shared, size);
    const bookkeeping = sourceText(`bookkeeping/${app}.sql`);
    await this.make(seed, 'template0', size, sharedDigest, [
      'CREATE EXTENSION pg_stat_statements',
      `SET ROLE ${appRole}`,
      `SET headroom.products = ${shopSizes[size]}`,
      ...shared,
      'RESET ROLE',
      // Here alone: a sample drawn for each app would give them different statistics.
      'VACUUM (FREEZE, ANALYZE)',
    ]);
    await this.make(template, seed, size, digestOf(sharedDigest, bookkeeping), [
      `SET ROLE ${appRole}`,
      bookkeeping,
      'RESET ROLE',
      'VACUUM (FREEZE)',
    ]);
    this.current.add(template);
  }

  private async make(
    name: string,
    origin: string,
    size: ShopSize,
    digest: string,
    contents: readonly string[],
  ): Promise<void> {
    const isCurrent = await asSuperuser(this.server, 'postgres', async (client) => {
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
    } catch (error) {
      // What there is of it is in the way of whoever must find room.
      await asSuperuser(this.server, 'postgres', (client) =>
        client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      ).catch(() => undefined);
      return asDiskFullError(size)(error);
    }
  }
}

const seedTemplate = (size: ShopSize): string => `headroom_seed_${size}`;
export const templateOf = (app: AppName, size: ShopSize): string =>
  `headroom_template_${app}_${size}`;

/** A file of db/. */
export const sourceText = (name: string): string => readFileSync(join(rootDir, 'db', name), 'utf8');

const digestOf = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex');

/**
 * A small template is cloned through the log, which needs no checkpoint; that of a large one would
 * be as large as the database, so its files are copied.
 */
export const cloneStatement = (name: string, origin: string, size: ShopSize): string =>
  `CREATE DATABASE ${name} TEMPLATE ${origin} OWNER ${appRole} STRATEGY ${size === '1k' ? 'WAL_LOG' : 'FILE_COPY'}`;
