// Views on the terminal: tables, facts and notes as plain text, one below the other.
import { type Block, type Cell, isOn, shownOn, type Table, type View } from './view';

/** The blocks of all views that belong there; empty where there are none. */
export const renderViews = (views: readonly View[]): string =>
  renderBlocks(views.flatMap(({ blocks }) => blocks));

export const renderBlocks = (blocks: readonly Block[]): string =>
  blocks
    .filter((block) => isOn('terminal', block))
    .map(renderBlock)
    .join('\n\n');

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'table':
      return renderViewTable(block);
    case 'facts':
      return block.facts
        .map(({ name, state, value }) => `  ${state ? `${name} ${state}` : name}: ${value}`)
        .join('\n');
    case 'note':
      return typeof block.text === 'string'
        ? block.text
        : block.text.map((line) => `  - ${line}`).join('\n');
    case 'heading':
      return block.text;
    default:
      return '';
  }
}

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : `${cell.text} !`);

/** A remark stands after the state of its row, or in a column of its own. */
function renderViewTable(table: Table): string {
  const { columns, rows } = shownOn('terminal', table);
  const state = columns.findIndex(({ is }) => is === 'state');
  const remarks = state < 0 && rows.some(({ remark }) => remark !== undefined);
  const header = [...columns.map(({ title }) => title), ...(remarks ? ['remark'] : [])];
  const cells = rows.map((row) => [
    ...row.cells
      .map(textOf)
      .map((cell, column) =>
        column === state
          ? [[row.state, cell].filter(Boolean).join(', '), row.remark].filter(Boolean).join(': ')
          : cell,
      ),
    ...(remarks ? [row.remark ?? ''] : []),
  ]);
  const words = columns.flatMap(({ is = 'figure' }, column) => (is === 'figure' ? [] : column));
  if (remarks) words.push(columns.length);
  const { caption, aside } = table;
  return `${caption}${aside ? ` (${aside})` : ''}\n${renderTable(header, cells, words)}`;
}

/**
 * A table in plain text: numbers to the right, words to the left.
 *
 * @param words columns, counted from 0; the last by default
 */
export function renderTable(
  header: readonly string[],
  rows: readonly string[][],
  words: readonly number[] = [header.length - 1],
): string {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return words.includes(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return [header, ...rows].map((cells) => `  ${line(cells)}`).join('\n');
}
