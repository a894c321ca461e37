// Random numbers from a seed: the same for both apps, and again next year. Pure.

const MODULUS = 2 ** 31 - 1;
const MULTIPLIER = 48_271;

/** Gives the next number each time it is called. */
export type Draw = () => number;

/**
 * Whole numbers from 1 to 2^31 - 2: the minimal standard generator (Park, Miller and Stockmeyer,
 * CACM 36(7), 1993), in which every product is exact in a double.
 */
export function wholeNumbers(seed: number): Draw {
  let state = 1 + (Math.abs(seed) % (MODULUS - 1));
  return () => {
    state = (state * MULTIPLIER) % MODULUS;
    return state;
  };
}

/** Above 0 and below 1. */
export function fractions(seed: number): Draw {
  const next = wholeNumbers(seed);
  // Seeds that are close together begin close together.
  for (let skipped = 0; skipped < 3; skipped += 1) next();
  return () => next() / MODULUS;
}

/** Fisher and Yates's shuffle, in place. */
export function shuffled<Item>(items: Item[], seed: number): Item[] {
  const next = wholeNumbers(seed);
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = next() % (last + 1);
    const item = items[last] as Item;
    items[last] = items[other] as Item;
    items[other] = item;
  }
  return items;
}
