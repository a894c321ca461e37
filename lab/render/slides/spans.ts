// Intervals and ranges as shapes on a slide, one row each: PowerPoint's charts know no error bars that the
// library could write.
import type { Span, Spans } from '../view';
import { lineHeight, linesOf, pointsPerInch } from './fit';
import { type Box, inkColours } from './model';

export type Shape = { box: Box; colour: string; form: 'rect' | 'ellipse' };
export type Label = {
  box: Box;
  text: string;
  size: number;
  colour: string;
  align: 'left' | 'center';
};
export type Drawn = { shapes: Shape[]; labels: Label[] };

const labelWidth = 3.4;
const valueWidth = 3.2;
const gap = 0.25;
const axisHeight = 0.95;
const mostRowHeight = 1.5;
const [largest, smallest] = [22, 10];
const axisSize = 12;
const dot = 0.2;
const whisker = 0.06;
const bar = 0.5;

export function drawSpans(spans: Spans, box: Box, inkOf: (colour: string) => string): Drawn {
  const geometry = geometryOf(spans, box);
  return {
    shapes: shapesOf(spans, geometry, inkOf),
    labels: [...rowLabels(spans, geometry, box, inkOf), ...axisLabels(spans, geometry)],
  };
}

type Geometry = ReturnType<typeof geometryOf>;

function geometryOf(spans: Spans, box: Box) {
  const rowHeight = Math.min(mostRowHeight, (box.h - axisHeight) / spans.rows.length);
  const plot: Box = {
    x: box.x + labelWidth + gap,
    y: box.y,
    w: box.w - labelWidth - valueWidth - 2 * gap,
    h: rowHeight * spans.rows.length,
  };
  const scale = scaleOf(spans);
  const place = (value: number): number => plot.x + plot.w * scale.share(value);
  return { rowHeight, plot, scale, place, below: plot.y + plot.h };
}

function shapesOf(
  { rows, at }: Spans,
  { plot, place, below, rowHeight }: Geometry,
  inkOf: (colour: string) => string,
): Shape[] {
  return [
    line({ x: plot.x, y: below, w: plot.w, h: 0.01 }, inkColours.muted),
    ...(at === undefined
      ? []
      : [line({ x: place(at), y: plot.y, w: 0.02, h: plot.h }, inkColours.muted)]),
    ...rows.flatMap((row, index) =>
      drawRow(row, place, plot.y + (index + 0.5) * rowHeight, inkOf(row.colour)),
    ),
  ];
}

/** All names in one size, and all values. */
function rowLabels(
  { rows }: Spans,
  { plot, rowHeight }: Geometry,
  box: Box,
  inkOf: (colour: string) => string,
): Label[] {
  const columns = [
    { x: box.x, w: labelWidth, textOf: (row: Span) => row.label, colourOf: () => inkColours.ink },
    {
      x: plot.x + plot.w + gap,
      w: valueWidth,
      textOf: (row: Span) => row.value,
      colourOf: (row: Span) => inkOf(row.colour),
    },
  ];
  return columns.flatMap(({ x, w, textOf, colourOf }) => {
    const size = sizeOf(rows.map(textOf), { w, h: rowHeight });
    return rows.map(
      (row, index): Label => ({
        box: { x, y: plot.y + index * rowHeight, w, h: rowHeight },
        text: textOf(row),
        colour: colourOf(row),
        size,
        align: 'left',
      }),
    );
  });
}

function axisLabels({ axis, sides }: Spans, { plot, scale, place, below }: Geometry): Label[] {
  const centred = (text: string, box: Box): Label => ({
    ...{ text, box, size: axisSize },
    ...{ colour: inkColours.muted, align: 'center' },
  });
  return [
    ...scale.ticks.map((value) =>
      centred(scale.format(value), { x: place(value) - 0.4, y: below + 0.04, w: 0.8, h: 0.34 }),
    ),
    ...(sides ?? [axis]).map((text, index, all) => {
      const w = plot.w / all.length;
      return centred(text, { x: plot.x + index * w, y: below + 0.42, w, h: 0.5 });
    }),
  ];
}

const line = (box: Box, colour: string): Shape => ({ box, colour, form: 'rect' });

/** An interval has its figure as a dot; a range is a bar between its ends. */
function drawRow(
  { low, high, at }: Span,
  place: (value: number) => number,
  y: number,
  colour: string,
): Shape[] {
  const thick = at === undefined ? bar : whisker;
  const [from, to] = [low, high].map((end) => (end === null ? null : place(end)));
  const between =
    from == null || to == null
      ? []
      : [line({ x: from, y: y - thick / 2, w: Math.max(0.03, to - from), h: thick }, colour)];
  const middle = at === undefined ? [] : [place(at) - dot / 2];
  return [
    ...between,
    ...middle.map(
      (x): Shape => ({
        box: { x, y: y - dot / 2, w: dot, h: dot },
        colour,
        form: 'ellipse',
      }),
    ),
  ];
}

/** The largest at which all of them take one line; where none is, the least, on as many as it takes. */
function sizeOf(texts: readonly string[], { w, h }: Pick<Box, 'w' | 'h'>): number {
  for (let size = largest; size > smallest; size -= 1) {
    const isLow = (size * lineHeight) / pointsPerInch <= h;
    if (isLow && texts.every((text) => linesOf(text, size, w) === 1)) return size;
  }
  return smallest;
}

/** Where each value lies between 0 and 1, and which values are marked. */
function scaleOf({ rows, isLog, sides, at }: Spans) {
  const values = rows.flatMap((row) =>
    [row.low, row.high, row.at ?? null].filter((value) => value !== null),
  );
  const reach = Math.max(...values.map((value) => Math.abs(Math.log(value)))) * 1.15;
  const [low, high] = sides
    ? [Math.exp(-reach), Math.exp(reach)]
    : isLog
      ? [Math.min(...values, at ?? Infinity) * 0.995, Math.max(...values, at ?? 0) * 1.005]
      : [0, Math.max(...values, at ?? 0) * 1.08];
  const of = (value: number) => (isLog ? Math.log(value) : value);
  return {
    share: (value: number) => (of(value) - of(low)) / (of(high) - of(low)),
    ticks: ticksOf(low, high),
    // As far from 1 to either side it is as many times as much.
    format: (value: number) =>
      sides && value !== 1
        ? `${Number(Math.max(value, 1 / value).toPrecision(3))} ×`
        : value.toLocaleString('en', { maximumFractionDigits: 3 }),
  };
}

const mostTicks = 7;

function ticksOf(low: number, high: number): number[] {
  if (low > 0 && high / low >= 2.5) {
    const doublings = Math.max(1, Math.ceil(Math.log2(high / low) / mostTicks));
    const first = Math.ceil(Math.log2(low) / doublings);
    const last = Math.floor(Math.log2(high) / doublings);
    return Array.from(
      { length: last - first + 1 },
      (_, index) => 2 ** ((first + index) * doublings),
    );
  }
  const rough = (high - low) / (mostTicks - 2);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(6)),
  );
}
