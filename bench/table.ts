// Markdown tables, as every bench prints them and the docs quote them.

/** Columns of text; numbers are right-aligned by their header's position. */
export function renderTable(
  headers: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [headers, ...rows].map((row) => row.map(String));
  const widths = headers.map((_, column) =>
    Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head, ...body] = cells as [string[], ...string[][]];
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** A share as a percentage with its 95 % interval: `94.9 % (94.1 to 95.6)`. */
export function percentWithInterval(
  share: number,
  interval: readonly [number, number],
  digits = 1,
): string {
  const [low, high] = interval.map((end) => (100 * end).toFixed(digits));
  return `${(100 * share).toFixed(digits)} % (${low} to ${high})`;
}
