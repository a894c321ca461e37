import { expect, it } from 'vitest';
import { generatorsAsked } from './command';

it.each([
  ['capacity --app express', 1],
  ['capacity --app express --generators 3 --runs 2', 3],
  ['capacity --generators=auto --app express', 'auto'],
  ['capacity --app express --generators auto', 'auto'],
])('a search that is resumed has the generators of `lab %s`', (line, generators) => {
  expect(generatorsAsked(line.split(' '))).toBe(generators);
});
