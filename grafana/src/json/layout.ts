// Where panels go: in the order of the catalogue, from left to right, as many in a row as fit.
import { apps } from '../colours';
import type { Panel, Query, Table, TimeSeries } from '../model';

export type GridPos = { x: number; y: number; w: number; h: number };

export const gridWidth = 24;
export const rowTitleHeight = 1;

const chartHeights = { least: 9, most: 16 } as const;
/** Grafana leaves a legend this share of its panel: what is more has to be scrolled. */
const legendShare = 0.35;
/** Pixels of a line in it, of a panel's title, and of a row of the grid. */
const pixels = { line: 24, title: 48, row: 38 } as const;
const tableHeights = { few: 5, some: 8, many: 14 } as const;
const statHeight = 4;

type Placed = Pick<Panel, 'kind' | 'width'> & {
  queries: readonly Pick<Query, 'legend'>[];
  words?: TimeSeries['words'];
  size?: Table['size'];
};

function heightOf(panel: Placed): number {
  const { kind, size } = panel;
  if (kind === 'stat') return statHeight;
  if (kind === 'table') return tableHeights[size ?? 'some'];
  if (kind !== 'timeseries') return chartHeights.least;
  // With the heading of its columns.
  const legend = (legendLines(panel) + 1) * pixels.line;
  const needed = Math.ceil((legend / legendShare + pixels.title) / pixels.row);
  return Math.min(chartHeights.most, Math.max(chartHeights.least, needed));
}

/** As many as a tour makes, which has two workloads. */
function legendLines({ queries, words }: Placed): number {
  const times = (legend: string, label: string, count: number): number =>
    legend.includes(`{{${label}}}`) ? count : 1;
  const lines = queries.map(
    ({ legend }) => times(legend, 'app', apps.length) * times(legend, 'workload', 2),
  );
  return Math.max(
    words?.length ?? 0,
    lines.reduce((sum, count) => sum + count, 0),
  );
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
