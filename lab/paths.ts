// Where things are: the clone, what set-up brought, what a run leaves behind.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { configuration } from './configuration/configuration';
import { environmentError } from './errors';

export const rootDir = resolve(__dirname, '..');

/** Tools and packages that the launcher brought. */
export const toolsDir = join(rootDir, '.lab');

/** Folders of runs. */
export const resultsDir = resolve(configuration.resultsDir ?? join(rootDir, 'results'));

/**
 * State of the running lab: process list, PostgreSQL's and Prometheus's data, logs.
 * PostgreSQL refuses to run as root, and the user it then runs as
 * cannot enter every folder that root can clone into: such a clone keeps its state in /var/tmp.
 */
export const stateDir = resolve(configuration.stateDir ?? defaultStateDir());

function defaultStateDir(): string {
  const inClone = join(toolsDir, 'run');
  if (process.getuid?.() !== 0 || everyoneMayEnter(rootDir)) return inClone;
  const name = createHash('sha256').update(rootDir).digest('hex').slice(0, 12);
  return ownFolder(join('/var/tmp', `headroom-${name}`));
}

/**
 * A folder at a path that anybody can predict, in one where anybody may write. It is made at once: later, another
 * user's could be there.
 *
 * @throws LabError where it is not this user's alone
 */
export function ownFolder(path: string): string {
  try {
    mkdirSync(path, 0o755);
  } catch {
    // There already; or a disk that cannot be written, which whoever writes there is told.
  }
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return path;
  const isOwn = found.isDirectory() && found.uid === process.getuid?.();
  if (isOwn && (found.mode & 0o022) === 0) return path;
  throw environmentError(
    `${path} is not a folder that you alone can write to: somebody else may have put it there. Remove it after a look, or give the lab another folder (HEADROOM_STATE).`,
  );
}

export function everyoneMayEnter(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
