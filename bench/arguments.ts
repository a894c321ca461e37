// What a bench may be given. A word that none knows would start hours of measuring something else.
import slos from '../contract/slo.json';
import { positive, wholeNumber } from '../lab/cli/options';
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

/** @throws LabError (exit 2) unless the text is a whole number, and not below the least */
export const readCount = (text: string, name: string, least = 1): number =>
  parsed(name, text, (given) => wholeNumber(given, least, 1000));

/**
 * Of a table that is made in full with 1.
 *
 * @throws LabError (exit 2) unless there is one number above 0, or none
 */
export function readScale([scale = '1', ...others]: readonly string[]): number {
  requireNoMore(others, 'the scale');
  return parsed('scale', scale, positive);
}

/** Of so many in full, those of a scale: one at least. */
export const scaled = (full: number, scale: number): number =>
  Math.max(1, Math.round(full * scale));

/** @throws LabError (exit 2) for the first argument that is left */
export function requireNoMore([other]: readonly string[], last: string): void {
  if (other === undefined) return;
  throw usageError(`"${other}" follows ${last}: this bench takes no more.`);
}

/** The parsers of the verbs' options say what to give, but not for what. */
function parsed(name: string, text: string, parse: (text: string) => number): number {
  try {
    return parse(text);
  } catch (error) {
    throw usageError(`${name} is "${text}". ${(error as Error).message}`);
  }
}
