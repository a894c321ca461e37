// Where panels go: in the order of the catalogue, from left to right, as many in a row as fit.
import type { Panel, Table } from '../model';

export type GridPos = { x: number; y: number; w: number; h: number };

export const gridWidth = 24;
export const rowTitleHeight = 1;

/** Of a chart of one query, two, or more: each app has a line in the legend for each. */
const chartHeights = [9, 11, 13] as const;
const tableHeights = { few: 5, some: 8, many: 14 } as const;
const statHeight = 4;

type Placed = Pick<Panel, 'kind' | 'width'> & {
  queries: readonly unknown[];
  size?: Table['size'];
};

function heightOf({ kind, queries, size }: Placed): number {
  if (kind === 'stat') return statHeight;
  if (kind === 'table') return tableHeights[size ?? 'some'];
  return chartHeights[kind === 'timeseries' ? Math.min(queries.length, 3) - 1 : 0] ?? 9;
}

/** Positions of a section's panels from `top` on, and where the next section begins. */
export function layOut(
  panels: readonly Placed[],
  top: number,
): { positions: GridPos[]; bottom: number } {
  const positions: GridPos[] = [];
  let row: GridPos[] = [];
  let y = top;
  /** Panels beside one another are of one height. */
  const close = (): void => {
    const h = Math.max(0, ...row.map((position) => position.h));
    positions.push(...row.map((position) => ({ ...position, h })));
    y += h;
    row = [];
  };
  for (const panel of panels) {
    const x = row.reduce((sum, { w }) => sum + w, 0);
    if (x + panel.width > gridWidth) close();
    row.push({
      x: row.reduce((sum, { w }) => sum + w, 0),
      y,
      w: panel.width,
      h: heightOf(panel),
    });
  }
  close();
  return { positions, bottom: y };
}
