// What a run shows, as data: terminal, page and slides draw the same tables, charts and words from it.
//
// An experiment has one file, view.ts, whose function `view(result, run)` returns its views in the order
// of reading. A view is a section of report.html; on the terminal its tables, facts and notes stand one
// below the other, without its charts. A block that has a `slide` is also a slide, with that message;
// slides come in the order of the blocks, the most important first. Columns and blocks that do not belong
// everywhere say where they are shown (`on`). view.ts imports neither ECharts nor PowerPoint, nor anything
// of render/page or render/slides: those draw what is described here.
import type { PartialInterval } from '../statistics/intervals';
import type { Look, Mark } from './looks';

export type Medium = 'terminal' | 'page' | 'slide';

export type View = {
  /** Of its section on the page, unique there. */
  id: string;
  title: string;
  blocks: readonly Block[];
};

export type Block = Table | Charts | Facts | Note | Heading | Fold | SlideOnly;

// ---- tables

/** `words` stand to the left; an `id` is a name for machines; a `state` is the row's, with the cell after it. */
type ColumnKind = 'figure' | 'words' | 'id' | 'state';

/** A broken figure is one outside its bound. */
export type Cell = string | { text: string; broken: true };

/** What stands where there is no figure. */
export const noFigure = '-';

export const cellText = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);

export type Column<Row> = {
  title: string;
  cell: (row: Row) => Cell;
  is?: ColumnKind;
  /** Everywhere by default. */
  on?: readonly Medium[];
  /** On a screen that is too narrow the greatest go first; without one a column stays. */
  drop?: number;
};

export type TableRow = {
  cells: readonly Cell[];
  /** Such as "void": how a row of this state looks, and what a `state` column says first. */
  state?: string | undefined;
  /** Below the row on the page, after its last cell on the terminal, on no slide. */
  remark?: string | undefined;
  /** Whose mark stands before it. */
  app?: string | undefined;
  /** What came of it, as in the charts: before the words of a `state` column. */
  mark?: Mark | undefined;
};

export type Table = {
  kind: 'table';
  caption: string;
  /** After the caption, less loud. */
  aside?: string | undefined;
  columns: readonly Omit<Column<never>, 'cell'>[];
  rows: readonly TableRow[];
  /** A class of report.css. */
  looks?: string | undefined;
  /** Two such tables stand side by side on the page. */
  half?: boolean | undefined;
  on?: readonly Medium[] | undefined;
  slide?: SlideMessage | undefined;
};

/** A table whose columns know how to say a row. */
export function table<Row>(
  options: Omit<Table, 'kind' | 'columns' | 'rows'> & {
    columns: readonly Column<Row>[];
    rows: readonly Row[];
    state?: (row: Row) => string;
    remark?: (row: Row) => string | undefined;
    app?: (row: Row) => string;
    mark?: (row: Row) => Mark;
  },
): Table {
  const { columns, rows, state, remark, app, mark, ...rest } = options;
  return {
    kind: 'table',
    ...rest,
    columns: columns.map(({ cell, ...column }) => column),
    rows: rows.map((row) => ({
      cells: columns.map(({ cell }) => cell(row)),
      state: state?.(row),
      remark: remark?.(row) || undefined,
      app: app?.(row),
      mark: mark?.(row),
    })),
  };
}

/** The part of a table that one medium shows, without columns that could go and have not one figure. */
export function shownOn(medium: Medium, { columns, rows }: Table) {
  const shown = columns.flatMap((column, index) => {
    const isEmpty =
      column.drop !== undefined && rows.every(({ cells }) => cells[index] === noFigure);
    return (column.on ?? [medium]).includes(medium) && !isEmpty ? [{ column, index }] : [];
  });
  return {
    columns: shown.map(({ column }) => column),
    rows: rows.map((row) => ({ ...row, cells: shown.map(({ index }) => row.cells[index] ?? '') })),
  };
}

// ---- charts

/** A colour by its number, or one of the page's and the slides' own. */
export type Colour = `#${string}` | 'ink' | 'muted' | (string & {});

export type Line = {
  /** The look's by default. */
  colour?: Colour;
  width?: number;
  /** Lengths of dash and gap; solid by default. */
  dash?: readonly number[] | undefined;
  opacity?: number;
  /** Each value stands until the next. */
  step?: boolean;
};

export type Axis = {
  title: string;
  /** Base of a logarithmic axis. */
  log?: 2 | 10;
  /** `data`: as near to the values as fits, where zero says nothing. */
  min?: number | 'data';
  max?: number;
  /** Whole numbers only, and none at the ends. */
  whole?: boolean;
  /** The only values that are marked. */
  ticks?: readonly number[];
  /** Its numbers mean nothing: it only keeps things apart. */
  hidden?: boolean;
  format?: (value: number) => string;
};

type Point = { x: number; y: number | null; mark?: Mark };

/** Marks where points have them, a line where there is one; it is broken at void marks and gaps. */
export type XySeries = {
  name: string;
  look?: Look;
  points: readonly Point[];
  line?: Line;
  /** Its name stands at the end of its line. */
  isNamed?: boolean;
  /** Around the line, such as an interval. */
  band?: readonly { x: number; low: number; high: number }[];
};

/** Across the whole chart: a line, or the area between two values. */
export type Reference = {
  axis: 'x' | 'y';
  at: number | readonly [number, number];
  label?: string;
  line?: Line;
};

export type Xy = {
  kind: 'xy';
  x: Axis;
  y: Axis;
  series: readonly XySeries[];
  references?: readonly Reference[];
};

/** null: there is no value there, and nothing is drawn. */
export type Values = {
  name: string;
  colour: Colour;
  values: readonly (number | null)[];
  dashed?: true;
  /** In the bars, where there is room. */
  labels?: readonly string[];
};

/** One value per category. */
export type Categories = {
  kind: 'bars' | 'stacked' | 'lines';
  categories: readonly string[];
  series: readonly Values[];
  /** Drawn as lines over bars. */
  over?: readonly Values[];
  x: string;
  y: Axis;
  /** Above each category; pale categories count for nothing. */
  totals?: readonly string[];
  pale?: readonly boolean[];
};

/** Ratios with their intervals, one row each, against 1, the margin and the noise floor. */
export type Intervals = {
  kind: 'intervals';
  /** What the ratio is of, such as "B over A". */
  axis: string;
  margin: number | null;
  rows: readonly {
    label: string;
    ratio: number;
    interval: PartialInterval;
    /** As a ratio above 0. */
    floor: number | null;
    /** In words, at its end. */
    value: string;
    /** Of whom it speaks for. */
    colour: Colour;
  }[];
};

export type ChartShape = {
  /** What it shows, for whoever does not see it. */
  summary: string;
} & (Xy | Categories | Intervals);

export type Chart = ChartShape & {
  /** Unique on the page, fit for an id. */
  name: string;
  title: string;
  /** How to read it, in a sentence. */
  reading: string;
  /** Across the page, or half of it by default. */
  whole?: boolean;
  /** In pixels. */
  height?: number;
};

/** A drawing with what it means; a mark without a look is nobody's. */
export type LegendEntry = { text: string } & (
  | { mark: Mark; look?: Look | undefined }
  | { line: Line }
  | { squares: readonly Colour[] }
);

export type Charts = {
  kind: 'charts';
  legend?: readonly LegendEntry[];
  charts: readonly Chart[];
  slide?: SlideMessage | undefined;
};

const meanings = {
  held: 'filled: SLO held',
  broken: 'hollow: SLO broken',
  overloaded: 'thick ring: SLO broken, overloaded',
  void: 'cross: void, counts for nothing',
};
type Measured = keyof typeof meanings;

/** @param look whose shape and colour the marks have; nobody's without */
export const markLegend = (
  marks = Object.keys(meanings) as Measured[],
  look?: Look,
): LegendEntry[] => marks.map((mark) => ({ mark, look, text: meanings[mark] }));

// ---- words

export type Fact = { name: string; value: string; state?: string };

export type Facts = {
  kind: 'facts';
  facts: readonly Fact[];
  on?: readonly Medium[];
};

/** A paragraph, or a list of them; `code` stands between backticks. */
export type Note = { kind: 'note'; text: string | readonly string[]; on?: readonly Medium[] };

export type Heading = {
  kind: 'heading';
  text: string;
  /** Whose mark stands before it. */
  app?: string;
  /** A name for machines, after it. */
  id?: string | undefined;
  on?: readonly Medium[];
};

/** Folded away on the page until it is asked for. */
export type Fold = {
  kind: 'fold';
  summary: string;
  blocks: readonly Block[];
  on?: readonly Medium[];
};

// ---- slides

/** What the presenter says, and what nobody may take home. */
export type Notes = { measured: string; read?: string; notConcluded: string };

export type BigFigure = { value: string; label: string; colour?: Colour };

/** A row of a plot of intervals, with a dot at `at`; without one, of ranges. */
export type Span = {
  label: string;
  low: number | null;
  high: number | null;
  at?: number;
  /** At its end, in words. */
  value: string;
  colour: Colour;
};

export type Spans = {
  axis: string;
  rows: readonly Span[];
  isLog?: true;
  /** A value that all are held against. */
  at?: number;
  /** What lies to the left of 1, and what to the right: the axis is as long to either side. */
  sides?: readonly [string, string];
};

/** The one message of a slide, with what it rests on: the block that it belongs to. */
export type SlideMessage = {
  title: string;
  notes: Notes;
  /** Beside the chart, at most three. */
  figures?: readonly BigFigure[];
  /** What the presenter says to it. */
  reading?: readonly string[];
  /** Charts in place of the block's own, where a native one has another form; two share the place of one. */
  charts?: readonly ChartShape[];
  /** Intervals or ranges, in place of charts. */
  spans?: Spans;
  /** How a further slide is called, where the rows take several; else what does not fit is cut. */
  continued?: string;
};

/** Of a block that neither terminal nor page has. */
export type SlideOnly = { kind: 'slide'; slide: SlideMessage; table?: Table };

/** Whether a block has a place there; what has a slide is asked for that elsewhere. */
export const isOn = (medium: Exclude<Medium, 'slide'>, block: Block): boolean =>
  block.kind === 'slide'
    ? false
    : block.kind === 'charts'
      ? medium === 'page'
      : (block.on ?? [medium]).includes(medium);
