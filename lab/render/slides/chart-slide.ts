// The slide that most slides are: a chart, a few figures beside it, and how to read them.
import { fitted } from './fit';
import {
  type Block,
  chartBox,
  type DeckChart,
  inkColours,
  type Notes,
  type Slide,
  sideBox,
} from './model';

export type BigFigure = { value: string; label: string; colour?: string };

const figureHeight = 1.25;
/** More do not fit above the words. */
const mostFigures = 3;

export function chartSlide(options: {
  title: string;
  chart: DeckChart;
  /** A second chart: the two share the place of one. */
  beside?: DeckChart;
  figures: readonly BigFigure[];
  reading: readonly string[];
  notes: Notes;
  source: string;
}): Slide {
  const { title, chart, beside, notes, source } = options;
  const figures = options.figures.slice(0, mostFigures);
  const half = { ...chartBox, w: chartBox.w / 2 - 0.1 };
  const charts: Block[] = beside
    ? [
        { kind: 'chart', box: half, chart },
        { kind: 'chart', box: { ...half, x: half.x + half.w + 0.2 }, chart: beside },
      ]
    : [{ kind: 'chart', box: chartBox, chart }];
  const below = sideBox.y + figures.length * figureHeight + 0.1;
  return {
    title,
    blocks: [
      ...charts,
      ...figures.map((figure, index) => figureBlock(figure, index)),
      fitted(
        options.reading,
        { ...sideBox, y: below, h: sideBox.y + sideBox.h - below },
        { most: 14, least: 10 },
      ),
    ],
    notes,
    source,
  };
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
