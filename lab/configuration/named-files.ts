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
    // A folder with one stands for it, but not where it is to be written.
    const inside = argv[0] !== 'init' && word.includes('/') ? join(word, headroomFile) : '';
    const meant = inside !== '' && existsSync(inside) ? inside : word;
    const [, option = '', path, fragment, rest = ''] = named.exec(meant) ?? [];
    if (path === undefined) return word;
    const file = resolve(path);
    if (file.includes(delimiter)) {
      throw new AppFileError(
        `${file}: no folder on the way may have "${delimiter}" in its name, which divides paths in ${foldersVariable}. Rename it.`,
      );
    }
    files.add(file);
    const names = readDeclared(path).apps.map(({ name }) => name);
    return (fragment === undefined ? names : [fragment]).map((name) => `${option}${name}${rest}`);
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
