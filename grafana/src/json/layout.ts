// Where panels go: in the order of the catalogue, from left to right, as many in a row as fit.
import type { Panel } from '../model';

export type GridPos = { x: number; y: number; w: number; h: number };

export const gridWidth = 24;
export const rowTitleHeight = 1;

const heights: Record<Panel['kind'], number> = {
  timeseries: 9,
  scatter: 9,
  heatmap: 9,
  table: 8,
  stat: 4,
};
const tallTable = 14;

/** Positions of a section's panels from `top` on, and where the next section begins. */
export function layOut(
  panels: readonly (Pick<Panel, 'kind' | 'width'> & { tall?: true })[],
  top: number,
): { positions: GridPos[]; bottom: number } {
  let [x, y, rowHeight] = [0, top, 0];
  const positions = panels.map(({ kind, width: w, tall }) => {
    if (x + w > gridWidth) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const h = tall ? tallTable : heights[kind];
    const position = { x, y, w, h };
    [x, rowHeight] = [x + w, Math.max(rowHeight, h)];
    return position;
  });
  return { positions, bottom: y + rowHeight };
}
