// Views on the page: a section each.
import {
  type Block,
  type Cell,
  type Charts,
  type Facts,
  isOn,
  type LegendEntry,
  shownOn,
  type Table,
  type View,
} from '../view';
import { figureOf } from './draw-chart';
import { renderFigure } from './figure';
import { lineSwatch, squareSwatch, swatch } from './marks';
import { html, type Markup } from './markup';
import type { Section } from './shell';
import { table } from './table';

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
    case 'heading':
      return html`<h3 class="which">${block.app !== undefined && html`${swatch({ app: block.app }, 'held')} `}${block.text}${block.id !== undefined && html` <span class="id">${block.id}</span>`}</h3>`;
    case 'slide':
      return null;
  }
}

/** Code stands between backticks. */
const withCode = (text: string): Markup =>
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

function drawTable(block: Table): Markup {
  const { columns, rows } = shownOn('page', block);
  const drawn = rows.map(({ cells, state, remark, app }) => {
    const [head, ...rest] = cells.map((cell, column) => drawCell(cell, columns[column]?.is, state));
    return {
      head: app === undefined ? (head ?? '') : html`${swatch({ app }, 'held')} ${head ?? ''}`,
      cells: rest,
      ...(state !== undefined && { kind: state }),
      ...(remark !== undefined && { remark }),
    };
  });
  const { caption, aside, looks } = block;
  return table({
    caption: aside ? html`${caption} <span class="aside">${aside}</span>` : caption,
    header: columns.map(({ title }) => title),
    rows: drawn,
    words: columns.flatMap(({ is = 'figure' }, column) => (is === 'figure' ? [] : column)),
    ...(looks !== undefined && { kind: looks }),
  });
}

function drawCell(
  cell: Cell,
  is: Table['columns'][number]['is'],
  state: string | undefined,
): string | Markup {
  if (typeof cell !== 'string') return html`<strong class="broken">${cell.text}</strong>`;
  if (is === 'id') return html`<span class="id">${cell}</span>`;
  if (is !== 'state' || state === undefined) return cell;
  return html`${pill(state)}${cell !== '' && ` ${cell}`}`;
}

const pill = (state: string): Markup => html`<span class="state ${state}">${state}</span>`;

const drawFacts = ({ facts }: Facts): Markup =>
  html`<dl class="${facts.some(({ state }) => state) ? 'states' : 'facts'}">${facts.map(({ name, state, value }) => html`<div><dt>${name}${state !== undefined && html` ${pill(state)}`}</dt><dd>${value}</dd></div>`)}</dl>`;
