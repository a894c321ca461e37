// What the operating system or the database server refuses: such an error is about this machine and its
// folders, and no bug in the lab.
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { environmentError, type LabError } from './errors';
import { resultsDir, rootDir, stateDir, toolsDir } from './paths';

/** What a code of errno(3) says of a path, and what a person can do about it. */
const reasons: Record<string, readonly [what: string, remedy?: string]> = {
  ENOSPC: ['the disk is full', 'Free some space'],
  EDQUOT: ['your quota is used up', 'Free some space'],
  EROFS: ['the file system is read-only'],
  EACCES: ['you have no permission there'],
  EPERM: ['the system does not permit it'],
  ENOENT: ['it is not there'],
  ENOTDIR: ['a part of this path is a file, not a folder'],
  EEXIST: ['there is a file where a folder is wanted'],
  EISDIR: ['it is a folder'],
  ENAMETOOLONG: ['its name is too long'],
  ELOOP: ['its symbolic links lead in a circle'],
  EIO: ['the device reports a fault', 'Look at the system’s log'],
  EMFILE: ['too many files are open', 'Raise the limit (`ulimit -n 4096`)'],
  ENFILE: ['too many files are open on this machine', 'Close other programs'],
};

type SystemError = NodeJS.ErrnoException & { syscall: string };

/** An error of writing there, or of making a folder there; undefined where the system says something else. */
export function unwritableError(path: string, error: NodeJS.ErrnoException): LabError | undefined {
  const reason = reasons[error.code ?? ''];
  if (reason === undefined) return undefined;
  const [what, remedy = `Choose another ${placeOf(path)}`] = reason;
  return environmentError(
    `${path} cannot be written: ${what}. ${remedy}, then run it again.`,
    error,
  );
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Made with those above it, unless it is there. */
export function makeFolder(path: string, mode = 0o777): void {
  // Not Node's own `recursive`, which never ends where the system lets nobody make a folder (/proc).
  const make = (folder: string): void => {
    if (isFolder(folder)) return;
    make(dirname(folder));
    try {
      mkdirSync(folder, mode);
    } catch (error) {
      // Made by another process meanwhile.
      if (!isFolder(folder)) throw error;
    }
  };
  try {
    make(path);
  } catch (error) {
    throw unwritableError(path, error as NodeJS.ErrnoException) ?? error;
  }
}

/** Before anything is started that would have nowhere to write to; rights alone do not tell. */
export function requireWritable(folder: string): void {
  makeFolder(folder);
  try {
    rmdirSync(mkdtempSync(join(folder, '.written-')));
  } catch (error) {
    throw unwritableError(folder, error as NodeJS.ErrnoException) ?? error;
  }
}

/** The same of a file that is appended to at the end of a long run; none is left where there was none. */
export function requireAppendable(file: string): void {
  try {
    const isNew = !existsSync(file);
    closeSync(openSync(file, 'a'));
    if (isNew) rmSync(file);
  } catch (error) {
    throw unwritableError(file, error as NodeJS.ErrnoException) ?? error;
  }
}

/** What to tell of an error that nobody expected; undefined where it is a bug in the lab after all. */
export function refusalOf(error: unknown): LabError | undefined {
  for (const one of withCauses(error)) {
    const text = isSystemError(one) ? describeSystemError(one) : describeServerError(one);
    if (text !== undefined) return environmentError(text, error);
  }
  return undefined;
}

function* withCauses(error: unknown): Generator<unknown> {
  for (let one = error; one instanceof Error; one = one.cause) {
    yield one;
    if (one instanceof AggregateError) yield* one.errors;
  }
}

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'syscall' in error && 'code' in error;

/** Errors of our own code have no part in this: a file of the clone that is missing is one. */
function describeSystemError(error: SystemError): string | undefined {
  const { code = '', path, syscall, message } = error;
  const [what, remedy] = reasons[code] ?? [];
  if (syscall === 'connect' || syscall === 'getaddrinfo') {
    return `${message}. Is the server up, and its address right?`;
  }
  if (what === undefined) return undefined;
  // Such as of `read`, `write` and `kill`.
  if (path === undefined)
    return `${message}: ${what}. ${remedy ?? 'Correct that'}, then run it again.`;
  if (syscall.startsWith('spawn')) return `${path} cannot be started: ${what}. Install it.`;
  if (code === 'ENOENT' && isSource(path)) return undefined;
  return `${path} cannot be used (${syscall}): ${what}. ${remedy ?? `Correct that, or choose another ${placeOf(path)}`}, then run it again.`;
}

/** Classes of SQLSTATE that speak of the server, its rights and its room, not of a statement. */
const ofTheServer = /^(08|28|53|57|58)|^42501$/;

function describeServerError(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'severity' in error)) return undefined;
  if (!ofTheServer.test(String(error.code))) return undefined;
  return `PostgreSQL refuses: ${error.message}. The lab needs a server that stays up, and a superuser there.`;
}

const isIn = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder + sep);

const isSource = (path: string): boolean =>
  isIn(rootDir, path) && ![resultsDir, stateDir, toolsDir].some((folder) => isIn(folder, path));

/** What to choose another of, and how. */
function placeOf(path: string): string {
  if (isIn(resultsDir, path)) return 'folder (HEADROOM_RESULTS)';
  if (isIn(stateDir, path)) return 'folder (HEADROOM_STATE)';
  return 'place';
}
