// What an app logs, read from the file that keeps its stderr.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { expect } from 'vitest';
import { type Subject, settingsOf } from './subjects';

/** Each app writes a level in its own way: pino as a number in JSON, Python's logging as a word. */
const levelMarks = {
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

/** As the app calls it, whatever failed: one failure of the database has one line. */
export function expectOneFailureLogged(subject: Subject, log: string | undefined): void {
  if (log === undefined || subject.debug) return;
  const lines = log.split('\n').filter((line) => /database unavailable/.test(line));
  expect(lines, `${subject.app}: lines of its log about the database`).toHaveLength(1);
}

/**
 * A line of that level holds these words, and each worker wrote at most one such line per second. With
 * debug logging each refusal has lines of its own besides.
 */
export function expectLogged(
  subject: Subject,
  log: string | undefined,
  words: RegExp,
  level: keyof typeof levelMarks,
  seconds: number,
): void {
  if (log === undefined || subject.debug) return;
  const lines = log.split('\n').filter((line) => words.test(line));
  const what = `${subject.app}: lines of its log with ${words} in ${seconds.toFixed(1)} s`;
  expect(lines.length, `${what}, of ${log.slice(0, 2_000)}`).toBeGreaterThan(0);
  expect(
    lines.filter((line) => !levelMarks[level].test(line)),
    `${what}, not ${level}`,
  ).toEqual([]);
  const most = settingsOf(subject).workers * (Math.floor(seconds) + 1);
  expect(lines.length, what).toBeLessThanOrEqual(most);
}
