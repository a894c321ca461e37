// What to type next, as a sentence names it: it works when it is pasted.
import { delimiter } from 'node:path';
import { foldersVariable, headroomFile, noOthers } from '../../contract/app-files';
import { notationOf } from '../../contract/apps';

/**
 * A command of the lab, between backticks.
 *
 * @param apps those that the command needs: of one that is not the clone's own, its file has to be named
 */
export function typed(words: readonly string[], apps: readonly string[] = []): string {
  const files = apps
    .map(notationOf)
    .filter((notation) => notation.includes(headroomFile))
    .map((notation) => notation.replace(/#[a-z0-9]+$/, ''));
  const others = files.length === apps.length ? [noOthers] : [];
  const isNamed = words.some((word) => word.includes(headroomFile));
  const variable =
    files.length === 0 || isNamed
      ? ''
      : `${foldersVariable}=${quoted([...new Set([...others, ...files])].join(delimiter))} `;
  return `\`${variable}npm run lab -- ${words.map(quoted).join(' ')}\``;
}

/** What `lab compare` can be given: two apps, or the only one as committed and as it lies there. */
export const twoOf = ([one = '', another]: readonly string[]): [string, string] =>
  another === undefined ? [`${one}@HEAD`, `${one}@worktree`] : [one, another];

/** As a shell takes it for one word, whatever is in it. */
export const quoted = (text: string): string =>
  /^[\w./:@=,%+-][\w./:@=,%+#-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
