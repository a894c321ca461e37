// Views on the terminal: tables, facts and notes as text, one below the other, as wide as the screen.
import { paint, paper, type Screen, wrapProse } from './screen';
import { layOut } from './terminal-table';
import { type Block, type Cell, isOn, shownOn, type Table, type View } from './view';

/** The blocks of all views that belong there; empty where there are none. */
export const renderViews = (views: readonly View[], screen?: Screen): string =>
  renderBlocks(
    views.flatMap(({ blocks }) => blocks),
    screen,
  );

export function renderBlocks(blocks: readonly Block[], screen = paper): string {
  const drawn = blocks
    .filter((block) => isOn('terminal', block))
    .map((block) => renderBlock(block, screen));
  const widest = Math.max(0, ...drawn.map(({ widest: needed = 0 }) => needed));
  const note = `Columns are left out: report.html has them, and so has a terminal of ${widest} columns.`;
  return [
    ...drawn.map(({ text }) => text),
    ...(widest > screen.columns ? [wrapProse(note, screen)] : []),
  ].join('\n\n');
}

/** `widest` is how wide the screen would have to be for the columns that were left out. */
type Drawn = { text: string; widest?: number };

function renderBlock(block: Block, screen: Screen): Drawn {
  switch (block.kind) {
    case 'table':
      return renderViewTable(block, screen);
    case 'fold':
      return { text: renderBlocks(block.blocks, screen) };
    case 'facts':
      return {
        text: block.facts
          .map(({ name, state, value }) => `  ${state ? `${name} ${state}` : name}: ${value}`)
          .map((line) => wrapProse(line, screen, '    '))
          .join('\n'),
      };
    case 'note':
      return {
        text:
          typeof block.text === 'string'
            ? wrapProse(block.text, screen)
            : block.text.map((line) => wrapProse(`  - ${line}`, screen, '    ')).join('\n'),
      };
    case 'heading':
      return { text: block.text };
    default:
      return { text: '' };
  }
}

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : `${cell.text} !`);

/** A remark stands after the state of its row where it fits, else below the row. */
function renderViewTable(table: Table, screen: Screen): Drawn {
  const { columns, rows } = shownOn('terminal', table);
  const state = columns.findIndex(({ is }) => is === 'state');
  const isBeside = screen.columns === Infinity;
  const remarks = isBeside && state < 0 && rows.some(({ remark }) => remark !== undefined);
  const { caption, aside } = table;
  const { text, needed } = layOut(
    {
      header: [...columns.map(({ title }) => title), ...(remarks ? ['remark'] : [])],
      rows: rows.map((row) => ({
        cells: [
          ...row.cells.map((cell, column) => {
            if (column !== state) return textOf(cell);
            const stated = [row.state, textOf(cell)].filter(Boolean).join(', ');
            return isBeside ? [stated, row.remark].filter(Boolean).join(': ') : stated;
          }),
          ...(remarks ? [row.remark ?? ''] : []),
        ],
        below: isBeside ? undefined : row.remark,
      })),
      words: [
        ...columns.flatMap(({ is = 'figure' }, column) => (is === 'figure' ? [] : column)),
        ...(remarks ? [columns.length] : []),
      ],
      drops: columns.map(({ drop }) => drop),
      state,
    },
    screen,
  );
  const title = wrapProse(`${caption}${aside ? ` (${aside})` : ''}`, screen);
  return {
    text: `${paint('bold', title, screen)}\n${text}`,
    ...(needed !== undefined && { widest: needed }),
  };
}

type TableOptions = {
  /** Columns of words, counted from 0; the last by default. */
  words?: readonly number[];
  /** Where the screen is too narrow, the greatest of these columns go first. */
  drops?: Record<number, number>;
  screen?: Screen;
};

/** A table as text: numbers to the right, words to the left. */
export function renderTable(
  header: readonly string[],
  rows: readonly string[][],
  { words = [header.length - 1], drops = {}, screen = paper }: TableOptions = {},
): string {
  const texts = { header, rows: rows.map((cells) => ({ cells })), words, state: -1 };
  return layOut({ ...texts, drops: header.map((_, column) => drops[column]) }, screen).text;
}
