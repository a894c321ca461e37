// Reads tables of numbers that somebody else wrote, and says exactly what is wrong with them.
import { CsvError, parse } from 'csv-parse/sync';
import { usageError } from '../errors';
import { type NumberReading, parseNumber, readingOfNumbers } from './columns';
import { readText, sourceName } from './text-file';

/** More are no table that a person looks at, and would not fit into memory. */
const MOST_ROWS = 2_000_000;
const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Enough to see how the header separates its columns. */
const HEADER_CHARACTERS = 65_536;

/** The columns to read: those that must be there and hold numbers, and others, if they are there. */
interface Wanted {
  readonly numbers: readonly string[];
  readonly texts?: readonly string[];
}

/**
 * A table with a header line: comma-separated (RFC 4180: quotes, doubled inside; any line ends),
 * or separated by semicolons, tabs or bars, with decimal commas if they are used throughout; Excel's
 * line `sep=;` is understood. Blank lines are skipped, other columns are left alone.
 *
 * @param path `-` is standard input
 * @throws LabError (exit 2) when the file cannot be read or is not such a table
 */
export function readCsv(path: string, wanted: Wanted): CsvRow[] {
  return parseCsv(readText(path), sourceName(path), wanted);
}

/** {@link readCsv} on text; `source` names it in errors. */
export function parseCsv(raw: string, source: string, wanted: Wanted): CsvRow[] {
  const text = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
  const table = new Table(source, delimiterOf(text, wanted.numbers), wanted);
  const skipped = SEPARATOR_LINE.test(text) ? 1 : 0;
  let lastLine = skipped;
  try {
    parse(text, {
      ...dialect(table.delimiter),
      from_line: skipped + 1,
      on_record: (cells, { lines }) => {
        if (cells.some((cell) => cell.trim() !== '')) table.add(lastLine + 1, cells);
        lastLine = lines;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED')) throw error;
    throw usageError(`${source}:${lastLine + 1}: a quote is opened and never closed. Close it.`);
  }
  return table.finish();
}

const dialect = (delimiter: string) => ({
  delimiter,
  trim: true,
  record_delimiter: '\n',
  // Rows of the wrong length are refused by the table, which says what to do.
  relax_column_count: true,
  relax_quotes: true,
});

/** Excel's own: the first line may say what separates the cells. */
const SEPARATOR_LINE = /^"?sep=([^\n"]|\\t)"?[,;\t|]*(?:\n|$)/i;

/** What separates the columns so that all that must be there are there. */
function delimiterOf(text: string, required: readonly string[]): string {
  const said = SEPARATOR_LINE.exec(text)?.[1];
  if (said !== undefined) return said === '\\t' ? '\t' : said;
  const start = text.slice(0, HEADER_CHARACTERS).trimStart();
  const line = start.slice(0, start.indexOf('\n') < 0 ? start.length : start.indexOf('\n'));
  const headers = DELIMITERS.map((delimiter) => {
    const cells = line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    return { delimiter, cells };
  });
  const complete = headers.find(({ cells }) =>
    required.every((name) => cells.some((cell) => isNamed(cell, name))),
  );
  const widest = headers.reduce((a, b) => (b.cells.length > a.cells.length ? b : a));
  return (complete ?? widest).delimiter;
}

const isNamed = (cell: string, name: string): boolean => cell.toLowerCase() === name.toLowerCase();

/** What all rows of a table share: names, and one reading of its numbers. */
class Table {
  private readonly rows: CsvRow[] = [];
  private readonly wanted: readonly string[];
  /** The header's number of columns, and where the wanted ones stand; undefined before the header. */
  private header: { readonly width: number; readonly places: readonly number[] } | undefined;
  reading: NumberReading = { decimalMark: '.', ambiguous: undefined };

  constructor(
    readonly source: string,
    readonly delimiter: string,
    private readonly columns: Wanted,
  ) {
    this.wanted = [...columns.numbers, ...(columns.texts ?? [])];
  }

  indexOf(column: string): number {
    return this.wanted.indexOf(column);
  }

  add(line: number, cells: readonly string[]): void {
    if (this.header === undefined) {
      this.header = { width: cells.length, places: this.placesIn(line, cells) };
      return;
    }
    const { width, places } = this.header;
    if (cells.length !== width && cells.slice(width).some((cell) => cell.trim() !== '')) {
      throw this.wrongLength(line, cells.length, width);
    }
    if (cells.length < width) throw this.wrongLength(line, cells.length, width);
    if (this.rows.length === MOST_ROWS) {
      throw usageError(
        `${this.source} has more than ${MOST_ROWS} rows. Give a part of them, or averages.`,
      );
    }
    this.rows.push(
      new CsvRow(
        this,
        line,
        places.map((place) => cells[place]?.trim() ?? ''),
      ),
    );
  }

  /** All rows, once each of their numbers can be read. */
  finish(): CsvRow[] {
    const { source, columns, rows } = this;
    if (!this.header) {
      throw usageError(
        `${source} is empty. Its first line must name the columns: ${columns.numbers}.`,
      );
    }
    if (rows.length === 0) {
      throw usageError(`${source} has a header but no rows. Add the values.`);
    }
    this.reading = readingOfNumbers(this.numberCells(), this.delimiter);
    const { ambiguous } = this.reading;
    const row = rows.find(({ cells }) => ambiguous !== undefined && cells.includes(ambiguous));
    if (row) {
      const plain = ambiguous?.replace(/[.,]/g, '');
      throw usageError(
        `${source}:${row.line}: "${ambiguous}" may mean ${plain} or ${ambiguous?.replace(',', '.')}. ` +
          'Write numbers with a point and without thousands separators.',
      );
    }
    return rows;
  }

  private *numberCells(): Generator<string> {
    for (const { cells } of this.rows) {
      for (let i = 0; i < this.columns.numbers.length; i += 1) {
        if (cells[i]) yield cells[i] as string;
      }
    }
  }

  private placesIn(line: number, header: readonly string[]): number[] {
    const names = header.map((cell) => cell.trim());
    const required = this.columns.numbers;
    const missing = required.filter((name) => !names.some((cell) => isNamed(cell, name)));
    if (missing.length > 0) {
      throw usageError(
        `${this.source}:${line}: column ${missing.map((name) => `"${name}"`).join(', ')} is ` +
          `missing; the columns are "${names.join('", "')}". The first line must name the ` +
          `columns, separated by commas, semicolons or tabs: ${required.join(',')}.`,
      );
    }
    return this.wanted.map((name) => {
      // An exact match takes precedence over one that differs only in case.
      const exact = names.filter((cell) => cell === name).length;
      const isIt = (cell: string): boolean => (exact > 0 ? cell === name : isNamed(cell, name));
      if (names.filter(isIt).length > 1) {
        throw usageError(
          `${this.source}:${line}: two columns are named "${name}". Rename or remove one of them.`,
        );
      }
      return names.findIndex(isIt);
    });
  }

  private wrongLength(line: number, cells: number, columns: number) {
    return usageError(
      `${this.source}:${line}: ${cells} cells where the header names ${columns} columns. ` +
        'Write numbers with a point, not a comma, and quote texts that hold the separator.',
    );
  }
}

/** One row of a table: the cells of the columns that were asked for. */
export class CsvRow {
  constructor(
    private readonly table: Table,
    readonly line: number,
    readonly cells: readonly string[],
  ) {}

  /** The cell's text, trimmed; undefined when the column is missing or the cell empty. */
  text(column: string): string | undefined {
    return this.cells[this.table.indexOf(column)] || undefined;
  }

  /** A finite number. @throws LabError (exit 2) naming file, line, column, value and remedy */
  number(column: string, kind = 'a number'): number {
    const content = this.text(column) ?? '';
    const { source, reading } = this.table;
    const value = parseNumber(content, reading.decimalMark);
    if (!Number.isNaN(value)) return value;
    const example = reading.decimalMark === ',' ? '12,5, as the others are' : '12.5';
    throw usageError(
      `${source}:${this.line}: ${column} is "${content}", which is not ${kind}. Write it like ` +
        `${example}, without a unit or thousands separators, or leave the row out.`,
    );
  }

  /** As {@link CsvRow.number}, above 0. */
  positive(column: string): number {
    const value = this.number(column, 'a number above 0');
    if (value > 0) return value;
    throw usageError(
      `${this.table.source}:${this.line}: ${column} is "${this.text(column)}", but must be above 0. ` +
        'Correct it, or leave the row out.',
    );
  }
}
