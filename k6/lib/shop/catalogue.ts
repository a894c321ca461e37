// What there is in the shop, as far as a visitor must know it to ask for it, and how it is chosen.
// The words are those of db/seed.sql; a test holds the two together. Pure.
import type { Draw } from '../random.ts';
import { zipfRanks } from './zipf.ts';

/** Of the smallest shop, and so in every shop. */
export const FEWEST_PRODUCTS = 1_000;

export const CATEGORIES = [
  ...['lamps', 'chairs', 'tables', 'shelves', 'rugs', 'clocks', 'mirrors', 'baskets', 'blankets'],
  ...['pots-and-pans', 'knives', 'cups', 'kettles', 'garden-tools', 'notebooks', 'pens', 'bags'],
  ...['boots', 'umbrellas', 'games'],
];

/** What people search for: a third of the materials and things of the seed. */
export const MATERIALS = ['oak', 'bamboo', 'steel', 'copper', 'glass', 'linen', 'wool', 'silver'];
export const THINGS = ['lamp', 'chair', 'table', 'clock', 'mirror', 'basket', 'kettle', 'bag'];

/**
 * Few products draw most of the interest: 0.99 is YCSB's constant (Cooper et al., SoCC 2010), by
 * which the first of a thousand products gets an eighth of the looks and the first hundred 70 %.
 */
const POPULARITY_EXPONENT = 0.99;

/** Prime, and in no size of the shop a divisor: rank after rank falls on another product. */
const SCATTER = 7_919;

export type Choice = {
  /** The id of a product, by Zipf's law; popular ones lie far apart in the table. */
  product: () => number;
  category: () => string;
  /** Two words: what fits both is a handful of a thousand products. */
  words: () => string;
  /** From 1 to `most`, each as likely. */
  upTo: (most: number) => number;
  /** True in this share of the cases. */
  happens: (share: number) => boolean;
};

export function choiceOf(products: number, draw: Draw): Choice {
  const rank = zipfRanks(products, POPULARITY_EXPONENT, draw);
  const oneOf = (items: readonly string[]) => items[Math.floor(draw() * items.length)] as string;
  return {
    product: () => 1 + ((rank() * SCATTER) % products),
    category: () => oneOf(CATEGORIES),
    words: () => `${oneOf(MATERIALS)} ${oneOf(THINGS)}`,
    upTo: (most) => 1 + Math.floor(draw() * most),
    happens: (share) => draw() < share,
  };
}
