// A file is there whole or not at all, also after a power cut.
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { unwritableError } from '../system-errors';

/** For nobody but the owner to read. */
export const secretMode = 0o600;

/** @param mode less what the umask takes away; `secretMode` where it holds a password */
export function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o666): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    // A device or a pipe (`--output /dev/stdout`) is written to: a file must not take its place.
    if (isNoFile(path)) {
      writeFileSync(path, content);
      return;
    }
    writeFileSync(temporary, content, { flush: true, mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritableError(path, error as NodeJS.ErrnoException) ?? error;
  }
  syncToDisk(dirname(path));
}

function isNoFile(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile();
}

/**
 * Takes over what another program wrote in place, if it wrote at all and to the end: a full disk or
 * a kill leaves half a file, which is worth nothing and is removed.
 * @param check throws on half a file
 */
export function adoptWritten(from: string, to: string, check: (content: string) => void): void {
  if (!existsSync(from)) return;
  try {
    check(readFileSync(from, 'utf8'));
  } catch {
    rmSync(from);
    return;
  }
  syncToDisk(from);
  renameSync(from, to);
  syncToDisk(dirname(to));
}

/** A file, or a folder: a new name itself is on disk only when its folder is. */
export function syncToDisk(path: string): void {
  const opened = openSync(path, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
