// Views on slides: a message each, with the chart or the table that it rests on.
import { boundColour } from '../../../grafana/src/colours';
import { colourOf } from '../looks';
import {
  type BigFigure,
  type ChartShape,
  type Colour,
  cellText,
  type Intervals,
  type SlideMessage,
  shownOn,
  type Table,
  type Values,
  type View,
  type Block as ViewBlock,
  type Xy,
} from '../view';
import { fitted, fittedTable, heightOf } from './fit';
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

/** The slides of all views, in the order of their blocks. */
export const slidesOf = (views: readonly View[], source: string): Slide[] =>
  views.flatMap(({ blocks }) =>
    blocks.flatMap((block) => drawBlock(block).map((slide) => ({ ...slide, source }))),
  );

function drawBlock(block: ViewBlock): Omit<Slide, 'source'>[] {
  if (!('slide' in block) || block.slide === undefined) return [];
  const { slide } = block;
  const { title, notes, charts = block.kind === 'charts' ? block.charts : [] } = slide;
  if (charts.length > 0) return [{ title, notes, blocks: chartBlocks(charts, slide) }];
  const table = block.kind === 'table' ? block : block.kind === 'slide' ? block.table : undefined;
  return table === undefined ? [] : tablesOf(table, slide).map((drawn) => ({ ...drawn, notes }));
}

// ---- charts

const figureHeight = 1.25;
/** More do not fit above the words. */
const mostFigures = 3;

function chartBlocks(charts: readonly ChartShape[], message: SlideMessage): Block[] {
  const figures = (message.figures ?? []).slice(0, mostFigures);
  const [chart, beside] = charts.map(nativeChart);
  const half = { ...chartBox, w: chartBox.w / 2 - 0.1 };
  const below = sideBox.y + figures.length * figureHeight + 0.1;
  const words = { ...sideBox, y: below, h: sideBox.y + sideBox.h - below };
  return [
    ...(chart ? [{ kind: 'chart' as const, box: beside ? half : chartBox, chart }] : []),
    ...(beside
      ? [{ kind: 'chart' as const, box: { ...half, x: half.x + half.w + 0.2 }, chart: beside }]
      : []),
    ...figures.map(figureBlock),
    fitted(message.reading ?? [], words, { most: 14, least: 10 }),
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

const seriesOf = ({ name, colour, values, dashed }: Values): Series => ({
  name,
  colour: inkOf(colour),
  values: [...values],
  ...(dashed && { dashed }),
});

/** The chart as PowerPoint can edit it: marks and bands have no place there. */
function nativeChart(chart: ChartShape): DeckChart {
  const { summary } = chart;
  if (chart.kind === 'xy') return { summary, ...nativeXy(chart) };
  if (chart.kind === 'intervals') return { summary, ...nativeIntervals(chart) };
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
  };
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

/** Each ratio between the ends of its interval. */
function nativeIntervals({ axis, rows }: Intervals): Omit<DeckChart, 'summary'> {
  return {
    kind: 'bar',
    categories: rows.map(({ label }) => label),
    series: [
      { name: '95 % from', colour: boundColour, values: rows.map(({ interval: [low] }) => low) },
      { name: axis, colour: inkColours.ink, values: rows.map(({ ratio }) => ratio) },
      { name: 'to', colour: boundColour, values: rows.map(({ interval: [, high] }) => high) },
    ],
    lines: [{ name: 'no difference', colour: inkColours.muted, values: rows.map(() => 1) }],
    x: '',
    y: axis,
  };
}

// ---- tables

/** Space for the words below a table, in inches. */
const wordsHeight = 2.3;

function tablesOf(
  table: Table,
  { title, reading = [], continued }: SlideMessage,
): Pick<Slide, 'title' | 'blocks'>[] {
  const { header, rows } = tableText(table);
  if (continued !== undefined) {
    const pages = pagesOf(header, rows);
    return pages.map((block, index) => ({
      title: index === 0 ? title : `${continued}, continued (${index + 1} of ${pages.length})`,
      blocks: [block],
    }));
  }
  if (reading.length === 0) {
    return [{ title, blocks: [fittedTable({ box: bodyBox, header, rows })] }];
  }
  const above = { ...bodyBox, h: bodyBox.h - wordsHeight - 0.2 };
  const below = { ...bodyBox, y: bodyBox.y + above.h + 0.2, h: wordsHeight };
  const words = fitted(reading, below, { most: 18, least: 12, bullet: true });
  return [{ title, blocks: [fittedTable({ box: above, header, rows }), words] }];
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
