// Options that several verbs share, with their checks.
import { InvalidArgumentError, Option } from 'commander';

const defaultSeed = 20260101;

export const seedOption = (): Option =>
  new Option('--seed <number>', 'choice of requests and of random starts')
    .default(defaultSeed)
    .argParser((text) => wholeNumber(text, 0, 2 ** 31 - 1));

export function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  }
  return value;
}
