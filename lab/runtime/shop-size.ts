// How large the shop is (three sizes that the seed makes, each a template of its own), and whether
// PostgreSQL's disk has room for it.
import { existsSync, statfsSync } from 'node:fs';
import type { Client } from 'pg';
import { shopSizeNames } from '../configuration/variables';
import { environmentError, type LabError } from '../errors';

/** By the name of the size, as the environment and the templates have it. */
export const shopSizes = {
  '1k': 1_000,
  '100k': 100_000,
  '1m': 1_000_000,
} as const satisfies Record<(typeof shopSizeNames)[number], number>;
export type ShopSize = keyof typeof shopSizes;

/** The size of a shop with exactly so many products; undefined where the seed makes no such shop. */
export const sizeOfProducts = (products: number): ShopSize | undefined =>
  shopSizeNames.find((size) => shopSizes[size] === products);

/** `1,000,000`, as sentences have it. */
export const formatProducts = (products: number): string => products.toLocaleString('en');

/** Of one database with its indexes, as pg_database_size() had it. */
const shopBytes: Record<ShopSize, number> = { '1k': 14e6, '100k': 95e6, '1m': 800e6 };

/** SQLSTATE disk_full. */
const diskFull = '53100';

const loopback = ['127.0.0.1', '::1', 'localhost'];

/** Refuses to begin what cannot be ended; the disk of a server elsewhere cannot be seen from here. */
export async function requireRoom(client: Client, host: string, size: ShopSize): Promise<void> {
  if (!loopback.includes(host)) return;
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  const folder = rows[0]?.data_directory ?? '';
  // Loopback may be a forwarded port: then the folder is another machine's.
  if (!existsSync(folder)) return;
  const { bavail, bsize } = statfsSync(folder);
  const problem = roomProblem(bavail * bsize, size, folder);
  if (problem !== undefined) throw problem;
}

/** A template that nobody can clone is of no use, and to fill one takes as much again of log. */
const databasesNeeded = 2;
const withLog = 2;

export function roomProblem(
  freeBytes: number,
  size: ShopSize,
  folder: string,
): LabError | undefined {
  const needed = databasesNeeded * withLog * shopBytes[size];
  if (freeBytes >= needed) return undefined;
  return environmentError(
    `A shop of ${formatProducts(shopSizes[size])} products needs ${gigabytes(needed)} of disk to be made, and ${folder} has ${gigabytes(freeBytes)} free. Free some, move PostgreSQL's data with HEADROOM_STATE, or take a smaller shop.`,
  );
}

/** For what PostgreSQL was doing when its disk was full; anything else is passed on. */
export const asDiskFullError =
  (size: ShopSize) =>
  (error: unknown): never => {
    if ((error as { code?: unknown }).code !== diskFull) throw error;
    throw environmentError(
      `PostgreSQL's disk was full before a shop of ${formatProducts(shopSizes[size])} products was made: each of its databases takes ${gigabytes(shopBytes[size])}. Free some, or take a smaller shop.`,
      error,
    );
  };

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
