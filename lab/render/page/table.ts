// A table that scrolls by itself on a narrow screen, and can be reached by keyboard.
import { html, type Markup, raw } from './markup';

export type Cell = string | Markup;
export type Row = {
  head: Cell;
  cells: readonly Cell[];
  /** What the whole row is about, as a class of report.css. */
  kind?: string;
  /** Said below the row, over its whole width. */
  remark?: Cell;
};

export function table(options: {
  caption: Cell;
  header: readonly string[];
  rows: readonly Row[];
  /** Columns, counted from 0, that hold words and stand to the left. */
  words?: readonly number[];
  /** A class of report.css. */
  kind?: string;
}): Markup {
  const { caption, header, rows, words = [], kind = '' } = options;
  const side = (column: number) => (column === 0 || words.includes(column) ? 'words' : 'figure');
  const name = textOf(caption);
  // The caption stands outside of what scrolls, where it keeps to the width of the page.
  return html`<div class="table"><p class="caption">${caption}</p>
<div class="scroll" role="group" tabindex="0" aria-label="${name}"><table class="${kind}" aria-label="${name}">
<thead><tr>${header.map((title, column) => html`<th scope="col" class="${side(column)}">${title}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (
    row,
  ) => html`<tr class="${row.kind ?? ''}"><th scope="row">${row.head}</th>${row.cells.map((cell, index) => html`<td class="${side(index + 1)}">${cell}</td>`)}</tr>
${row.remark !== undefined && html`<tr class="remark"><td colspan="${header.length}"><span>${row.remark}</span></td></tr>`}
`,
)}</tbody></table></div></div>`;
}

const textOf = (cell: Cell): string | Markup =>
  typeof cell === 'string' ? cell : raw(cell.text.replace(/<[^>]*>/g, ''));

/** Names with their values, where there is one of each. */
export function facts(list: readonly { name: string; value: Cell }[]): Markup {
  return html`<dl class="facts">${list.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
