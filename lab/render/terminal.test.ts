// What the terminal shows fits it, whatever was measured and however narrow it is.
import { beforeAll, describe, expect, it } from 'vitest';
import { renderRun } from '../experiments/documents';
import type { ReportedRun } from '../experiments/index';
import { paper, wrap } from './screen';
import { decks } from './slides/decks.fixture';
import { renderBlocks } from './terminal';
import { table } from './view';

let runs: Record<string, ReportedRun[]>;
beforeAll(async () => {
  runs = await decks();
});
const screen = (columns: number) => ({ columns, isColoured: false });

it.each([60, 80, 140])('no line of any kind of run is longer than %d columns', (columns) => {
  for (const [name, reported] of Object.entries(runs)) {
    for (const run of reported) {
      const tooLong = renderRun(run, screen(columns))
        .split('\n')
        // An id or a file's name cannot be broken.
        .filter((line) => line.length > columns && line.trim().includes(' '));
      expect(tooLong, name).toEqual([]);
    }
  }
});

it('a file gets every column, and no line is broken for it', () => {
  const [tour] = runs['a tour'] ?? [];
  if (tour === undefined) throw new Error('no tour');
  expect(renderRun(tour)).toBe(renderRun(tour, paper));
  expect(renderRun(tour)).toContain('app cores  db cores  verdict');
  for (const sentence of tour.found.sentences) expect(renderRun(tour)).toContain(sentence);
});

const wide = table({
  caption: 'A table',
  columns: [
    { title: 'load', cell: (row: { load: number }) => String(row.load) },
    { title: 'least wanted', cell: () => '1', drop: 2 },
    { title: 'wanted', cell: () => '2', drop: 1 },
    { title: 'verdict', is: 'state', cell: () => '' },
  ],
  rows: [{ load: 100 }, { load: 200 }],
  state: ({ load }) => (load === 100 ? 'held' : 'void'),
  remark: ({ load }) => (load === 200 ? 'others on generator cores 60 %' : undefined),
});

describe('a table', () => {
  it('loses the columns that matter least, and says where they are', () => {
    const head = (columns: number) => renderBlocks([wide], screen(columns)).split('\n')[1]?.trim();
    expect(head(80)).toBe('load  least wanted  wanted  verdict');
    expect(head(32)).toBe('load  wanted  verdict');
    expect(head(20)).toBe('load  verdict');
    expect(renderBlocks([wide], screen(80))).not.toContain('left out');
    expect(renderBlocks([wide], screen(32)).replace(/\s+/g, ' ')).toContain(
      'a terminal of 37 columns',
    );
  });

  it('says below a row why it is void, where nothing is beside it', () => {
    const [line, remark] = renderBlocks([wide], screen(80)).split('\n').slice(3);
    expect(line).toMatch(/200 .* void$/);
    expect(remark?.trim()).toBe('others on generator cores 60 %');
    expect(renderBlocks([wide])).toContain('void: others on generator cores 60 %');
  });

  it('breaks words, never figures', () => {
    const words = table({
      caption: 'Words',
      columns: [
        { title: 'what', is: 'words', cell: (row: string) => row },
        { title: 'figure', cell: () => '1234.5' },
      ],
      rows: ['a sentence that takes more than there is room for'],
    });
    const lines = renderBlocks([words], screen(40)).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40);
    expect(lines.join(' ')).toContain('1234.5');
    expect(lines.length).toBeGreaterThan(3);
  });
});

it('colours what came of a step, and only on a screen that has colours', () => {
  const mark = String.fromCharCode(27);
  const coloured = renderBlocks([wide], { columns: 80, isColoured: true });
  expect(coloured).toContain(`${mark}[32mheld`);
  expect(coloured).toContain(`${mark}[31mvoid`);
  expect(renderBlocks([wide], screen(80))).not.toContain(mark);
});

it('a line is broken between words, and what follows it is indented', () => {
  expect(wrap('  - one two three', 10, '    ')).toEqual(['  - one', '    two', '    three']);
  expect(wrap('unbreakable', 4)).toEqual(['unbreakable']);
});
