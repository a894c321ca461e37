// How large the shop is: three sizes that the seed makes, each a template of its own.
import { environmentError } from '../errors';

/** By the name of the size, as the environment and the templates have it. */
export const shopSizes = { '1k': 1_000, '100k': 100_000, '1m': 1_000_000 } as const;
export type ShopSize = keyof typeof shopSizes;

const sizeNames = Object.keys(shopSizes) as ShopSize[];

/** What the environment asks for; the smallest by default. */
export function shopSize(env: NodeJS.ProcessEnv = process.env): ShopSize {
  const size = env.HEADROOM_SHOP_SIZE || '1k';
  if (Object.hasOwn(shopSizes, size)) return size as ShopSize;
  throw environmentError(
    `HEADROOM_SHOP_SIZE is "${size}": expected one of ${sizeNames.join(', ')}.`,
  );
}

/** The size of a shop with exactly so many products; undefined where the seed makes no such shop. */
export const sizeOfProducts = (products: number): ShopSize | undefined =>
  sizeNames.find((size) => shopSizes[size] === products);

/** `1,000,000`, as sentences have it. */
export const sayProducts = (products: number): string => products.toLocaleString('en');
