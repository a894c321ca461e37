// Views on slides: one message each, with the chart or the table that it rests on.
import { boundColour } from '../../../grafana/src/colours';
import { colourOf } from '../looks';
import {
  type BigFigure,
  type ChartShape,
  type Colour,
  cellText,
  type SlideMessage,
  shownOn,
  type Table,
  type Values,
  type View,
  type Block as ViewBlock,
  type Xy,
} from '../view';
import { fittedTable, heightOf } from './fit';
import {
  type Block,
  bodyBox,
  chartBox,
  type DeckChart,
  inkColours,
  type Series,
  type Slide,
  sideBox,
} from './model';
import { drawSpans } from './spans';

/** The slides of all views, in the order of their blocks. */
export const slidesOf = (views: readonly View[], source: string): Slide[] =>
  views.flatMap(({ blocks }) =>
    blocks.flatMap((block) => drawBlock(block).map((slide) => ({ ...slide, source }))),
  );

function drawBlock(block: ViewBlock): Omit<Slide, 'source'>[] {
  if (!('slide' in block) || block.slide === undefined) return [];
  const { slide } = block;
  const { title, spans, charts = block.kind === 'charts' ? block.charts : [] } = slide;
  const notes = notesOf(slide);
  if (spans) {
    const drawn = drawSpans(spans, bodyBox, inkOf);
    return [{ title, notes, blocks: [{ kind: 'spans', box: bodyBox, drawn }] }];
  }
  if (charts.length > 0) return [{ title, notes, blocks: chartBlocks(charts, slide) }];
  const table = block.kind === 'table' ? block : block.kind === 'slide' ? block.table : undefined;
  return table === undefined ? [] : tablesOf(table, slide).map((drawn) => ({ ...drawn, notes }));
}

/** A slide is looked at; what explains it is said. */
function notesOf({ notes, reading = [] }: SlideMessage): Slide['notes'] {
  const read = [notes.read, ...reading].filter(Boolean).join(' ');
  return { ...notes, ...(read !== '' && { read }) };
}

// ---- charts

const figureHeight = 1.25;
/** More do not fit beside a chart. */
const mostFigures = 3;

function chartBlocks(charts: readonly ChartShape[], message: SlideMessage): Block[] {
  const figures = (message.figures ?? []).slice(0, mostFigures);
  const [chart, beside] = charts.map(nativeChart);
  const place = figures.length > 0 ? chartBox : bodyBox;
  const half = { ...place, w: place.w / 2 - 0.1 };
  return [
    ...(chart ? [{ kind: 'chart' as const, box: beside ? half : place, chart }] : []),
    ...(beside
      ? [{ kind: 'chart' as const, box: { ...half, x: half.x + half.w + 0.2 }, chart: beside }]
      : []),
    ...figures.map(figureBlock),
  ];
}

function figureBlock({ value, label, colour = 'ink' }: BigFigure, index: number): Block {
  return {
    kind: 'text',
    box: { ...sideBox, y: sideBox.y + index * figureHeight, h: figureHeight },
    paragraphs: [
      { text: value, size: value.length > 12 ? 20 : 28, bold: true, colour: inkOf(colour) },
      { text: label, size: 12, colour: inkColours.muted },
    ],
  };
}

/** On slides, which are light. */
const inkOf = (colour: Colour): string =>
  colour === 'ink' ? inkColours.ink : colour === 'muted' ? inkColours.muted : colour;

const seriesOf = ({ name, colour, values }: Values): Series => ({
  name,
  colour: inkOf(colour),
  values: [...values],
});

/** The chart as PowerPoint can edit it: marks and bands have no place there. */
function nativeChart(chart: ChartShape): DeckChart {
  const { summary } = chart;
  if (chart.kind === 'xy') return { summary, ...nativeXy(chart) };
  if (chart.kind === 'intervals') throw new Error('a slide shows intervals as spans');
  const { kind, categories, series, over, x, y } = chart;
  return {
    summary,
    kind: kind === 'bars' ? 'bar' : kind === 'lines' ? 'line' : 'stacked',
    categories: [...categories],
    series: series.map(seriesOf),
    ...(over && { lines: over.map(seriesOf) }),
    x,
    y: y.title,
    ...(y.log && { log: true }),
    ...(y.min === 'data' && { min: startOf(series.flatMap(({ values }) => values)) }),
  };
}

/** A round number somewhat below the least of them. */
function startOf(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const step = 10 ** Math.floor(Math.log10(Math.max(1, most - least)));
  return Math.max(0, Math.floor((least - (most - least) / 4) / step) * step);
}

/** All series over the same x; a bound is a series that does not change. */
function nativeXy({ x, y, series, references = [] }: Xy): Omit<DeckChart, 'summary'> {
  const xs = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))];
  xs.sort((one, other) => one - other);
  return {
    kind: 'xy',
    categories: [],
    xs,
    series: [
      ...series.map(({ name, look, line, points }) => ({
        name,
        colour: inkOf(line?.colour ?? (look ? colourOf(look) : 'muted')),
        values: xs.map((at) => points.find((point) => point.x === at)?.y ?? null),
      })),
      ...references.flatMap(({ axis, at, label = '' }) =>
        axis === 'y' && typeof at === 'number'
          ? { name: label, colour: boundColour, values: xs.map(() => at) }
          : [],
      ),
    ],
    x: x.title,
    y: y.title,
    ...(y.log && { log: true }),
  };
}

// ---- tables

function tablesOf(
  table: Table,
  { title, continued }: SlideMessage,
): Pick<Slide, 'title' | 'blocks'>[] {
  const { header, rows } = tableText(table);
  if (continued === undefined) {
    return [{ title, blocks: [fittedTable({ box: bodyBox, header, rows })] }];
  }
  const pages = pagesOf(header, rows);
  return pages.map((block, index) => ({
    title: index === 0 ? title : `${continued}, continued (${index + 1} of ${pages.length})`,
    blocks: [block],
  }));
}

/** The columns and rows that slides show. */
export function tableText(table: Table): { header: string[]; rows: string[][] } {
  const { columns, rows } = shownOn('slide', table);
  return {
    header: columns.map(({ title }) => title),
    rows: rows.map(({ cells, state }) =>
      cells
        .map(cellText)
        .map((cell, column) =>
          columns[column]?.is === 'state' ? [state, cell].filter(Boolean).join(', ') : cell,
        ),
    ),
  };
}

/** As many rows on each slide as can be read from the last row of seats. */
function pagesOf(header: string[], rows: readonly string[][]): Block[] {
  const tableOf = (page: string[][]) =>
    fittedTable({ box: bodyBox, header, rows: page }, { most: 16, least: 12 });
  const fits = (page: string[][]): boolean => {
    const table = tableOf(page);
    // A row too many would be replaced by how many were left out.
    return table.rows.at(-1) === page.at(-1) && heightOf(table) <= bodyBox.h;
  };
  const pages: string[][][] = [];
  for (const row of rows) {
    const last = pages.at(-1);
    if (last !== undefined && fits([...last, row])) last.push(row);
    else pages.push([row]);
  }
  return pages.map(tableOf);
}
