// Whether text fits its box, by the width of an average letter: no font is at hand to measure with.
import { type Block, type Box, type Slide, titleBox, titleSize } from './model';

type Table = Extract<Block, { kind: 'table' }>;

/** Em; of DejaVu Sans, the widest that stands in for Arial. Narrower fonts leave room. */
const letterWidth = 0.58;
const boldFactor = 1.15;
/** Of the size of its letters. */
export const lineHeight = 1.22;
/** Space before each paragraph, in points. */
export const paragraphGap = 6;
const pointsPerInch = 72;
const bulletIndent = 0.2;
/** Left and right of the words of a cell, in inches. */
const cellSides = 0.15;
/** Above and below the words of a cell, in points. */
const cellPadding = 7;

/** Lines that a text takes at a size within a width in inches, broken between words. */
export function linesOf(text: string, size: number, width: number, bold = false): number {
  const letter = (size * letterWidth * (bold ? boldFactor : 1)) / pointsPerInch;
  const most = Math.max(1, Math.floor(width / letter));
  let lines = 1;
  let used = 0;
  for (const word of text.split(' ')) {
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

/** Height in inches. */
export function heightOf(block: Exclude<Block, { kind: 'chart' | 'bar' }>): number {
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

/** What does not fit on a slide, in words; nothing where all does. */
export function overflows({ title, blocks }: Slide): string[] {
  const found: string[] = [];
  const titleLines = linesOf(title, titleSize, titleBox.w, true);
  if ((titleLines * titleSize * lineHeight) / pointsPerInch > titleBox.h) {
    found.push(`the title takes ${titleLines} lines`);
  }
  for (const block of blocks) {
    if (block.kind === 'chart' || block.kind === 'bar') continue;
    const height = heightOf(block);
    if (height > block.box.h) {
      const first = block.kind === 'text' ? block.paragraphs[0]?.text : block.header.join(' ');
      found.push(`"${first}" takes ${height.toFixed(2)} of ${block.box.h.toFixed(2)} inches`);
    }
  }
  return found;
}

/** Blocks that lie upon each other, by their numbers. */
export function collisions({ blocks }: Slide): [number, number][] {
  return blocks.flatMap((one, index) =>
    blocks
      .slice(index + 1)
      .flatMap((other, after): [number, number][] =>
        touches(one.box, other.box) ? [[index, index + 1 + after]] : [],
      ),
  );
}

const touches = (a: Box, b: Box): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

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

/** At the largest size at which all rows fit; else as many as fit, and how many were left out. */
export function fittedTable(
  table: Omit<Table, 'kind' | 'size'>,
  { most = 18, least = 11 } = {},
): Table {
  const of = (rows: string[][], size: number) => ({ kind: 'table' as const, ...table, rows, size });
  for (let size = most; size >= least; size -= 1) {
    const block = of(table.rows, size);
    if (heightOf(block) <= table.box.h && !breaksWords(block)) return block;
  }
  for (let count = table.rows.length; count > 0; count -= 1) {
    const left = table.rows.length - count;
    if (left === 0 && heightOf(of(table.rows, least)) <= table.box.h) return of(table.rows, least);
    const rest = [`${left} more in the report`, ...table.header.slice(1).map(() => '…')];
    const block = of([...table.rows.slice(0, count), rest], least);
    if (heightOf(block) <= table.box.h) return block;
  }
  return of([], least);
}
