// The talk: five slides with a message each, from whatever runs lie on disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capacity } from '../lab/experiments/capacity/measure';
import { findingsOf } from '../lab/experiments/conclude';
import type { ReportedRun } from '../lab/experiments/index';
import { compareFixture } from '../lab/experiments/turns.fixture';
import { thisHost } from '../lab/measure/begin-run';
import { searchPaces, searchSettings } from '../lab/measure/search/search-settings';
import { SimulatedRuntime, simulatedSetting } from '../lab/measure/simulated-runtime.fixture';
import { armOf } from '../lab/measure/turns/interleaved';
import { tourFixture } from '../lab/render/page/tour.fixture';
import { collisions, overflows } from '../lab/render/slides/fit.fixture';
import type { Slide } from '../lab/render/slides/model';
import { RunFolder, writeJson } from '../lab/results/run-folder';
import { logs, mean } from '../lab/statistics/descriptive';
import { talkOf } from '../lab/verbs/talk';
import { type FoundBefore, findBefore } from './found-before';
import { Lab } from './lab-process';

let folder: string;
let resultsDir: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-talk-'));
});
/** Results of its own for whatever asks, side by side in one folder. */
const begin = (): void => {
  resultsDir = mkdtempSync(join(folder, 'results-'));
};
afterAll(() => rmSync(folder, { recursive: true }));

const talk = (price?: number): Slide[] => talkOf(RunFolder.all(resultsDir), price);
const numbered = (number: number, slides = talk()): Slide => slides[number - 1] as Slide;

/** A run on disk as its verb leaves it. */
function keep({ run, trials }: ReportedRun): void {
  const folder = RunFolder.create(resultsDir, run);
  for (const { number, plan, summary, server } of trials) {
    const path = folder.trialPath(number);
    writeJson(join(path, 'plan.json'), plan);
    writeJson(join(path, 'k6-summary.json'), summary);
    writeJson(join(path, 'server.json'), server);
  }
}

/** All that is read beside the title and the numbers of an axis. */
const wordsOf = ({ blocks }: Slide): string[] =>
  blocks
    .flatMap((block) => {
      if (block.kind === 'text') return block.paragraphs.map(({ text }) => text);
      return block.kind === 'spans' ? block.drawn.labels.map(({ text }) => text) : [];
    })
    .filter((text) => !/^[\d.,]+( ×)?$/.test(text))
    .flatMap((text) => text.split(/\s+/));

function expectFiveInOrder(slides: readonly Slide[]): void {
  expect(slides).toHaveLength(5);
  expect(new Set(slides.map(({ title }) => title)).size).toBe(5);
  for (const slide of slides) {
    expect(overflows(slide), slide.title).toEqual([]);
    expect(collisions(slide), slide.title).toEqual([]);
    expect(wordsOf(slide).length, wordsOf(slide).join(' ')).toBeLessThanOrEqual(25);
    expect(slide.notes.notConcluded.length, slide.title).toBeGreaterThan(20);
  }
}

it('without any run says on each slide what to type, and what not to conclude all the same', () => {
  begin();
  const slides = talk();
  expectFiveInOrder(slides);
  const typed = slides.slice(0, 4).map((slide) => wordsOf(slide).join(' '));
  expect(typed.map((text) => /npm run lab -- (\w+)/.exec(text)?.[1])).toEqual([
    ...['compare', 'capacity', 'scale', 'compare'],
  ]);
  for (const app of ['express', 'django']) {
    for (const text of typed) expect(text).toContain(app);
  }
  expect(slides[4]?.title).toMatch(/^Do not conclude/);
});

describe('from a comparison, a search of one app and a law of the other', () => {
  let found: FoundBefore;
  let slides: Slide[];
  beforeAll(async () => {
    begin();
    found = await findBefore(resultsDir);
    slides = talk();
  }, 120_000);

  it('has a message on each slide, and no more words than can be read', () => {
    expectFiveInOrder(slides);
    for (const { title, source } of slides) {
      expect(title).not.toContain('Not measured');
      expect(source).not.toBe('no run yet');
    }
  });

  it('says who is faster, with the intervals of what decides', () => {
    const slide = numbered(1, slides);
    expect(slide.title).toMatch(/^(Express|Django) .* \d+\.\d+ times .*micro/);
    const deciding = found.compare.compared.filter(({ wanted }) => wanted === undefined);
    expect(deciding.length).toBeGreaterThan(1);
    expect(wordsOf(slide).join(' ')).toMatch(/\d\.\d\d times \(\d\.\d\d to \d\.\d\d\)/);
  });

  it('says what the app that was searched carries, from bound to bound', () => {
    const [search] = found.capacity.searches;
    const range = `${search?.holdsRps?.toLocaleString('en')} to ${search?.failsRps?.toLocaleString('en')}`;
    expect(numbered(2, slides).title).toBe(
      `Express carries ${range} requests per second of micro under its SLO`,
    );
    expect(wordsOf(numbered(2, slides)).join(' ')).toContain(`${range}/s`);
  });

  it('says what is kept of the best throughput, with its interval', () => {
    const { kept } = found.scale;
    const [share, low, high] = [kept?.share, ...(kept?.interval ?? [])].map((one) =>
      Math.round(100 * (one ?? 0)),
    );
    expect(numbered(3, slides).title).toBe(
      `With 64 users Django has ${share} % of its best throughput with fewer`,
    );
    expect(wordsOf(numbered(3, slides)).join(' ')).toContain(`${share} (${low} to ${high}) %`);
  });

  it('says what a million requests cost in CPU, and money only at a price that was given', () => {
    const cpu = found.compare.compared.find(({ measure }) => measure.key === 'cpu-per-request');
    if (cpu === undefined) throw new Error('no CPU was compared');
    const seconds = (['a', 'b'] as const).map((arm) => {
      const values = armOf(cpu, arm).map(({ value }) => value);
      // A million requests of so many milliseconds.
      return Math.exp(mean(logs(values))) * 1000;
    });
    const text = wordsOf(numbered(4, slides)).join(' ');
    for (const one of seconds) {
      expect(text).toContain(`${Math.round(one).toLocaleString('en')} s`);
    }
    const [express = 0, django = 0] = seconds.map((one) => one / 3600);
    const short = (value: number): number => Number(value.toPrecision(3));
    expect(numbered(4, slides).title).toBe(
      `A million requests of micro cost ${short(express)} core-hours on Express, ${short(django)} on Django`,
    );
    expect(numbered(4, talk(0.05)).title).toBe(
      `A million requests of micro cost ${short(0.05 * express)} on Express, ${short(0.05 * django)} on Django, at 0.05/h per core`,
    );
    expectFiveInOrder(talk(0.05));
  });

  it('compares what both carry once both were searched', async () => {
    const folder = await capacity({
      ...simulatedSetting(resultsDir),
      arguments: ['capacity', '--app', 'express', 'django'],
      runtime: new SimulatedRuntime({ saturationRps: 800 }),
      apps: ['express', 'django'],
      settings: searchSettings('micro', searchPaces.full),
      runs: 1,
    });
    const { experiment } = findingsOf(folder);
    if (experiment?.kind !== 'capacity') throw new Error('no search');
    // One simulated subject behind both names: which carries more has to stay open.
    expect(experiment.searches).toHaveLength(2);
    expect(numbered(2).title).toBe(
      'Which carries more micro under its SLO is open: Express or Django',
    );
    expectFiveInOrder(talk());
  });
});

it('takes a tour where nothing else was measured, without intervals that it does not have', () => {
  begin();
  const tour = tourFixture();
  keep(tour);
  const slides = talk();
  expectFiveInOrder(slides);
  expect(slides[0]?.title).toContain('Not measured yet');
  const micro = tour.found.ranges.filter(({ workload }) => workload === 'micro');
  for (const { held, broken } of micro) {
    expect(wordsOf(numbered(2, slides)).join(' ')).toContain(
      `${held?.offeredRps.toLocaleString('en')} to ${broken?.offeredRps.toLocaleString('en')}/s`,
    );
  }
  expect(slides[1]?.title).toMatch(
    /^Under the SLO Express carries .* times as much micro as Django/,
  );
  expect(slides[3]?.title).toMatch(/core-hours on Express, [\d.]+ on Django$/);
  expect(slides[3]?.notes.read).toContain('no interval');
});

it('mixes no machines: runs of another one are left out', () => {
  begin();
  const old = compareFixture();
  keep(old);
  expect(numbered(1).title).not.toContain('Not measured');
  const tour = tourFixture();
  keep({
    ...tour,
    run: {
      ...tour.run,
      id: '20360101T000000Z-tour-ffff',
      startedAt: '2036-01-01T00:00:00.000Z',
      host: thisHost(),
    },
  });
  expect(numbered(1).title).toContain('Not measured');
});

it('pairs no unequal configurations: four workers are not held against the usual ones', async () => {
  begin();
  const search = (app: string, workers?: number): Promise<unknown> =>
    capacity({
      ...simulatedSetting(resultsDir),
      arguments: ['capacity', '--app', app],
      runtime: new SimulatedRuntime({ saturationRps: 800 }),
      apps: [app],
      ...(workers !== undefined && { workers }),
      settings: searchSettings('micro', searchPaces.full),
      runs: 1,
    });
  await search('django');
  await search('express', 4);
  expect(numbered(2).title).toMatch(/^Express carries .* of micro \(4 workers\) under its SLO$/);
  await search('express');
  expect(numbered(2).title).toMatch(/carries more micro under its SLO is open: Express or Django$/);
});

it('mixes no runtimes: containers are not held against processes', () => {
  begin();
  keep(compareFixture());
  const tour = tourFixture();
  const { runtime } = tour.run;
  const host = compareFixture().run.host;
  const id = '20360101T000000Z-tour-ffff';
  keep({
    ...tour,
    run: {
      ...tour.run,
      id,
      startedAt: '2036-01-01T00:00:00.000Z',
      host,
      runtime: { ...runtime, kind: 'compose' },
    },
  });
  expect(numbered(1).title).toContain('Not measured');
  expect(numbered(2).title).not.toContain('Not measured');
  // An older tour beside the comparison says more than the newest run alone.
  const natively = { ...runtime, kind: 'native' as const };
  keep({
    ...tour,
    run: { ...tour.run, id: '20250101T000000Z-tour-eeee', host, runtime: natively },
  });
  expect(numbered(1).title).not.toContain('Not measured');
  expect(numbered(2).source).not.toContain('ffff');
});

describe('`lab deck --talk`', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.create();
  });
  afterAll(() => lab.remove());

  it('makes the slides beside the results, also where there are none', async () => {
    const { code, stdout, stderr } = await lab.run('deck', '--talk');
    expect(code, stderr).toBe(0);
    expect(stdout.trim()).toBe(join(lab.resultsDir, 'talk.pptx'));
  });

  it('wants a price for nothing else', async () => {
    const { code, stderr } = await lab.run('deck', '--price', '0.05/h');
    expect(stderr).toContain('--talk');
    expect(code).toBe(2);
  });
});
