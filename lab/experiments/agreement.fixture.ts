// What the terminal, the report and the slides say of one run, read back from each as a person would
// read it, and held against each other.
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { formatMs, formatRate } from '../render/format';
import type { Block, DeckChart, Slide } from '../render/slides/model';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** One run as it is printed and drawn. */
export type Media = { text: string; page: string; slides: readonly Slide[] };

/** One figure of one step. */
type Fact = { key: string; value: string; where: string };
type Step = { app: string; workload: string; load: string };

const keyOf = ({ app, workload, load }: Step, what: string): string =>
  `${app}, ${workload}, ${load}: ${what}`;

/** In words; empty where every medium says the same of every step. */
export function disagreements({ text, page, slides }: Media): string[] {
  const rows = terminalRows(text);
  // A step that came out void stands there with the one that was made in its place.
  const printed = new Map(
    [...Map.groupBy(rows.flatMap(factsOfRow), ({ key }) => key)].map(([key, facts]) => [
      key,
      facts.map(({ value }) => value),
    ]),
  );
  const onPage = [...tableFacts(page), ...chartFacts(page)];
  const onSlides = slides.flatMap(slideFacts);
  const wrong = [...onPage, ...onSlides].flatMap(({ key, value, where }) => {
    const expected = printed.get(key);
    return expected?.includes(value)
      ? []
      : [`${where} has ${key} ${value}; the terminal ${expected}`];
  });
  const missing = (wanted: readonly string[], facts: readonly Fact[], medium: string) => {
    const there = new Set(facts.map(({ key }) => key));
    return wanted
      .filter((key) => !there.has(key))
      .map((key) => `${medium} lacks ${key} ${printed.get(key)}`);
  };
  return [
    ...wrong,
    ...missing([...printed.keys()], tableFacts(page), 'the tables of the report'),
    ...missing(
      drawn(
        rows,
        onSeveral(rows, () => true),
      ),
      chartFacts(page),
      'the charts of the report',
    ),
    ...missing(drawn(rows, isBelieved, onSeveral(rows, isBelieved)), onSlides, 'the slides'),
    ...slides.flatMap((slide) => wrongTops(slide, rows)),
  ];
}

// ---- the terminal

type Row = Step & { verdict: string; cells: Record<string, string> };

/** The rows of the tables of steps, each with the title of its table. */
export function terminalRows(text: string): Row[] {
  const rows: Row[] = [];
  let title: RegExpExecArray | null = null;
  let header: string[] = [];
  for (const line of text.split('\n')) {
    const words = line.trim().split(/ {2,}/);
    if (!line.startsWith('  ')) {
      title = /^(\w+): .+, workload (\S+) \(SLO/.exec(line);
      header = [];
    } else if (title !== null && header.length === 0) {
      header = words;
    } else if (title !== null && words.length === header.length) {
      const [, app = '', workload = ''] = title;
      const cells = Object.fromEntries(header.map((name, index) => [name, words[index] ?? '']));
      const load = `${words[0]} ${header[0]}`;
      rows.push({ app, workload, load, verdict: cells.verdict ?? '', cells });
    }
  }
  return rows;
}

const isMeasure = (name: string, index: number): boolean => index > 0 && name !== 'verdict';
const isBelieved = ({ verdict }: Row): boolean => !verdict.startsWith('void');

const factsOfRow = (row: Row): Fact[] =>
  Object.entries(row.cells)
    .filter(([name], index) => isMeasure(name, index))
    .map(([what, value]) => ({ key: keyOf(row, what), value, where: 'the terminal' }));

/** Every step's throughput by users, and its p99 by rate. */
const drawn = (rows: readonly Row[], ...conditions: ((row: Row) => boolean)[]): string[] =>
  rows
    .filter((row) => conditions.every((holds) => holds(row)))
    .filter(({ cells }) => cells['p99 ms'] !== '-')
    .map((row) => keyOf(row, row.load.endsWith('users') ? 'achieved/s' : 'p99 ms'));

/** One level alone makes no chart. */
const onSeveral =
  (rows: readonly Row[], counts: (row: Row) => boolean) =>
  ({ workload, load }: Row): boolean => {
    if (!load.endsWith('users')) return true;
    const levels = rows.filter(
      (row) => row.workload === workload && row.load.endsWith('users') && counts(row),
    );
    return new Set(levels.map((row) => row.load)).size > 1;
  };

// ---- the report

export function elements(root: Node, name: string): Element[] {
  const children = 'childNodes' in root ? root.childNodes : [];
  return children.flatMap((child) => [
    ...('tagName' in child && child.tagName === name ? [child] : []),
    ...elements(child, name),
  ]);
}

export const textOf = (node: Node): string =>
  'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';

const attribute = (element: Element, name: string): string =>
  element.attrs.find((attr) => attr.name === name)?.value ?? '';

function tableFacts(page: string): Fact[] {
  return elements(parse(page), 'table').flatMap((table) => {
    if (attribute(table, 'class') !== 'steps') return [];
    const caption = attribute(table, 'aria-label');
    const [, app, workload] = /^(\w+): (?!calibration).+?, workload (\S+), SLO/.exec(caption) ?? [];
    if (app === undefined || workload === undefined) return [];
    const [head, ...rows] = elements(table, 'tr').map((row) =>
      [...elements(row, 'th'), ...elements(row, 'td')].map(textOf),
    );
    return rows
      .filter((cells) => cells.length === head?.length)
      .flatMap((cells) => {
        const step = { app, workload, load: `${cells[0]} ${head?.[0]}` };
        return cells.flatMap((value, index) => {
          const what = head?.[index] ?? '';
          return isMeasure(what, index)
            ? [{ key: keyOf(step, what), value, where: `the table "${caption}"` }]
            : [];
        });
      });
  });
}

/** From the summaries, which say in words what is drawn. */
function chartFacts(page: string): Fact[] {
  return elements(parse(page), 'p').flatMap((paragraph) => {
    const id = attribute(paragraph, 'id');
    const [, workload] =
      /^(?:throughput|p99|latency)-by-(?:rate|users)-(\w+)-summary$/.exec(id) ?? [];
    if (workload === undefined) return [];
    return textOf(paragraph)
      .split(/\.(?= [A-Z]|$)/)
      .flatMap((sentence) => {
        const app = /(\w+): /.exec(sentence)?.[1] ?? '';
        const said =
          /(?:([\d.]+)\/s|(?:p50 ([\d.]+) ms, )?(?:p99 )?([\d.]+) ms) at (\d+) (offered|users)/g;
        return [...sentence.matchAll(said)].flatMap(([, rate, p50, p99, load, unit]) => {
          const step = {
            app,
            workload,
            load: `${load} ${unit === 'offered' ? 'offered/s' : unit}`,
          };
          const figures = { 'achieved/s': rate, 'p50 ms': p50, 'p99 ms': p99 };
          return Object.entries(figures).flatMap(([what, value]) =>
            value === undefined
              ? []
              : [{ key: keyOf(step, what), value, where: `the chart ${id}` }],
          );
        });
      });
  });
}

// ---- the slides

export const chartsOf = ({ blocks }: Slide): DeckChart[] =>
  blocks.flatMap((block) => (block.kind === 'chart' ? [block.chart] : []));

const workloadOf = ({ title }: Slide): string => /\((\w+)\)$/.exec(title)?.[1] ?? 'no workload';

function slideFacts(slide: Slide): Fact[] {
  const where = `the slide "${slide.title}"`;
  const workload = workloadOf(slide);
  return chartsOf(slide).flatMap((chart): Fact[] => {
    const fact = (app: string, load: string, what: string, value: string): Fact => ({
      key: keyOf({ app, workload, load }, what),
      value,
      where,
    });
    if (chart.kind === 'xy') {
      return chart.series.flatMap(({ name, values }) => {
        const [, app, quantile] = /^(\w+) (p\d+)$/.exec(name) ?? [];
        return app === undefined
          ? []
          : values.flatMap((value, index) =>
              // Over a rate of the other app alone there is nothing.
              value === null
                ? []
                : [fact(app, `${chart.xs?.[index]} offered/s`, `${quantile} ms`, formatMs(value))],
            );
      });
    }
    if (!chart.x.startsWith('users')) return [];
    return chart.series.flatMap(({ name, values }) =>
      values.flatMap((value, index) =>
        value === null
          ? []
          : [fact(name, `${chart.categories[index]} users`, 'achieved/s', formatRate(value))],
      ),
    );
  });
}

/** "515/s" over "the most that Express answered, with 2 users" */
function wrongTops(slide: Slide, rows: readonly Row[]): string[] {
  const workload = workloadOf(slide);
  return slide.blocks.flatMap((block: Block) => {
    if (block.kind !== 'text') return [];
    const [value, label] = block.paragraphs.map(({ text }) => text.replaceAll(',', ''));
    const [, app, users] =
      /^the most that (\w+) answered(?: with (\d+) users?)?$/.exec(label ?? '') ?? [];
    if (app === undefined) return [];
    const own = rows.filter(
      (row) =>
        row.app === app &&
        row.workload === workload &&
        row.load.endsWith('users') &&
        isBelieved(row),
    );
    const most = Math.max(...own.map(({ cells }) => Number(cells['achieved/s'])));
    const there = own.find(({ load }) => load === `${users} users`);
    return value === `${most}/s` && there?.cells['achieved/s'] === String(most)
      ? []
      : [`the slide "${slide.title}" has ${value} as ${label}; the terminal ${most}/s`];
  });
}

// ---- figures in sentences, of whatever was measured

/** `digits` is how it is written; a cell of a table has its unit in the heading. */
type Figure = { digits: string; unit: string | null };

const units = 'requests per second|/s|ms|cores?|users?|trials?|×|%';
const figureWithUnit = new RegExp(
  `(?<![\\d.:-])(\\d[\\d,]*(?:\\.\\d+)?) ?(${units})(?![a-z])`,
  'g',
);

const figuresIn = (text: string): Figure[] =>
  [...text.matchAll(figureWithUnit)].map(([, digits = '', unit = '']) => ({
    digits: digits.replaceAll(',', ''),
    unit: unit === 'requests per second' ? '/s' : unit.replace(/s$/, ''),
  }));

function figuresOnPage(page: string): Figure[] {
  const document = parse(page);
  const cells = [...elements(document, 'td'), ...elements(document, 'th')].map(textOf);
  const bare = cells.flatMap((cell) =>
    [...cell.replaceAll(',', '').matchAll(/\d+(?:\.\d+)?/g)].map(([digits]) => ({
      digits,
      unit: null,
    })),
  );
  return [...bare, ...figuresIn(textOf(document).replace(/\s+/g, ' '))];
}

/** Whether it is the other one, or that one rounded. */
function agrees(one: Figure, other: Figure): boolean {
  if (other.unit !== null && one.unit !== other.unit) return false;
  const decimals = (digits: string): number => digits.split('.')[1]?.length ?? 0;
  const off = Math.abs(Number(one.digits) - Number(other.digits));
  const rounding = decimals(other.digits) > decimals(one.digits);
  return off <= (rounding ? 0.5000001 * 10 ** -decimals(one.digits) : 0);
}

/** Figures with a unit that the terminal or a slide has, and the report of the same run has not. */
export function figuresMissing({ text, page, slides }: Media): string[] {
  const known = figuresOnPage(page);
  const lines = [
    ...text.split('\n').map((line) => ({ where: 'the terminal', line })),
    ...slides.flatMap(({ title, blocks }) =>
      [title, ...blocks.flatMap(wordsOf)].map((line) => ({ where: `the slide "${title}"`, line })),
    ),
  ];
  return lines.flatMap(({ where, line }) =>
    figuresIn(line)
      .filter((figure) => !known.some((other) => agrees(figure, other)))
      .map(({ digits, unit }) => `${where}: ${digits} ${unit} in "${line.trim()}"`),
  );
}

function wordsOf(block: Block): string[] {
  if (block.kind === 'text') return block.paragraphs.map(({ text }) => text);
  if (block.kind === 'spans') return block.drawn.labels.map(({ text }) => text);
  return block.kind === 'table' ? block.rows.flat() : [];
}

/** Whether the report prints a value, rounded to no fewer digits than a reader needs. */
export function isOnPage(value: number, page: string): boolean {
  return figuresOnPage(page).some(({ digits }) => {
    const off = Math.abs(Number(digits) - value);
    const decimals = digits.split('.')[1]?.length ?? 0;
    return off <= 0.5000001 * 10 ** -decimals && off <= 0.01 * Math.abs(value);
  });
}
