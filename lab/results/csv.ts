// Reads tables of numbers that somebody else wrote, and says exactly what is wrong with them.
import { readFileSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import { usageError } from '../errors';

export interface CsvRow {
  readonly line: number;
  /** The cell's text, trimmed; undefined when the column is missing or the cell empty. */
  text(column: string): string | undefined;
  /** A finite number. @throws LabError (exit 2) naming file, line, column, value and remedy */
  number(column: string): number;
  /** As {@link CsvRow.number}, above 0. */
  positive(column: string): number;
}

interface CsvTable {
  readonly source: string;
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/**
 * A file of comma-separated values with a header line (RFC 4180: quotes, doubled inside; CRLF or
 * LF; a byte order mark). Blank lines are skipped, other columns are left alone.
 *
 * @param required columns that must be there
 * @throws LabError (exit 2) when the file cannot be read or is not such a table
 */
export function readCsv(path: string, required: readonly string[]): CsvTable {
  return parseCsv(readText(path), path, required);
}

/** The text of a file the user named. @throws LabError (exit 2) */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : String(code ?? error);
    throw usageError(`${path} cannot be read: ${reason}. Give the path of a readable file.`);
  }
}

/** {@link readCsv} on text; `source` names it in errors. */
export function parseCsv(text: string, source: string, required: readonly string[]): CsvTable {
  const [header, ...body] = records(text, source);
  if (!header) {
    throw usageError(`${source} is empty. Its first line must name the columns: ${required}.`);
  }
  const columns = header.cells.map((cell) => cell.trim());
  const missing = required.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw usageError(
      `${source}:${header.line}: column ${missing.map((name) => `"${name}"`).join(', ')} is ` +
        `missing; the columns are "${columns.join('", "')}". The first line must name the ` +
        `columns: ${required.join(',')}.`,
    );
  }
  if (body.length === 0) throw usageError(`${source} has a header but no rows. Add the values.`);
  return { source, columns, rows: body.map((record) => rowOf(record, columns, source)) };
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

function records(text: string, source: string): CsvRecord[] {
  const found: CsvRecord[] = [];
  let lastLine = 0;
  try {
    parse(text, {
      bom: true,
      trim: true,
      // Both: else the first line's end would be taken for that of all lines.
      record_delimiter: ['\r\n', '\n'],
      // Rows of the wrong length are refused by rowOf, which says what to do.
      relax_column_count: true,
      relax_quotes: true,
      on_record: (cells, { lines }) => {
        const isBlank = cells.every((cell) => cell.trim() === '');
        if (!isBlank) found.push({ line: lastLine + 1, cells });
        lastLine = lines;
        return null;
      },
    });
    return found;
  } catch (error) {
    if (!(error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED')) throw error;
    throw usageError(`${source}:${lastLine + 1}: a quote is opened and never closed. Close it.`);
  }
}

function rowOf({ line, cells }: CsvRecord, columns: readonly string[], source: string): CsvRow {
  if (cells.length !== columns.length) {
    throw usageError(
      `${source}:${line}: ${cells.length} cells where the header names ${columns.length} columns. ` +
        'Write numbers with a point, not a comma, and quote texts that hold commas.',
    );
  }
  const text = (column: string): string | undefined =>
    cells[columns.indexOf(column)]?.trim() || undefined;
  const number = (column: string, kind = 'a number'): number => {
    const content = text(column);
    const value = Number(content);
    if (content === undefined || !Number.isFinite(value)) {
      throw usageError(
        `${source}:${line}: ${column} is "${content ?? ''}", which is not ${kind}. ` +
          'Write it like 12.5, without a unit, or leave the row out.',
      );
    }
    return value;
  };
  return {
    line,
    text,
    number,
    positive(column) {
      const value = number(column, 'a number above 0');
      if (value > 0) return value;
      throw usageError(
        `${source}:${line}: ${column} is "${text(column)}", but must be above 0. Correct it, or ` +
          'leave the row out.',
      );
    },
  };
}
