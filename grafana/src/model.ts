// What dashboards are made of, as plain data. Grafana's JSON is one pass over it (json/), the live
// page another; neither adds a query, a unit or a word of its own.

/** Grafana's names of units; the live page knows the same few. */
export type Unit = 'none' | 'short' | 'reqps' | 'ops' | 's' | 'percentunit' | 'bytes' | 'binBps';

/**
 * When series exist, where that is not always: the `when` of contract/*.yaml, and `exhibit` for a
 * route that only some workloads ask.
 */
export type Condition =
  | 'container'
  | 'pressure'
  | 'native'
  | 'run'
  | 'open'
  | 'closed'
  | 'night'
  | 'answer'
  | 'finding'
  | 'alert'
  | 'event'
  | 'failure'
  | 'checks'
  | 'exhibit';

/** A named PromQL expression with the dashboard's variables in it, and a legend. */
export type Query = {
  /** Unique in the catalogue. */
  name: string;
  expr: string;
  /** A series' name, with {{label}} for a label's value. In a table: the column's title. */
  legend: string;
  when?: Condition;
  /** Tells the lines of one app apart, whose colour is the same. Solid if not said. */
  line?: 'solid' | 'dashed' | 'dotted';
  /** What stands in a figure or cell instead of a value. */
  words?: Readonly<Record<number, string>>;
};

/** Each a sentence or two for a person who sees the panel for the first time. */
export type Description = { shows: string; read: string; bad: string };

/** A line across a chart, or from where on a figure is good or bad. */
export type Bound = { value: number; meaning: string };

type Frame = {
  title: string;
  description: Description;
  unit: Unit;
  /** Of 24 columns. */
  width: 6 | 8 | 12 | 24;
};

export type TimeSeries = Frame & {
  kind: 'timeseries';
  queries: Query[];
  scale?: 'log';
  /** Where the axis begins: of shares whose bound lies near 100 %, and where less means nothing. */
  min?: number;
  max?: number;
  bounds?: Bound[];
  stacked?: true;
  /** Words of legends that get colours of their own, in panels that do not compare the apps. */
  words?: readonly string[];
};

export type Stat = Frame & {
  kind: 'stat';
  queries: Query[];
  /** `colour: 'app'` paints a figure in its app's colour; a bound says from where on it is bad. */
  colour: 'app' | { badFrom: number } | { goodFrom: number };
};

export type Heatmap = Frame & {
  kind: 'heatmap';
  /** Shares of the requests of each moment: so the colours of two charts are on one scale. */
  queries: [Query];
  /** Native histograms come whole, classic ones as a series for each `le`. */
  histogram: 'native' | 'classic';
};

/**
 * From this share of a moment's requests on a cell of a heat map is brightest. Buckets of native histograms
 * are 9 % wide, and few hold more.
 */
export const brightestShare = { native: 0.2, classic: 0.5 } as const;

/** Seconds on the axis of every heat map of times: charts side by side are read across. */
export const shownTimes = { from: 0.0001, to: 10 } as const;

/** Points of several figures against one, each app's own. Legends begin with {{app}}. */
export type Scatter = Frame & {
  kind: 'scatter';
  x: Query;
  xUnit: Unit;
  /** Powers of two, for a load that doubles from step to step. */
  xScale?: 'log2';
  queries: Query[];
  scale?: 'log';
};

/** The latest values, a row for each set of labels. */
export type Table = Frame & {
  kind: 'table';
  /** Labels that name a row, with the columns' titles. */
  rows: Record<string, string>;
  queries: Query[];
  /** By query name, where a column's unit is not the panel's. */
  units?: Record<string, Unit>;
  /** By query name: from which value on a cell is bad. */
  badFrom?: Record<string, number>;
  /** From the smallest of the first query down to the largest; the other way round if not said. */
  ascending?: true;
  /** How many rows there are: a row for each app, or one for each route of each app. */
  size?: 'few' | 'many';
  /** Where the first column's cells lead, by their text. */
  leadsTo?: 'runbook';
};

export type Panel = TimeSeries | Stat | Heatmap | Scatter | Table;

/** Something on the time axis that is no figure. */
export type Mark = {
  name: string;
  query: Query;
  /** Shown when a mark is pointed at; {{label}} as in legends. */
  text: string;
  colour: string;
  /** A region for as long as the value is above 0, or a line at the time that the value says. */
  as: 'region' | 'moment';
};

export type Section = {
  title: string;
  panels: Panel[];
  /** Grafana's alone: the live page says it in its own way. */
  inGrafanaOnly?: true;
  /** For what is empty on most machines, or asked for seldom. */
  collapsed?: true;
};

export type Dashboard = {
  /** Address in Grafana: /d/<uid>. */
  uid: string;
  title: string;
  /** The one question that it answers. */
  question: string;
  sections: Section[];
  /** What it opens with; minutes of a run if not said. */
  span?: 'nights';
  /** Only where they are the subject: behind anything else they hide the figures. */
  marks?: readonly Mark[];
};

/** In the order of their letters (A, B, C...) in Grafana. */
export function queriesOf(panel: Panel): Query[] {
  return panel.kind === 'scatter' ? [panel.x, ...panel.queries] : panel.queries;
}

export const panelsOf = ({ sections }: Dashboard): Panel[] =>
  sections.flatMap(({ panels }) => panels);

/** Why a panel may be empty on this machine: what all of its queries wait for; empty if nothing. */
export function conditionsOf(panel: Panel): Condition[] {
  const whens = queriesOf(panel).map(({ when }) => when);
  return whens.includes(undefined) ? [] : [...new Set(whens.filter((when) => when !== undefined))];
}

/** For descriptions, and for a list of panels that have no source here. */
export const conditionTexts: Record<Condition, string> = {
  container: 'Exists where the app runs in a container of its own.',
  pressure: 'Exists in containers under cgroup v2 whose kernel counts pressure (PSI).',
  native: 'Exists where the lab sees the machine and PostgreSQL’s processes.',
  run: 'Exists while the lab conducts a run.',
  open: 'Exists in steps of the open model that the lab conducts.',
  closed: 'Exists in steps of the closed model that the lab conducts.',
  night: 'Exists once lab nightly has measured a night.',
  answer: 'Exists once a run has ended.',
  finding: 'Exists once lab capacity, lab scale or lab compare has a complete run on this machine.',
  alert: 'Empty as long as nothing is wrong.',
  event: 'Empty until the first such event.',
  failure: 'Empty as long as every answer is the expected one.',
  checks: 'Exists once the scenario smoke has run.',
  exhibit: 'Exists while a load of the workloads wait or work is on.',
};
