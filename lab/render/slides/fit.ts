// Whether text fits its box, by the width of an average letter: no font is at hand to measure with.
import type { Block, Box } from './model';

type Table = Extract<Block, { kind: 'table' }>;

/** Em; of DejaVu Sans, the widest that stands in for Arial. Narrower fonts leave room. */
const letterWidth = 0.58;
const boldFactor = 1.15;
/** Of the size of its letters. */
export const lineHeight = 1.22;
/** Space before each paragraph, in points. */
export const paragraphGap = 6;
export const pointsPerInch = 72;
const bulletIndent = 0.2;
/** Left and right of the words of a cell, in inches. */
const cellSides = 0.15;
/** Letters of a word that a column of a table is never too narrow for; longer ones are broken. */
const unbrokenLetters = 16;
/** Above and below the words of a cell, in points. */
const cellPadding = 7;

/** A number stays with its unit where a line ends. */
export const keepUnits = (text: string): string =>
  text.replaceAll(/(\d) (?=(?:%|ms|s)(?!\w))/g, '$1\u00a0');

/** Lines that a text takes at a size within a width in inches, broken between words. */
export function linesOf(text: string, size: number, width: number, bold = false): number {
  const letter = (size * letterWidth * (bold ? boldFactor : 1)) / pointsPerInch;
  const most = Math.max(1, Math.floor(width / letter));
  let lines = 1;
  let used = 0;
  for (const word of keepUnits(text).split(' ')) {
    const needed = used === 0 ? word.length : used + 1 + word.length;
    if (needed <= most) {
      used = needed;
      continue;
    }
    lines += (used === 0 ? 0 : 1) + Math.floor((word.length - 1) / most);
    used = word.length % most || most;
  }
  return lines;
}

/** The largest size of a heading at which it fits its box; the least where it fits at none. */
export function headingSize(text: string, { w, h }: Box, most = 28, least = 16): number {
  const fits = (size: number) =>
    (linesOf(text, size, w, true) * size * lineHeight) / pointsPerInch <= h;
  let size = most;
  while (size > least && !fits(size)) size -= 1;
  return size;
}

/** Height in inches. */
export function heightOf(block: Extract<Block, { kind: 'text' | 'table' }>): number {
  if (block.kind === 'table') return rowHeights(block).reduce((total, height) => total + height, 0);
  const points = block.paragraphs.reduce((height, { text, size, bold, bullet }) => {
    const width = block.box.w - (bullet ? bulletIndent : 0);
    return height + paragraphGap + linesOf(text, size, width, bold) * size * lineHeight;
  }, 0);
  return points / pointsPerInch;
}

/** Of the heading and of each row, in inches. */
export function rowHeights({ header, rows, widths, size }: Table): number[] {
  return [header, ...rows].map((cells, row) => {
    const lines = cells.map((cell, column) =>
      linesOf(cell, size, (widths[column] ?? 1) - cellSides, row === 0),
    );
    return (Math.max(...lines) * size * lineHeight + cellPadding) / pointsPerInch;
  });
}

/** The largest of the sizes at which it fits; where none does, what is over is said to be left out. */
export function fitted(
  texts: readonly string[],
  box: Box,
  { most = 20, least = 12, bullet = false } = {},
): Extract<Block, { kind: 'text' }> {
  const made = (kept: readonly string[], size: number): Extract<Block, { kind: 'text' }> => ({
    kind: 'text',
    box,
    paragraphs: kept.map((text) => ({ text, size, ...(bullet && { bullet: true as const }) })),
  });
  for (let size = most; size >= least; size -= 1) {
    const block = made(texts, size);
    if (heightOf(block) <= box.h) return block;
  }
  for (let count = texts.length - 1; count > 0; count -= 1) {
    const left = texts.length - count;
    const block = made([...texts.slice(0, count), `${left} more in the report.`], least);
    if (heightOf(block) <= box.h) return block;
  }
  return made(['More than fits here: see the report.'], least);
}

/** Whether a heading is too long for its column: it would be broken within a word. */
function breaksWords({ header, widths, size }: Table): boolean {
  return header.some((text, column) =>
    text
      .split(' ')
      .some((word) => linesOf(word, size, (widths[column] ?? 1) - cellSides, true) > 1),
  );
}

/**
 * Each column as wide as its longest cell where there is room for all; else the long ones share
 * what the short ones leave, a longer one more than a shorter one, and none less than its longest word.
 */
function widthsOf(header: readonly string[], rows: readonly string[][], size: number, all: number) {
  const letter = (size * letterWidth) / pointsPerInch;
  const needs = header.map((title, column) => {
    const cells = rows.map((row) => row[column]?.length ?? 0);
    return cellSides + letter * (1 + Math.max(title.length * boldFactor, ...cells));
  });
  let room = all;
  let long = [...needs.entries()].sort(([, one], [, other]) => one - other);
  for (let [next] = long; next && next[1] <= room / long.length; [next] = long) {
    room -= next[1];
    long = long.slice(1);
  }
  if (long.length === 0) return needs.map((need) => (need * all) / (all - room));
  const leastOf = (column: number): number => {
    const words = rows.flatMap((row) => (row[column] ?? '').split(' ').map(({ length }) => length));
    return cellSides + letter * (1 + Math.min(unbrokenLetters, Math.max(...words)));
  };
  for (;;) {
    const weights = long.reduce((sum, [, need]) => sum + Math.sqrt(need), 0);
    const narrow = long.find(
      ([column, need]) => (room * Math.sqrt(need)) / weights < leastOf(column),
    );
    if (!narrow || room <= leastOf(narrow[0])) break;
    needs[narrow[0]] = leastOf(narrow[0]);
    room -= leastOf(narrow[0]);
    long = long.filter((one) => one !== narrow);
  }
  const weights = long.reduce((sum, [, need]) => sum + Math.sqrt(need), 0);
  const isLong = new Set(long.map(([column]) => column));
  return needs.map((need, column) =>
    isLong.has(column) ? (room * Math.sqrt(need)) / weights : need,
  );
}

/** At the largest size at which all rows fit; else as many as fit, and how many were left out. */
export function fittedTable(
  { box, header, rows }: Pick<Table, 'box' | 'header' | 'rows'>,
  { most = 18, least = 11 } = {},
): Table {
  const of = (shown: string[][], size: number): Table => {
    const widths = widthsOf(header, shown, size, box.w);
    return { kind: 'table', box, header, rows: shown, widths, size };
  };
  for (let size = most; size >= least; size -= 1) {
    const block = of(rows, size);
    if (heightOf(block) <= box.h && !breaksWords(block)) return block;
  }
  if (heightOf(of(rows, least)) <= box.h) return of(rows, least);
  for (let count = rows.length - 1; count > 0; count -= 1) {
    const rest = [`${rows.length - count} more in the report`, ...header.slice(1).map(() => '…')];
    const block = of([...rows.slice(0, count), rest], least);
    if (heightOf(block) <= box.h) return block;
  }
  return of([], least);
}
