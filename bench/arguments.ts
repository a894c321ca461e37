// What a bench may be given. A word that none knows would start hours of measuring something else.
import slos from '../contract/slo.json';
import { usageError } from '../lab/errors';

export const workloadNames: readonly string[] = Object.keys(slos);

type Allowed<Flag extends string, Word extends string> = {
  flags?: readonly Flag[];
  words?: readonly Word[];
  /** What a whole number among them stands for. */
  number?: string;
};
type Given<Flag, Word> = { has(flag: Flag): boolean; words: readonly Word[]; number?: number };

/** @throws LabError (exit 2) for what is not allowed */
export function readArguments<Flag extends string = never, Word extends string = never>(
  args: readonly string[],
  { flags = [], words = [], number }: Allowed<Flag, Word>,
): Given<Flag, Word> {
  const isNumber = (arg: string) => number !== undefined && /^[1-9]\d*$/.test(arg);
  const known: readonly string[] = [...flags, ...words];
  const named = [...known, ...(number === undefined ? [] : [`a number of ${number}`])].join(', ');
  for (const arg of args) {
    if (known.includes(arg) || isNumber(arg)) continue;
    throw usageError(`"${arg}" is no argument of this bench: it takes ${named || 'none'}.`);
  }
  const given = args.find(isNumber);
  return {
    has: (flag) => args.includes(flag),
    words: words.filter((word) => args.includes(word)),
    ...(given !== undefined && { number: Number(given) }),
  };
}

/** Those that are named, or all that there are. */
export const namedOr = <One>(named: readonly One[], all: readonly One[]): readonly One[] =>
  named.length > 0 ? named : all;

/** @throws LabError (exit 2) unless the text is a whole number, and not below the lowest */
export function readCount(text: string, name: string, lowest = 1): number {
  if (/^\d+$/.test(text) && Number(text) >= lowest) return Number(text);
  throw usageError(`${name}: "${text}" is no whole number from ${lowest} on.`);
}

/**
 * Of a table that is made in full with 1.
 *
 * @throws LabError (exit 2) unless there is one number above 0, or none
 */
export function readScale([scale = '1', ...others]: readonly string[]): number {
  if (others.length > 0)
    throw usageError(`"${others[0]}" follows the scale: this bench takes no more.`);
  if (Number(scale) > 0 && Number(scale) < Number.POSITIVE_INFINITY) return Number(scale);
  throw usageError(`scale: "${scale}" is no number above 0, such as 0.1 for a tenth of the table.`);
}
