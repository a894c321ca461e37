// The text of a file that somebody else wrote: recognises its encoding, or says how to convert it.
import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { usageError } from '../errors';

/** As the name of a file: standard input. */
export const STDIN = '-';

/** How errors and results name what was read. */
export const sourceName = (path: string): string => (path === STDIN ? 'stdin' : path);

/** Half of what a string of V8 can hold; a device or a pipe without end stops here, too. */
const MOST_BYTES = 256 * 2 ** 20;
const CHUNK_BYTES = 2 ** 20;

/**
 * The text of a file the user named, or of standard input: UTF-8, or UTF-16 with its byte order
 * mark, which is removed. @throws LabError (exit 2)
 */
export function readText(path: string): string {
  return decodeText(readBytes(path), sourceName(path));
}

function readBytes(path: string): Buffer {
  try {
    const file = path === STDIN ? 0 : openSync(path, 'r');
    try {
      return readAll(file, path);
    } finally {
      if (file !== 0) closeSync(file);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const reason =
      { ENOENT: 'there is no such file', EISDIR: 'it is a folder' }[code] ?? String(code);
    throw usageError(
      `${sourceName(path)} cannot be read: ${reason}. Give the path of a readable file, or - for ` +
        'standard input.',
    );
  }
}

function readAll(file: number, path: string): Buffer {
  const chunks: Buffer[] = [];
  for (let size = 0; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const read = readSync(file, chunk);
    if (read === 0) return Buffer.concat(chunks, size);
    chunks.push(chunk.subarray(0, read));
    size += read;
    if (size > MOST_BYTES) {
      throw usageError(
        `${sourceName(path)} is larger than ${MOST_BYTES / 2 ** 20} MiB. Give a part of it, or ` +
          'the columns that are needed alone.',
      );
    }
  }
}

const CONTAINERS: readonly { magic: string; what: string; remedy: string }[] = [
  {
    magic: '504b0304',
    what: 'a ZIP archive, as Excel workbooks are',
    remedy: 'Save as "CSV UTF-8"',
  },
  { magic: 'd0cf11e0', what: 'an Excel workbook', remedy: 'Save it as "CSV UTF-8"' },
  { magic: '1f8b', what: 'compressed with gzip', remedy: 'Uncompress it (gunzip)' },
  { magic: '28b52ffd', what: 'compressed with zstd', remedy: 'Uncompress it (unzstd)' },
  { magic: '25504446', what: 'a PDF', remedy: 'Give the data as a CSV file' },
];

/** {@link readText} on bytes; `source` names them in errors. */
export function decodeText(bytes: Buffer, source: string): string {
  const start = bytes.toString('hex', 0, 4);
  const container = CONTAINERS.find(({ magic }) => start.startsWith(magic));
  if (container) {
    throw usageError(`${source} is ${container.what}, not text. ${container.remedy}.`);
  }
  const utf16 = { fffe: 'utf-16le', feff: 'utf-16be' }[start.slice(0, 4)];
  if (utf16) return withoutNul(decodeUtf16(bytes, utf16, source), source);
  if (bytes.includes(0)) withoutNul(bytes.toString('latin1'), source);
  return decodeUtf8(bytes, source);
}

function withoutNul(text: string, source: string): string {
  const nul = text.indexOf('\0');
  if (nul < 0) return text;
  const line = text.slice(0, nul).split(/\r\n?|\n/).length;
  throw usageError(
    `${source}:${line}: there is a NUL character, so this is not UTF-8 text. If it is UTF-16, ` +
      'convert it (iconv -f UTF-16 -t UTF-8); if the file is damaged, repair it.',
  );
}

function decodeUtf16(bytes: Buffer, encoding: string, source: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw usageError(
      `${source} begins like UTF-16 (${encoding}) and is not. Save it as "CSV UTF-8".`,
    );
  }
}

function decodeUtf8(bytes: Buffer, source: string): string {
  if (isUtf8(bytes))
    return bytes.toString('utf8', bytes.toString('hex', 0, 3) === 'efbbbf' ? 3 : 0);
  let line = 1;
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    if (!isUtf8(bytes.subarray(start, end))) break;
    line += 1;
    start = end + 1;
  }
  throw usageError(
    `${source}:${line}: this is not UTF-8. Save the file as UTF-8, or convert it ` +
      '(iconv -f WINDOWS-1252 -t UTF-8, if it comes from Windows).',
  );
}
