// Views on the page: one section each.
import {
  type Block,
  type Cell,
  type Charts,
  type Facts,
  isOn,
  type LegendEntry,
  shownOn,
  type Table,
  type TableRow,
  type View,
} from '../view';
import { figureOf } from './draw-chart';
import { renderFigure } from './figure';
import { lineSwatch, squareSwatch, swatch } from './marks';
import { html, type Markup } from './markup';
import type { Section } from './shell';

/** Where several runs stand side by side. */
export const nothingToShow: Block = { kind: 'note', text: 'This run left nothing to show.' };

/** What has nothing for the page is left out. */
export const sectionsOf = (views: readonly View[]): Section[] =>
  views
    .filter(({ blocks }) => blocks.some((block) => isOn('page', block)))
    .map(({ id, title, blocks }) => ({ id, title, body: drawBlocks(blocks) }));

export function drawBlocks(blocks: readonly Block[]): Markup {
  const shown = blocks.filter((block) => isOn('page', block));
  return html`${besideEachOther(shown).map(([first, ...more]) =>
    first?.kind === 'table' && first.half
      ? html`<div class="pairs">${[first, ...more].map(drawBlock)}</div>`
      : first
        ? drawBlock(first)
        : null,
  )}`;
}

/** Tables of half the width in groups, everything else by itself. */
function besideEachOther(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  const isHalf = (block: Block | undefined) => block?.kind === 'table' && block.half;
  for (const block of blocks) {
    const last = groups.at(-1);
    if (last && isHalf(block) && isHalf(last.at(-1))) last.push(block);
    else groups.push([block]);
  }
  return groups;
}

function drawBlock(block: Block): Markup | null {
  switch (block.kind) {
    case 'table':
      return drawTable(block);
    case 'charts':
      return drawCharts(block);
    case 'facts':
      return drawFacts(block);
    case 'note':
      return typeof block.text === 'string'
        ? html`<p class="check">${withCode(block.text)}</p>`
        : html`<ul class="notice">${block.text.map((line) => html`<li>${withCode(line)}</li>`)}</ul>`;
    case 'fold':
      return html`<details><summary>${block.summary}</summary>${drawBlocks(block.blocks)}</details>`;
    case 'heading':
      return html`<h3 class="which">${block.app !== undefined && html`${swatch({ app: block.app }, 'held')} `}${block.text}${block.id !== undefined && html` <span class="id">${block.id}</span>`}</h3>`;
    case 'slide':
      return null;
  }
}

/** Code stands between backticks. */
export const withCode = (text: string): Markup =>
  html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;

function drawCharts({ charts, legend = [] }: Charts): Markup {
  const grid = charts.every(({ whole }) => whole) ? 'rows' : 'charts';
  return html`${legend.length > 0 && drawLegend(legend)}<div class="${grid}">${charts.map((chart) => renderFigure(figureOf(chart)))}</div>`;
}

export const drawLegend = (legend: readonly LegendEntry[]): Markup =>
  html`<ul class="legend">${legend.map((entry) => html`<li>${drawing(entry)} ${entry.text}</li>`)}</ul>`;

function drawing(entry: LegendEntry): Markup | Markup[] {
  if ('mark' in entry) return swatch(entry.look, entry.mark);
  return 'line' in entry ? lineSwatch(entry.line) : entry.squares.map(squareSwatch);
}

/** A table that scrolls by itself on a narrow screen, and can be reached by keyboard. */
function drawTable(block: Table): Markup {
  const { caption, aside, looks = '' } = block;
  const { columns, rows } = verdictSecond(shownOn('page', block));
  const side = (column: number) =>
    column > 0 && (columns[column]?.is ?? 'figure') === 'figure' ? 'figure' : 'words';
  const name = aside ? `${caption}, ${aside}` : caption;
  const drawRow = (row: TableRow): Markup => {
    const { cells, state, remark, app } = row;
    const [head, ...rest] = cells.map((cell, column) => drawCell(cell, columns[column]?.is, row));
    const mark = app !== undefined && html`${swatch({ app }, 'held')} `;
    return html`<tr class="${state ?? ''}"><th scope="row" class="${columns[0]?.is === 'words' ? 'words' : ''}">${mark}${head ?? ''}</th>${rest.map((cell, index) => html`<td class="${side(index + 1)}">${cell}</td>`)}</tr>
${remark !== undefined && html`<tr class="remark"><td colspan="${columns.length}"><span>${remark}</span></td></tr>`}
`;
  };
  // The caption stands outside of what scrolls, where it keeps to the width of the page.
  return html`<div class="table"><p class="caption">${caption}${aside !== undefined && html` <span class="aside">${aside}</span>`}</p>
<div class="scroll" role="group" tabindex="0" aria-label="${name}"><table class="${looks}" aria-label="${name}">
<thead><tr>${columns.map(({ title }, column) => html`<th scope="col" class="${side(column)}">${title}</th>`)}</tr></thead>
<tbody>
${rows.map(drawRow)}</tbody></table></div></div>`;
}

type Shown = ReturnType<typeof shownOn>;

/** What came of a row is what a phone shows of it first. */
function verdictSecond({ columns, rows }: Shown): Shown {
  const state = columns.findIndex(({ is }) => is === 'state');
  if (state < 2) return { columns, rows };
  const moved = <T>(all: readonly T[]): T[] => {
    const [verdict] = all.slice(state);
    const [first, ...others] = all.filter((_, index) => index !== state);
    return [first as T, verdict as T, ...others];
  };
  return {
    columns: moved(columns),
    rows: rows.map((row) => ({ ...row, cells: moved(row.cells) })),
  };
}

function drawCell(
  cell: Cell,
  is: Table['columns'][number]['is'],
  { state, mark }: TableRow,
): string | Markup {
  if (typeof cell !== 'string')
    return html`<strong class="broken">${cell.text}<span class="unseen"> (outside its bound)</span></strong>`;
  if (is === 'id') return html`<span class="id">${cell}</span>`;
  if (is !== 'state' || state === undefined) return cell;
  // What is valid needs no word for it: its mark and its outcome say so.
  const named = mark === undefined || cell === '' || state !== 'valid';
  return html`${mark !== undefined && html`${swatch(undefined, mark)} `}${named && pill(state)}${cell !== '' && ` ${cell}`}`;
}

const pill = (state: string): Markup => html`<span class="state ${state}">${state}</span>`;

const drawFacts = ({ facts }: Facts): Markup =>
  html`<dl class="${facts.some(({ state }) => state) ? 'states' : 'facts'}">${facts.map(({ name, state, value }) => html`<div><dt>${name}${state !== undefined && html` ${pill(state)}`}</dt><dd>${value}</dd></div>`)}</dl>`;
