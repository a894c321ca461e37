// Apps that a command names by their file: PATH/headroom.yaml, or PATH/headroom.yaml#NAME, wherever a verb
// takes an app. This comes before anything else that knows the apps: which there are is known once.
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { AppFileError } from '../../contract/app';
import {
  foldersVariable,
  headroomFile,
  noOthers,
  ownFolders,
  readDeclared,
} from '../../contract/app-files';

/** With a fragment for one of several apps, and what a subject's notation adds. */
const named = new RegExp(
  `^(--[a-z-]+=)?((?:.*/)?${headroomFile.replace('.', '\\.')})(?:#([a-z0-9]+))?([:@].*)?$`,
);

/** A folder with such a file stands for it, with the same before and after it. */
export function fileMeantBy(word: string): string {
  const [, option = '', rest = ''] = /^(--[a-z-]+=)?(.*)$/s.exec(word) ?? [];
  // A folder's own name may have these characters too.
  const ends = [rest.length, ...[...rest.matchAll(/[#:@]/g)].map(({ index }) => index)];
  for (const end of ends) {
    const folder = rest.slice(0, end);
    const inside = join(folder, headroomFile);
    if (folder.includes('/') && existsSync(inside)) return `${option}${inside}${rest.slice(end)}`;
  }
  return word;
}

/** What a word says of a file; undefined where it names none. */
function namedIn(word: string) {
  const [, option = '', path, fragment, rest = ''] = named.exec(word) ?? [];
  return path === undefined ? undefined : { option, path, fragment, rest };
}

/** For a command that takes fewer apps than it was given: which files stand for several, and how to name one. */
export const severalIn = (argv: readonly string[]): string[] =>
  argv.flatMap((word) => {
    const { path, fragment } = namedIn(fileMeantBy(word)) ?? {};
    if (path === undefined || fragment !== undefined) return [];
    const names = readDeclared(path).apps.map(({ name }) => name);
    if (names.length === 1) return [];
    return `${path} stands for its apps ${names.join(', ')}: name one, such as ${path}#${names[0]}.`;
  });

/**
 * HEADROOM_APPS for a lab that has the same files elsewhere.
 *
 * @returns undefined where it is not set
 */
export function foldersAt(
  placeOf: (path: string) => string,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const names = [noOthers, ...ownFolders()];
  return env[foldersVariable]
    ?.split(delimiter)
    .map((entry) => (entry === '' || names.includes(entry) ? entry : placeOf(entry)))
    .join(delimiter);
}

/**
 * Replaces each such word by the names of its apps, and sets HEADROOM_APPS so that there are these alone,
 * and those of apps/ that the command names too.
 *
 * @param env as the verb will read it
 */
export function takeNamedFiles(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): string[] {
  const files = new Set<string>();
  const words = argv.flatMap((word) => {
    // But not where it is to be written.
    const meant = argv[0] === 'init' ? word : fileMeantBy(word);
    const found = namedIn(meant);
    if (found === undefined) return word;
    const { option, path, fragment, rest } = found;
    const file = resolve(path);
    if (file.includes(delimiter)) {
      throw new AppFileError(
        `${file}: no folder on the way may have "${delimiter}" in its name, which divides paths in ${foldersVariable}. Rename it.`,
      );
    }
    files.add(file);
    const names = readDeclared(path).apps.map(({ name }) => name);
    const words = (fragment === undefined ? names : [fragment]).map((name) => `${name}${rest}`);
    // Of an option that is given twice, the last would count alone.
    return words.length === 1
      ? `${option}${words[0]}`
      : [option.replace('=', ''), ...words].filter(Boolean);
  });
  if (files.size === 0) return words;
  // Of the words as they were typed: an app of a file may have the name of one of apps/.
  const others = ownFolders().filter((name) =>
    argv.some((word) => word.replace(/[:@].*$/, '') === name),
  );
  const given = (env[foldersVariable] ?? '').split(delimiter).filter((entry) => entry !== '');
  env[foldersVariable] = [...new Set([...given, noOthers, ...others, ...files])].join(delimiter);
  return words;
}
