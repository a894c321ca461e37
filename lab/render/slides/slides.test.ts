// Decks as data: what every one of them must have, whatever its runs.
import { beforeAll, describe, expect, it } from 'vitest';
import { deckOf } from '../../experiments/documents';
import type { ReportedRun } from '../../experiments/index';
import { pairedFixture } from '../../experiments/turns.fixture';
import { decks } from './decks.fixture';
import { fitted, fittedTable, headingSize, keepUnits, linesOf } from './fit';
import { collisions, overflows } from './fit.fixture';
import { bodyBox, type Slide, titleBox } from './model';
import { mostSlides } from './slides';
import { drawSpans } from './spans';

const names = [
  'a tour',
  'a tour with the shop',
  'a tour with the shop, some of it void',
  'a search',
  'several searches',
  'scaling',
  'scaling at too few levels',
  'a comparison',
  'noise',
  'a validation',
  'a plan',
  'claims',
  'all at once',
];
let runs: Record<string, ReportedRun[]>;
const slidesOf: Record<string, Slide[]> = {};
beforeAll(async () => {
  runs = await decks();
  for (const name of names) slidesOf[name] = await deckOf(runs[name] ?? []);
});
const deck = (name: string): Slide[] => slidesOf[name] ?? [];
const textOf = (slides: readonly Slide[]): string => JSON.stringify(slides);

describe.each(names)('a deck of %s', (name) => {
  it('has eight to twelve slides, each with a message of its own', () => {
    const slides = deck(name);
    expect(slides.length).toBeGreaterThanOrEqual(8);
    expect(slides.length).toBeLessThanOrEqual(mostSlides);
    expect(new Set(slides.map(({ title }) => title)).size).toBe(slides.length);
  });

  it('has no text that overflows, and nothing lies upon anything else', () => {
    for (const slide of deck(name)) {
      expect(overflows(slide), slide.title).toEqual([]);
      expect(collisions(slide), slide.title).toEqual([]);
    }
  });

  it('has no more than 25 words beside its charts and tables, for each run', () => {
    const most = 25 * (runs[name]?.length ?? 1);
    for (const { blocks, title } of deck(name)) {
      const words = blocks.flatMap((block) =>
        block.kind === 'text' ? block.paragraphs.flatMap(({ text }) => text.split(/\s+/)) : [],
      );
      expect(words.length, `${title}: ${words.join(' ')}`).toBeLessThanOrEqual(most);
    }
  });

  it('has notes that say how it was measured and what not to conclude', () => {
    for (const { notes } of deck(name)) {
      expect(notes.measured.length).toBeGreaterThan(20);
      expect(notes.notConcluded.length).toBeGreaterThan(20);
    }
  });

  it('shows figures in its charts and tables, and none that is not a number', () => {
    for (const { blocks, title } of deck(name)) {
      for (const block of blocks) {
        if (block.kind === 'table') {
          const { header, rows, widths } = block;
          expect(rows.length, title).toBeGreaterThan(0);
          // A row of another length is no table to LibreOffice.
          for (const cells of [widths, ...rows]) expect(cells.length, title).toBe(header.length);
        }
        if (block.kind !== 'chart') continue;
        const { series, lines = [], categories, xs } = block.chart;
        for (const { values } of [...series, ...lines]) {
          expect(values.length, title).toBe((xs ?? categories).length);
          expect(
            values.every((value) => value === null || Number.isFinite(value)),
            title,
          ).toBe(true);
          expect(
            values.some((value) => value !== null),
            title,
          ).toBe(true);
        }
      }
    }
  });
});

it('opens with what its run is called in its report', () => {
  const [opening] = deck('a tour');
  expect(JSON.stringify(opening)).toContain('Tour of Express and Django, workload micro');
  expect(JSON.stringify(deck('all at once')[0])).toContain('5 runs side by side');
});

it('says the answer of its run, and its doubts', () => {
  const [reported] = runs['a search'] ?? [];
  const text = textOf(deck('a search'));
  for (const sentence of reported?.found.sentences ?? ['?']) expect(text).toContain(sentence);
  for (const warning of reported?.found.warnings ?? ['?']) expect(text).toContain(warning);
});

it('shows of each of several runs its most important slide', () => {
  const text = textOf(deck('all at once'));
  for (const { run } of runs['all at once'] ?? []) {
    expect(text).toContain(`"source":"${run.id}"`);
  }
});

it('has every claim, over as many slides as it takes', () => {
  const [reported] = runs.claims ?? [];
  const experiment = reported?.found.experiment;
  if (experiment?.kind !== 'claims') throw new Error('no claims');
  const rows = deck('claims').flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'table' ? block.rows.map(([head]) => head) : [])),
  );
  for (const { claim } of experiment.judged) expect(rows).toContain(claim);
  expect(rows).not.toContainEqual(expect.stringMatching(/more in the report/));
});

it('has the interval where there is one', () => {
  const text = textOf(deck('a comparison'));
  expect(text).toMatch(/2\.\d\d times \(2\.\d\d to 2\.\d\d\)/);
  // Nobody says "0.33 times as much": the table has it as the chart does.
  const cells = deck('a comparison').flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'table' ? block.rows.flat() : [])),
  );
  expect(cells).toContain('3.01 times (2.98 to 3.05)');
  expect(cells.filter((cell) => cell.startsWith('0.'))).toEqual([]);
});

it('counts the steps of two apps in turns as those of both', async () => {
  const slide = (await deckOf([pairedFixture()])).find(({ title }) =>
    title.includes('how many steps'),
  );
  const groups = (slide?.blocks ?? []).flatMap((block) =>
    block.kind === 'table' ? block.rows.map(([, group]) => group) : [],
  );
  expect(groups).toEqual([
    expect.stringMatching(/^Express and Django in turns: .*, workload micro$/),
  ]);
});

it('draws the value that ranges are held against within its plot', () => {
  const row = { label: 'Express', value: '60 to 70 %', colour: '#0072B2', low: 0.6, high: 0.7 };
  const drawn = drawSpans({ axis: 'share', rows: [row], at: 1 }, bodyBox, (colour) => colour);
  const [axis, line] = drawn.shapes;
  if (axis === undefined || line === undefined) throw new Error('no axis or no line');
  expect(line.box.x + line.box.w).toBeLessThanOrEqual(axis.box.x + axis.box.w);
});

it('says of a run that only checks what was checked, and counts no steps that it has not', async () => {
  const [tour] = runs['a tour'] ?? [];
  const [trial] = tour?.found.trials ?? [];
  if (tour === undefined || trial === undefined) throw new Error('no tour');
  const checked = { ...trial, purpose: 'check' as const, failedChecks: {} };
  const slides = await deckOf([
    { ...tour, found: { ...tour.found, sentences: [], trials: [checked] } },
  ]);
  expect(JSON.stringify(slides[1])).toContain('every answer as expected.');
  expect(slides.map(({ title }) => title)).not.toContain('Appendix: how many steps are valid');
});

it('refuses more runs than have room', async () => {
  const [tour] = runs['a tour'] ?? [];
  if (tour === undefined) throw new Error('no tour');
  await expect(deckOf(Array.from({ length: 6 }, () => tour))).rejects.toThrow(/6 runs do not fit/);
});

describe('fitting', () => {
  it('counts lines as words are broken', () => {
    expect(linesOf('word', 12, 5)).toBe(1);
    expect(keepUnits('1 % of 20 ms, 3 s and 3 steps')).toBe(
      '1\u00a0% of 20\u00a0ms, 3\u00a0s and 3 steps',
    );
    expect(linesOf('word '.repeat(40).trim(), 12, 2)).toBeGreaterThan(8);
    expect(linesOf('x'.repeat(200), 12, 2)).toBeGreaterThan(8);
  });

  it('makes text smaller before it leaves any out, and says how much it left out', () => {
    const short = fitted(['one sentence'], bodyBox, { most: 20, least: 12 });
    expect(short.paragraphs[0]?.size).toBe(20);
    const long = fitted(Array(80).fill('a sentence that takes its place'), bodyBox);
    expect(long.paragraphs.at(-1)?.text).toMatch(/^\d+ more in the report\.$/);
  });

  it('does the same with rows', () => {
    const rows = Array.from({ length: 80 }, (_, row) => [String(row), 'value']);
    const table = fittedTable({ box: bodyBox, header: ['a', 'b'], rows });
    expect(table.rows.at(-1)?.[0]).toBe(`${81 - table.rows.length} more in the report`);
  });

  it('breaks no word of a cell that a column could hold', () => {
    const header = ['App', 'Profile', 'Server', 'Replicas', 'Workers', 'Threads'];
    const others = ['Pool per worker', 'Keep-alive', 'Settings'];
    const settings = 'NODE_OPTIONS= --max-semi-space-size=32';
    const row = ['Express', 'default', 'node:cluster', '1', '1', '1', '12', '75 s', settings];
    const { widths, size, rows } = fittedTable({
      box: bodyBox,
      header: [...header, ...others],
      rows: [row],
    });
    for (const [column, cell] of (rows[0] ?? []).entries())
      for (const word of cell.split(' ').filter(({ length }) => length <= 16))
        expect(linesOf(word, size, (widths[column] ?? 0) - 0.15), word).toBe(1);
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(bodyBox.w);
  });

  it('makes a title smaller before it takes more than its place, and no smaller than it must', () => {
    const slide = { ...(deck('a search')[1] as Slide) };
    const title = 'The order service in its second edition held 1,810 requests per second'.concat(
      ', and the catalogue with its cache held 3,407 of them on the same two cores',
    );
    expect(linesOf(title, 28, titleBox.w, true)).toBeGreaterThan(2);
    const size = headingSize(title, titleBox);
    expect(size).toBeLessThan(28);
    expect(overflows({ ...slide, title })).toEqual([]);
    expect(headingSize('The answer', titleBox)).toBe(28);
  });

  it('notices what is too long', () => {
    const slide = { ...(deck('a search')[1] as Slide), title: 'word '.repeat(60) };
    expect(overflows(slide)).toEqual([expect.stringMatching(/^the title takes \d+ lines$/)]);
  });
});
