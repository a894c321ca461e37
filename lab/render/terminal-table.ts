// A table in the width of a screen: columns that matter least are left out, words are broken.
import { paint, type Screen, toneOf, wrap } from './screen';

type Texts = {
  header: readonly string[];
  rows: readonly { cells: readonly string[]; below?: string | undefined }[];
  /** Columns to the left, which may be broken; others hold figures. */
  words: readonly number[];
  /** By column: the greatest go first where there is no room; without one a column stays. */
  drops: readonly (number | undefined)[];
  /** The column that is coloured by what it says; -1: none. */
  state: number;
};

const margin = 2;
const between = 2;
/** Narrower, a column of words is no easier to read than a line that is cut. */
const narrowest = 14;

/** @returns what the screen would have to have, where columns were left out */
export function layOut(texts: Texts, screen: Screen): { text: string; needed?: number } {
  const widths = texts.header.map((name, column) =>
    Math.max(name.length, ...texts.rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const all = texts.header.map((_, column) => column);
  const kept = keptOf(all, widths, texts.drops, screen.columns);
  const fitting = narrowed(kept, widths, longestWords(texts), screen.columns);
  const isWords = (column: number) => texts.words.includes(column);
  const drawRow = (cells: readonly string[], isHead: boolean): string[] => {
    const parts = kept.map((column) =>
      isWords(column) ? wrap(cells[column] ?? '', fitting[column] ?? 0) : [cells[column] ?? ''],
    );
    const lines = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: lines }, (_, line) =>
      kept
        .map((column, index) => {
          const [cell, width] = [parts[index]?.[line] ?? '', fitting[column] ?? 0];
          const padded = isWords(column) ? cell.padEnd(width) : cell.padStart(width);
          const last = index === kept.length - 1 ? padded.trimEnd() : padded;
          return column === texts.state && !isHead
            ? paint(toneOf(cells[column] ?? ''), last, screen)
            : last;
        })
        .join(' '.repeat(between))
        .trimEnd(),
    ).map((line) => ' '.repeat(margin) + line);
  };
  const below = (text: string) => wrap(`      ${text}`, screen.columns, '      ');
  const lines = [
    ...drawRow(texts.header, true),
    ...texts.rows.flatMap(({ cells, below: remark }) => [
      ...drawRow(cells, false),
      ...(remark ? below(remark) : []),
    ]),
  ];
  const text = lines.join('\n');
  return kept.length < all.length ? { text, needed: widthOf(all, widths) } : { text };
}

const widthOf = (columns: readonly number[], widths: readonly number[]): number =>
  margin +
  columns.reduce((sum, column) => sum + (widths[column] ?? 0), 0) +
  between * (columns.length - 1);

/** Without the columns that matter least, as few as it takes. */
function keptOf(
  all: readonly number[],
  widths: readonly number[],
  drops: Texts['drops'],
  room: number,
): number[] {
  let kept = [...all];
  const byWeight = all
    .filter((column) => drops[column] !== undefined)
    .sort((one, other) => (drops[other] ?? 0) - (drops[one] ?? 0));
  for (const column of byWeight) {
    if (widthOf(kept, widths) <= room) break;
    kept = kept.filter((one) => one !== column);
  }
  return kept;
}

/** Of each column of words; one that is longer than its column would push the others away. */
const longestWords = ({ header, rows, words }: Texts): Map<number, number> =>
  new Map(
    words.map((column) => [
      column,
      Math.max(
        narrowest,
        ...[header, ...rows.map(({ cells }) => cells)].flatMap((cells) =>
          (cells[column] ?? '').split(' ').map(({ length }) => length),
        ),
      ),
    ]),
  );

/** The widest columns of words give way, as far as they can be read. */
function narrowed(
  kept: readonly number[],
  widths: readonly number[],
  least: ReadonlyMap<number, number>,
  room: number,
): number[] {
  const fitting = [...widths];
  const spare = (column: number): number => (fitting[column] ?? 0) - (least.get(column) ?? 0);
  for (let over = widthOf(kept, fitting) - room; over > 0; over -= 1) {
    const [widest] = kept
      .filter((column) => least.has(column) && spare(column) > 0)
      .sort((one, other) => (fitting[other] ?? 0) - (fitting[one] ?? 0));
    if (widest === undefined) break;
    fitting[widest] = (fitting[widest] ?? 0) - 1;
  }
  return fitting;
}
