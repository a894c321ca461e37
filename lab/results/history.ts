// results/history.jsonl: a line for each night and each acceptance, only ever appended to. Nothing else is kept of the nights, so it
// survives two writers, a full disk and a crash in the middle of a line.
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentError, usageError } from '../errors';
import { makeFolder, unwritableError } from '../system-errors';
import { syncToDisk } from './atomic';
import { takeLock } from './file-lock';
import {
  type Acceptance,
  type HistoryEntry,
  historyEntrySchema,
  historyVersion,
  type NightEntry,
} from './night-schema';
import { checked, requireKnownVersion } from './run-folder';

export type History = {
  entries: readonly HistoryEntry[];
  nights: readonly NightEntry[];
  warnings: readonly string[];
};

/** A writer holds the lock for milliseconds. */
const lockSeconds = 30;

export const historyFile = (resultsDir: string): string => join(resultsDir, 'history.jsonl');

/** A torn last line is left out, with a warning; the next writer cuts it off. */
export function readHistory(resultsDir: string): History {
  const path = historyFile(resultsDir);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const { entries, warnings } = parseHistory(text, path);
  const nights = entries.filter((entry): entry is NightEntry => entry.type === 'night');
  return { entries, nights, warnings };
}

/** Refuses a night that already exists. @returns warnings */
export async function appendToHistory(
  resultsDir: string,
  entry: NightEntry | Acceptance,
): Promise<string[]> {
  makeFolder(resultsDir);
  const path = historyFile(resultsDir);
  await using lock = await takeLock(`${path}.lock`, lockSeconds);
  if (lock === undefined) {
    throw environmentError(
      `${path}.lock has been held by another process for ${lockSeconds} s. \`fuser ${path}.lock\` names it; end it, then try again.`,
    );
  }
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const { entries, warnings, soundBytes, unended } = parseHistory(text, path);
  if (entry.type === 'night') {
    requireNewNight(entries, entry.night, path);
    warnings.push(...clockWarnings(entries, entry.startedAt));
  }
  writeLine(path, soundBytes, `${unended ? '\n' : ''}${JSON.stringify(entry)}\n`);
  return warnings;
}

/** A void night may be repeated: it counts for nothing. */
export function requireNewNight(
  entries: readonly HistoryEntry[],
  night: string,
  path: string,
): void {
  const same = entries.find(
    (entry) => entry.type === 'night' && entry.night === night && entry.status === 'valid',
  );
  if (same === undefined) return;
  throw usageError(
    `${path} has the night of ${night} already. A night counts once: wait for the next, or file this one under another date with --night YYYY-MM-DD.`,
  );
}

/** The order of nights is that of the lines; a clock that goes backwards does not change it. */
export function clockWarnings(entries: readonly HistoryEntry[], startedAt: string): string[] {
  const latest = entries
    .map((entry) => (entry.type === 'night' ? entry.endedAt : entry.at))
    .sort()
    .at(-1);
  if (latest === undefined || startedAt >= latest) return [];
  return [
    `This night starts at ${startedAt}, before the end of what the history has already (${latest}): the clock has gone backwards. Nights keep the order in which they were measured.`,
  ];
}

type Parsed = {
  entries: HistoryEntry[];
  warnings: string[];
  /** Where the last whole line ends. */
  soundBytes: number;
  /** It lacks its line end: somebody's editor took it for superfluous. */
  unended: boolean;
};

function parseHistory(text: string, path: string): Parsed {
  const lines = text.split('\n');
  // What follows the last line end: nothing, unless its writer was cut off.
  const rest = lines.pop() ?? '';
  const unended = isJson(rest);
  if (unended) lines.push(rest);
  const entries = lines.map((line, index) => parseLine(line, `${path}:${index + 1}`));
  if (rest === '' || unended) {
    return { entries, warnings: [], soundBytes: Buffer.byteLength(text), unended };
  }
  const warning = `${path}:${lines.length + 1} is incomplete: its writer was interrupted. It is ignored, and the next write removes it.`;
  const soundBytes = Buffer.byteLength(text.slice(0, text.length - rest.length));
  return { entries, warnings: [warning], soundBytes, unended };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function parseLine(line: string, where: string): HistoryEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw environmentError(
      `${where} is not valid JSON: ${(error as Error).message}. Only the last line may be incomplete. Delete this line, or restore the file from a copy.`,
      error,
    );
  }
  requireKnownVersion(where, value, historyVersion);
  return checked(where, value, historyEntrySchema, [], {
    whole: 'whole line',
    remedy: 'The line was changed by hand. Delete it, or restore the file from a copy.',
  });
}

/** Whole and on disk when it returns; else the file is as long as it was. */
function writeLine(path: string, soundBytes: number, text: string): void {
  const isNew = !existsSync(path);
  try {
    if (!isNew) truncateSync(path, soundBytes);
    try {
      appendFileSync(path, text, { flush: true });
    } catch (error) {
      if (existsSync(path)) truncateSync(path, soundBytes);
      throw error;
    }
  } catch (error) {
    throw unwritableError(path, error as NodeJS.ErrnoException) ?? error;
  }
  if (isNew) syncToDisk(dirname(path));
}
