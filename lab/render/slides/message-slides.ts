// The slides of an experiment: a message each, with the chart or the table that it rests on.
import { fitted, fittedTable, heightOf } from './fit';
import {
  type Block,
  bodyBox,
  chartBox,
  type DeckChart,
  inkColours,
  type Notes,
  type Slide,
  sideBox,
} from './model';

type BigFigure = { value: string; label: string; colour?: string };

export type Message = {
  /** What the slide says. */
  title: string;
  /** Words beside the chart, or below the table. */
  reading?: readonly string[];
} & (
  | {
      /** Two share the place of one. */
      charts: readonly [DeckChart, DeckChart?];
      figures: readonly BigFigure[];
    }
  | {
      header: string[];
      rows: string[][];
      /** How a further slide is called, where the rows take several; else what does not fit is cut. */
      continued?: string;
    }
);

export const messageSlides = (
  messages: readonly Message[],
  notes: Notes,
  source: string,
): Slide[] =>
  messages.flatMap((message) =>
    'charts' in message
      ? { title: message.title, blocks: chartBlocks(message), notes, source }
      : tableSlides(message).map((slide) => ({ ...slide, notes, source })),
  );

const figureHeight = 1.25;
/** More do not fit above the words. */
const mostFigures = 3;

function chartBlocks(message: Extract<Message, { charts: unknown }>): Block[] {
  const [chart, beside] = message.charts;
  const figures = message.figures.slice(0, mostFigures);
  const half = { ...chartBox, w: chartBox.w / 2 - 0.1 };
  const below = sideBox.y + figures.length * figureHeight + 0.1;
  const words = { ...sideBox, y: below, h: sideBox.y + sideBox.h - below };
  return [
    { kind: 'chart', box: beside ? half : chartBox, chart },
    ...(beside
      ? [{ kind: 'chart' as const, box: { ...half, x: half.x + half.w + 0.2 }, chart: beside }]
      : []),
    ...figures.map(figureBlock),
    fitted(message.reading ?? [], words, { most: 14, least: 10 }),
  ];
}

function figureBlock({ value, label, colour = inkColours.ink }: BigFigure, index: number): Block {
  return {
    kind: 'text',
    box: { ...sideBox, y: sideBox.y + index * figureHeight, h: figureHeight },
    paragraphs: [
      { text: value, size: value.length > 12 ? 20 : 28, bold: true, colour },
      { text: label, size: 12, colour: inkColours.muted },
    ],
  };
}

/** Space for the words below a table, in inches. */
const wordsHeight = 2.3;

function tableSlides(
  message: Extract<Message, { header: unknown }>,
): Pick<Slide, 'title' | 'blocks'>[] {
  const { title, header, rows, reading = [], continued } = message;
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
