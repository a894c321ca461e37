// What an app logs, read from the file that keeps its stderr.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Subject } from './subjects';

/** Each app writes a level in its own way: pino as a number in JSON, Python's logging as a word. */
export const levelMarks = {
  warn: /"level":40\b|\[WARNING\]/,
  error: /"level":50\b|\[ERROR\]/,
};

/** All that the app has logged since this was called; undefined where its log cannot be seen. */
export function appLogFromNow({ logFile }: Subject): () => string | undefined {
  if (logFile === undefined) return () => undefined;
  const from = readFrom(logFile, 0).length;
  return () => readFrom(logFile, from).toString('utf8');
}

function readFrom(path: string, offset: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const content = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
    readSync(file, content, 0, content.length, offset);
    return content;
  } finally {
    closeSync(file);
  }
}
