import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fractions } from '../random.ts';
import { CATEGORIES, choiceOf, MATERIALS, THINGS } from './catalogue.ts';

const seed = readFileSync(new URL('../../../db/seed.sql', import.meta.url), 'utf8');

it('every category and every word stands in the seed', () => {
  const slugs = [...seed.matchAll(/\(\d+, '([a-z-]+)', '[^']+'\)/g)].map(([, slug]) => slug);
  expect(CATEGORIES).toEqual(slugs);
  for (const word of [...MATERIALS, ...THINGS]) expect(seed).toMatch(new RegExp(`[ ']${word}[ ']`));
});

it.each([1_000, 100_000, 1_000_000])('of %i products each has a rank of its own', (products) => {
  // A scatter with no factor in common with the number of products maps no two ranks on one.
  const { product } = choiceOf(products, fractions(1));
  const chosen = Array.from({ length: 5_000 }, product);
  expect(Math.min(...chosen)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...chosen)).toBeLessThanOrEqual(products);
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  expect(gcd(7_919, products)).toBe(1);
});

it('choices are what they say', () => {
  const { upTo, happens } = choiceOf(1_000, fractions(3));
  expect(new Set(Array.from({ length: 200 }, () => upTo(3)))).toEqual(new Set([1, 2, 3]));
  const often = Array.from({ length: 5_000 }, () => happens(0.1)).filter(Boolean).length;
  expect(often / 5_000).toBeCloseTo(0.1, 1);
});
