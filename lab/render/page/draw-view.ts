// Views on the page: a section each.
import {
  type Block,
  type Charts,
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
import { facts, table } from './table';

/** What has nothing for the page is left out. */
export const sectionsOf = (views: readonly View[]): Section[] =>
  views
    .map(({ id, title, blocks }) => ({
      id,
      title,
      shown: blocks.filter((block) => isOn('page', block)),
    }))
    .filter(({ shown }) => shown.length > 0)
    .map(({ id, title, shown }) => ({ id, title, body: drawBlocks(shown) }));

export const drawBlocks = (blocks: readonly Block[]): Markup => html`${blocks.map(drawBlock)}`;

function drawBlock(block: Block): Markup | null {
  switch (block.kind) {
    case 'table':
      return drawTable(block);
    case 'charts':
      return drawCharts(block);
    case 'facts':
      return facts(block.facts);
    case 'note':
      return typeof block.text === 'string'
        ? html`<p class="check">${withCode(block.text)}</p>`
        : html`<ul class="notice">${block.text.map((line) => html`<li>${withCode(line)}</li>`)}</ul>`;
    case 'heading':
      return html`<h3 class="which">${block.app !== undefined && html`${swatch({ app: block.app }, 'held')} `}${block.text}</h3>`;
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
  cell: string,
  is: Table['columns'][number]['is'],
  state: string | undefined,
): string | Markup {
  if (is === 'id') return html`<span class="id">${cell}</span>`;
  if (is !== 'state' || state === undefined) return cell;
  return html`<span class="state ${state}">${state}</span>${cell !== '' && ` ${cell}`}`;
}
