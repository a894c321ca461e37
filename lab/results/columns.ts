// One reading for a whole column: a cell alone does not tell whether 1,234 is a thousand, or which of
// 05/01 is the month.

const number = (mark: string): RegExp =>
  new RegExp(`^[+-]?(\\d+(${mark}\\d*)?|${mark}\\d+)(e[+-]?\\d+)?$`, 'i');
const WITH_POINT = number('\\.');
const WITH_COMMA = number(',');
/** 1,234 or 1.234.567: a decimal mark, or thousands? */
const GROUPED = /^[+-]?\d{1,3}([.,])\d{3}(\1\d{3})*$/;

/** How a table writes its numbers. */
export interface NumberReading {
  readonly decimalMark: '.' | ',';
  /** A cell that has two meanings in this table; undefined where all are clear. */
  readonly ambiguous: string | undefined;
}

/**
 * A comma is a decimal mark only where it does not separate cells.
 *
 * @param cells of all columns of numbers, without the empty ones
 */
export function readingOfNumbers(cells: Iterable<string>, delimiter: string): NumberReading {
  if (delimiter === ',') return { decimalMark: '.', ambiguous: undefined };
  let [hasComma, hasWhole, grouped] = [false, false, undefined as string | undefined];
  let onlyGrouped = true;
  for (const cell of cells) {
    if (cell.includes(',')) hasComma = true;
    if (GROUPED.test(cell)) grouped ??= cell;
    else if (/^[+-]?\d+$/.test(cell)) hasWhole = true;
    else onlyGrouped = false;
  }
  const decimalMark = hasComma ? ',' : '.';
  // Three digits after each mark, and whole numbers without: thousands. Where semicolons separate,
  // the comma is the decimal mark; beside tabs it may be either.
  const inDoubt = onlyGrouped && (hasWhole || (hasComma && delimiter !== ';'));
  return { decimalMark, ambiguous: inDoubt ? grouped : undefined };
}

/** No figure of a measurement is larger; its square would overflow, or vanish. */
const GREATEST = 1e50;

/** NaN for what is no decimal number: hexadecimal, words, units, thousands, infinity. */
export function parseNumber(cell: string, decimalMark: '.' | ','): number {
  if (!(decimalMark === ',' ? WITH_COMMA : WITH_POINT).test(cell)) return Number.NaN;
  const value = Number(cell.replace(',', '.'));
  const size = Math.abs(value);
  return size === 0 || (size <= GREATEST && size >= 1 / GREATEST) ? value : Number.NaN;
}

const DATE = /^(\d{4})-?(\d\d)(?:-?(\d\d))?$/;
const TIME = /^(\d\d):?(\d\d)(?::?(\d\d(?:[.,]\d+)?))?$/;
const DATE_TIME = /^([\d-]+)(?:[T ]([\d:.,]+?)\s?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/i;
const WEEK = /^(\d{4})-?W(\d\d)(?:-?([1-7]))?$/;

/** Whether times say where they hold; times of two kinds have no order. */
type Kind = 'number' | 'local' | 'offset' | 'week';

interface Reading {
  readonly kind: Kind;
  readonly value: number;
}

interface TimeReading {
  /** NaN for an empty cell. */
  readonly values: readonly number[];
  /** Without an offset: an hour occurs twice where clocks are set back. */
  readonly local: boolean;
}

/**
 * All cells as numbers, as ISO 8601 dates and times (all with an offset, or none), or as ISO weeks;
 * null where they are anything else, such as 05/01/2026 or build names.
 */
export function readTimes(cells: readonly (string | undefined)[]): TimeReading | null {
  let kind: Kind | undefined;
  const values: number[] = [];
  for (const cell of cells) {
    if (cell === undefined) {
      values.push(Number.NaN);
      continue;
    }
    const reading = readTime(cell);
    if (reading === null || (kind !== undefined && reading.kind !== kind)) return null;
    kind = reading.kind;
    values.push(reading.value);
  }
  return { values, local: kind === 'local' };
}

function readTime(cell: string): Reading | null {
  const value = parseNumber(cell, '.');
  if (!Number.isNaN(value)) return { kind: 'number', value };
  const week = WEEK.exec(cell);
  if (week) {
    const [, year, number, day = '1'] = week;
    return { kind: 'week', value: Number(year) * 1000 + Number(number) * 10 + Number(day) };
  }
  const [, date = '', time, offset] = DATE_TIME.exec(cell) ?? [];
  const day = dayMs(date);
  const clock = time === undefined ? 0 : clockMs(time);
  if (day === null || clock === null) return null;
  return offset === undefined
    ? { kind: 'local', value: day + clock }
    : { kind: 'offset', value: day + clock - offsetMs(offset) };
}

/** Null for a day that no calendar has. */
function dayMs(text: string): number | null {
  const parts = DATE.exec(text);
  if (!parts) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 1)];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : null;
}

function clockMs(text: string): number | null {
  const parts = TIME.exec(text);
  if (!parts) return null;
  const seconds = Number((parts[3] ?? '0').replace(',', '.'));
  const [hours, minutes] = [Number(parts[1]), Number(parts[2])];
  // 24:00 is the end of a day, and a minute may have a leap second.
  if (hours > 24 || minutes > 59 || seconds >= 61) return null;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}

function offsetMs(text: string): number {
  const parts = /^([+-])(\d\d):?(\d\d)?$/.exec(text);
  if (!parts) return 0;
  const [, sign, hours, minutes = '0'] = parts;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
