import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { renderRun } from '../../experiments/documents';
import { pairedFixture } from '../../experiments/turns.fixture';
import { appTitle } from '../../results/findings';
import type { StepResult } from '../../results/trial/steps';
import { differences } from '../configuration';
import { renderDecompositions } from '../decomposition';
import { formatFigure, formatMs } from '../format';
import { loadCharts, stairsOf } from '../load-charts';
import { countedSteps } from '../shown-trials';
import { decks } from '../slides/decks.fixture';
import { figureOf } from './draw-chart';
import { renderPage } from './page';
import { timelineOf } from './timeline-data';
import { tourFixture } from './tour.fixture';

type Element = DefaultTreeAdapterTypes.Element;

function all(root: DefaultTreeAdapterTypes.Node, name: string): Element[] {
  const children = 'childNodes' in root ? root.childNodes : [];
  return children.flatMap((child) => [
    ...('tagName' in child && child.tagName === name ? [child] : []),
    ...all(child, name),
  ]);
}

const textOf = (node: DefaultTreeAdapterTypes.Node): string =>
  'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';

const hasClass = (element: Element, name: string): boolean =>
  element.attrs.some((attr) => attr.name === 'class' && attr.value.split(' ').includes(name));

/** The tables of steps, each row as the texts of its cells, the verdict last as the terminal has it. */
const stepRows = (page: string): string[][][] =>
  all(parse(page), 'table')
    .filter((table) => hasClass(table, 'steps'))
    .map((table) =>
      all(table, 'tr')
        .filter((row) => !hasClass(row, 'remark') && all(row, 'td').length > 0)
        .map((row) => {
          const [load, verdict, ...figures] = [...all(row, 'th'), ...all(row, 'td')].map(textOf);
          return [load ?? '', ...figures, verdict ?? ''];
        }),
    );

const tour = tourFixture();
const page = renderPage([tour]);
const measured = tour.found.trials.filter(({ purpose }) => purpose === 'measure');

describe('a report', () => {
  it('says the answer first, in the words of analysis.json', () => {
    const text = textOf(parse(page));
    const positions = tour.found.sentences.map((sentence) => text.indexOf(sentence));
    expect(positions.every((position) => position > 0)).toBe(true);
    const [firstFigure] = all(parse(page), 'figure');
    expect(positions.at(-1)).toBeLessThan(text.indexOf(firstFigure ? textOf(firstFigure) : ''));
  });

  it('names every workload in its title, the first first', () => {
    expect(textOf(parse(page))).toContain('Tour of Express and Django, workload micro');
    const trials = tour.trials.map((trial, index) =>
      index < tour.trials.length - 1
        ? trial
        : { ...trial, plan: { ...trial.plan, workload: 'mixed' } },
    );
    expect(renderPage([{ ...tour, trials }])).toContain(
      '<h1>Tour of Express and Django, workloads micro and mixed</h1>',
    );
  });

  it('has a heading for each cell of each table', () => {
    for (const table of all(parse(page), 'table')) {
      const [head = 0, ...rows] = all(table, 'tr')
        .filter((row) => !hasClass(row, 'remark'))
        .map((row) => [...all(row, 'th'), ...all(row, 'td')].length);
      expect(new Set(rows)).toEqual(new Set([head]));
    }
  });

  it('has each step with the digits that the terminal prints', () => {
    const lines = renderRun(tour).split('\n');
    const rows = stepRows(page).flat();
    expect(rows).toHaveLength(2 * (1 + 6 + 7));
    const printed = lines.filter((line) => /^ +\d/.test(line)).map((line) => line.trim());
    expect(printed).toHaveLength(2 * (6 + 7));
    for (const line of printed) {
      const figures = line.split(/ {2,}/).slice(0, 11);
      expect(rows.map((cells) => cells.slice(0, 11))).toContainEqual(figures);
    }
  });

  it('has each step with the figures of analysis.json, rounded and nothing else', () => {
    const tables = stepRows(page).filter((rows) => rows.length > 1);
    expect(tables).toHaveLength(measured.length);
    const figuresOf = (step: StepResult) => [
      String(step.offeredRps ?? step.users),
      step.achievedRps.toFixed(0),
      ...(['p50', 'p95', 'p99'] as const).map((name) => formatMs(step.latencyMs?.[name])),
      (step.latencyMs?.count ?? 0) < 1000 ? '-' : formatMs(step.latencyMs?.p999),
      String(step.failed),
      String(step.dropped),
    ];
    measured.forEach((trial, index) => {
      expect(tables[index]?.map((cells) => cells.slice(0, 8))).toEqual(
        countedSteps(trial).map(figuresOf),
      );
    });
  });

  it('shows every check that broke, with figure, bound and reason', () => {
    const text = textOf(parse(page));
    const broken = measured
      .flatMap(countedSteps)
      .flatMap(({ validity }) => validity.checks)
      .filter(({ outcome }) => outcome === 'broken');
    expect(broken.map(({ name }) => name)).toEqual(['others on generator cores']);
    expect(text).toContain('others on generator cores 60 %, at most 10 % allowed');
    for (const { reason } of broken) expect(text).toContain(reason);
  });

  it('asks no network for anything, and is small', () => {
    expect(page).not.toMatch(/https?:|\bsrc=|url\((?!#)|@import|<script/i);
    expect(all(parse(page), 'link').map(({ attrs }) => attrs)).toEqual([
      [
        { name: 'rel', value: 'icon' },
        { name: 'href', value: 'data:,' },
      ],
    ]);
    const four = renderPage([1, 2, 3, 4].map((n) => tourFixture({ id: `run-${n}` })));
    expect(Buffer.byteLength(four)).toBeLessThan(2e6);
  });

  it('is the same from the same run', () => {
    expect(renderPage([tourFixture()])).toBe(page);
  });

  it('takes nothing that a run says for HTML', () => {
    const run = { ...tour.run, arguments: ['tour', '<script>alert("1")</script>'] };
    const escaped = renderPage([{ ...tour, run }]);
    expect(all(parse(escaped), 'script')).toEqual([]);
    expect(textOf(parse(escaped))).toContain('lab tour <script>alert("1")</script>');
  });

  it('has its run at the foot of each printed page, whatever it is called', () => {
    expect(page).toContain(`@bottom-left { content: "${tour.run.id}"; }`);
    const run = { ...tour.run, id: 'a"; } </style><script>' };
    const escaped = renderPage([{ ...tour, run }]);
    expect(all(parse(escaped), 'script')).toEqual([]);
    expect(escaped).toContain('content: "a\\22 ; } \\3c /style>');
  });

  it('is made of a run that was cut off before its first trial, and says so', () => {
    const run = { ...tour.run, status: 'partial' as const };
    const sentences = ['Cut off before its first trial had ended.'];
    const found = { trials: [], ranges: [], sentences, warnings: [] };
    expect(renderPage([{ run, trials: [], found }])).toContain(sentences[0]);
  });
});

describe('its charts', () => {
  const lineOf = (chart: string, colour: string) => {
    const found = loadCharts([tour]).find(({ name }) => name === `${chart}-micro`);
    const { series } = (found && figureOf(found).option({ width: 500, height: 300 })) ?? {};
    return [series].flat().flatMap((one) => {
      const { data, lineStyle } = one as {
        data?: { value: (number | null)[]; itemStyle: { borderColor: string } }[];
        lineStyle?: { width?: number };
      };
      if (data?.[0]?.itemStyle?.borderColor !== colour) return [];
      return { isLine: lineStyle?.width !== 0, ys: data.map(({ value }) => value[1]) };
    });
  };

  it('show a void step and join no line to it', () => {
    const [line, crosses] = lineOf('throughput-by-users', '#D55E00');
    expect(line?.isLine).toBe(true);
    expect(line?.ys.map((y) => y === null)).toEqual([
      ...[false, false, false, true, false, false, false],
    ]);
    expect(crosses?.isLine).toBe(false);
    expect(crosses?.ys.map((y) => y === null)).toEqual([true, true, true, false, true, true, true]);
  });

  it('say the figures of each mark where it is pointed at', () => {
    const titles = all(parse(page), 'title').map(textOf);
    for (const { app, steps } of stairsOf(tour.found, 'open')) {
      for (const step of steps) {
        expect(titles).toContain(
          [
            appTitle(app),
            `right answers per second: ${formatFigure(step.achievedRps)}`,
            `offered requests per second: ${formatFigure(step.offeredRps ?? 0)}`,
          ].join('\n'),
        );
      }
    }
  });

  it('have both apps on the same axes', () => {
    for (const name of ['throughput-by-rate', 'p99-by-rate', 'latency-by-users']) {
      expect(lineOf(name, '#0072B2').length, name).toBeGreaterThan(0);
      expect(lineOf(name, '#D55E00').length, name).toBeGreaterThan(0);
    }
  });
});

describe('where the time went', () => {
  const part = all(parse(page), 'section').find((section) =>
    textOf(section).startsWith('Where the time went'),
  );

  it('has the parts of each step, with the digits of `lab show --decomposition`', () => {
    const printed = renderDecompositions(tour).split('\n');
    const rows = part ? all(part, 'tr').map((row) => [...all(row, 'th'), ...all(row, 'td')]) : [];
    const shown = rows.map((cells) => cells.map(textOf).join(' ')).filter((row) => /^\d/.test(row));
    expect(shown).toHaveLength(2 * (6 + 7));
    const squeezed = printed.map((line) => line.trim().replace(/ +/g, ' '));
    for (const row of shown)
      expect(
        squeezed.some((line) => line.startsWith(row)),
        row,
      ).toBe(true);
  });

  it('says that gthread’s queue has no time of its own, and that quantiles do not add', () => {
    const text = part ? textOf(part) : '';
    expect(text).toMatch(/waiting for a free one, which gunicorn’s gthread does not time/);
    expect(text).toMatch(/quantiles do not/);
  });

  it('is left out where the app told nothing', () => {
    const silent = tour.found.trials.map((trial) => ({
      ...trial,
      steps: trial.steps.map((step) => ({ ...step, decomposition: null })),
    }));
    const without = renderPage([{ ...tour, found: { ...tour.found, trials: silent } }]);
    expect(without).not.toContain('Where the time went');
  });
});

it('the trials of an experiment are told apart on the time axis by their loads', async () => {
  const [search] = (await decks())['a search'] ?? [];
  const labels = search && timelineOf(search)?.phases.map(({ label }) => label);
  expect(labels?.length).toBeGreaterThan(5);
  for (const label of labels ?? []) expect(label).toMatch(/^(calibration|\d+\/s)$/);
});

it('what two apps do in turns is of both on the time axis, and has neither’s colour', () => {
  const comparison = pairedFixture();
  const { phases = [], cores = [] } = timelineOf(comparison) ?? {};
  expect(phases.length).toBeGreaterThan(5);
  for (const { app, rival } of [...phases, ...cores]) {
    expect([app, rival].sort()).toEqual(['django', 'express']);
  }
  const section = all(parse(renderPage([comparison])), 'section').find((one) =>
    textOf(one).startsWith('Timeline'),
  );
  const text = section ? textOf(section) : '';
  expect(text).toMatch(/(Express and Django|Django and Express) in turns 0:00 to/);
  expect(text).toContain('both apps, in turns');
  const drawn = section ? all(section, 'svg').flatMap((svg) => all(svg, 'path')) : [];
  const strokes = drawn.flatMap(({ attrs }) =>
    attrs.filter(({ name }) => name === 'stroke').map(({ value }) => value),
  );
  expect(strokes).toContain('var(--muted)');
  const ofApps = ['#0072B2', '#D55E00'];
  expect(strokes.filter((stroke) => ofApps.includes(stroke.toUpperCase()))).toEqual([]);
});

describe('runs side by side', () => {
  const other = tourFixture({ id: '20260106T101500Z-tour-2c3d', workers: 2 });

  it('say first what differs in their configuration, and nothing that does not', () => {
    expect(differences([tour, other])).toEqual([{ name: 'Express: workers', values: ['1', '2'] }]);
    const headings = all(parse(renderPage([tour, other])), 'h2').map(textOf);
    expect(headings.slice(0, 2)).toEqual(['What differs', 'The answer']);
  });

  it('are called repeats when nothing does', () => {
    expect(renderPage([tour, tourFixture({ id: 'again' })])).toContain('these are repeats');
  });

  it('have every run’s sentences and steps', () => {
    const both = renderPage([tour, other]);
    expect(stepRows(both).flat()).toHaveLength(2 * 2 * (1 + 6 + 7));
    for (const sentence of other.found.sentences) expect(textOf(parse(both))).toContain(sentence);
  });
});
