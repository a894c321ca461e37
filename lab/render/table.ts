// A table in plain text: numbers to the right, the last column to the left and as long as it is.

export function renderTable(header: readonly string[], rows: readonly string[][]): string {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === header.length - 1 ? cell : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [header, ...rows].map((cells) => `  ${line(cells)}`).join('\n');
}
