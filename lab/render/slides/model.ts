// A slide as data: what stands where. One printer turns it into PowerPoint; tests read it as it is.

import type { Notes } from '../view';
import type { Drawn } from './spans';

/** In inches, on a slide of 13.33 by 7.5. */
export type Box = { x: number; y: number; w: number; h: number };

export type Paragraph = {
  text: string;
  /** In points. */
  size: number;
  bold?: true;
  colour?: string;
  bullet?: true;
};

/** null: there is no value there, and nothing is drawn. */
export type Series = { name: string; values: (number | null)[]; colour: string };

/** Native charts, which whoever presents can edit. */
export type DeckChart = {
  /** What it shows, for whoever does not see it. */
  summary: string;
  /** `line` and `bar`: one value per category; `xy`: values over `xs`. */
  kind: 'bar' | 'stacked' | 'line' | 'xy';
  categories: string[];
  xs?: number[];
  series: Series[];
  /** Drawn as lines over bars, in the same categories. */
  lines?: Series[];
  x: string;
  y: string;
  log?: true;
  /** Where the axis begins; at 0 without. */
  min?: number;
};

export type Block =
  | { kind: 'text'; box: Box; paragraphs: Paragraph[] }
  | { kind: 'chart'; box: Box; chart: DeckChart }
  | { kind: 'table'; box: Box; header: string[]; rows: string[][]; widths: number[]; size: number }
  | { kind: 'bar'; box: Box; colour: string }
  | { kind: 'spans'; box: Box; drawn: Drawn };

export type Slide = {
  /** The one message. */
  title: string;
  blocks: Block[];
  notes: Notes;
  /** At the foot: the run that it rests on. */
  source: string;
  opening?: true;
};

export const slideSize = { w: 13.33, h: 7.5 };
export const margin = 0.6;
export const titleBox: Box = { x: margin, y: 0.4, w: slideSize.w - 2 * margin, h: 1.05 };
/** All below the title and above the foot. */
export const bodyBox: Box = { x: margin, y: 1.65, w: slideSize.w - 2 * margin, h: 5.1 };
export const inkColours = { ink: '#1B1F24', muted: '#5B6672', rule: '#D5DBE1', ground: '#FFFFFF' };

const gap = 0.4;
/** A chart, and beside it what to read from it. */
export const chartBox: Box = { ...bodyBox, w: 8.2 };
export const sideBox: Box = {
  ...bodyBox,
  x: chartBox.x + chartBox.w + gap,
  w: bodyBox.w - chartBox.w - gap,
};
