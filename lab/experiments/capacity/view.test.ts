// One search says the same everywhere: the terminal, the page, the deck and the live page have its
// numbers and the numbers of its trials from the same place.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Exporter } from '../../live/exporter';
import { findingsSource } from '../../live/findings';
import type { SearchResult } from '../../measure/search/search-result';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { SimulatedRuntime, simulatedSetting } from '../../measure/simulated-runtime.fixture';
import { figureOf } from '../../render/page/draw-chart';
import { slidesOf } from '../../render/slides/draw-view';
import { appTitle } from '../../results/findings';
import { RunFolder } from '../../results/run-folder';
import { schemaVersion } from '../../results/schemas';
import { reportedRun } from '../conclude';
import { renderReport, renderRun } from '../documents';
import { experimentRuns } from '../experiment-runs.fixture';
import { type ReportedRun, viewOf } from '../index';
import type { CapacityResult } from './analyse';
import { capacity as searchCapacity } from './measure';
import { capacityView } from './view';

let runs: Record<string, ReportedRun>;
let resultsDir: string;

/** Slower by a fifth from the ninth trial on. */
class SlowingRuntime extends SimulatedRuntime {
  override generate(...call: Parameters<SimulatedRuntime['generate']>) {
    if (this.plans.length === 9) this.setSaturation(800);
    return super.generate(...call);
  }
}

beforeAll(async () => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-one-search-'));
  const search = async (runtime: SimulatedRuntime, budgetSeconds: number) =>
    reportedRun(
      await searchCapacity({
        ...simulatedSetting(resultsDir),
        arguments: ['capacity', '--app', 'django'],
        runtime,
        apps: ['django'],
        settings: searchSettings('micro', searchPaces.full, budgetSeconds),
        runs: 1,
      }),
    );
  const all = await experimentRuns();
  runs = {
    'a settled search': all['a search'] as ReportedRun,
    'the generator the limit': all['several searches, the generator the limit'] as ReportedRun,
    'a search that ran out of time': await search(new SimulatedRuntime({ noise: 0.1 }), 90),
    'a machine that became slower': await search(new SlowingRuntime({ noise: 0.02 }), 600),
  };
});
afterAll(() => rmSync(resultsDir, { recursive: true }));

const resultOf = ({ found: { experiment } }: ReportedRun) => {
  if (experiment?.kind !== 'capacity') throw new Error('no capacity run');
  return experiment;
};

const viewsOf = (reported: ReportedRun) => viewOf(resultOf(reported), reported.run) ?? [];
const chartsOf = (reported: ReportedRun) =>
  viewsOf(reported)
    .flatMap(({ blocks }) => blocks)
    .flatMap((block) => (block.kind === 'charts' ? block.charts : []));

const unescaped = (page: string): string =>
  page
    .replaceAll(/<\/?code>/g, '`')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

describe.each([
  'a settled search',
  'the generator the limit',
  'a search that ran out of time',
  'a machine that became slower',
])('%s', (name) => {
  const reported = () => runs[name] as ReportedRun;

  it('numbers its trials from 1, in the table of the terminal and of the page, and in the chart', async () => {
    const run = reported();
    const terminal = renderRun(run);
    const page = await renderReport([run]);
    for (const [index, search] of resultOf(run).searches.entries()) {
      const numbers = search.trials.map((_, at) => at + 1);
      expect(search.trials.map(({ number }) => number)).toEqual(numbers);
      expect(terminal).toContain(`${numbers.length} trials`);
      for (const { number, load } of search.trials) {
        expect(terminal).toMatch(new RegExp(`^ +${number} +${load} `, 'm'));
        expect(page).toMatch(
          new RegExp(`<th[^>]*>${number}</th><td[^>]*>.*?</td><td[^>]*>${load}</td>`),
        );
      }
      const [chart] = chartsOf(run).slice(index);
      if (chart === undefined) throw new Error('no chart');
      const { series } = figureOf(chart).option('wide' as never);
      const marks = [series].flat().find((one) => one?.type === 'scatter');
      const points = (marks?.data ?? []) as { value: [number, number] }[];
      expect(points.map(({ value }) => value)).toEqual(
        search.trials.map(({ number, load }) => [number, load]),
      );
    }
  });

  it('has its answer, and what changed, word for word in terminal, page and deck', async () => {
    const run = reported();
    const { sentences, searches } = resultOf(run);
    const terminal = renderRun(run);
    const page = unescaped(await renderReport([run]));
    for (const sentence of sentences) {
      expect(terminal).toContain(sentence);
      expect(page).toContain(sentence);
    }
    const [search] = searches;
    const deck = JSON.stringify(slidesOf(viewsOf(run), run.run.id));
    for (const rate of [search?.holdsRps ?? search?.highestHeld?.load, search?.failsRps]) {
      if (rate != null) expect(deck).toContain(`${rate.toLocaleString('en')}/s`);
    }
    const last = search?.trials.at(-1)?.number ?? 0;
    expect(deck).toContain(`"${last}"`);
    expect(deck).not.toContain(`"${last + 1}"`);
    for (const { direction, repeats } of search?.changes ?? []) {
      for (const text of [terminal, page, deck]) {
        expect(text).toContain(`The machine became ${direction} during the search`);
        expect(text).toContain(`trials ${repeats.map(({ trial }) => trial).join(' and ')}`);
      }
    }
    expect(`${terminal} ${page} ${deck}`).not.toMatch(
      /relevant(Lower|Upper)Bound|Irregular|\blost\b|loses/,
    );
  });

  it('is listed by the live page with the same rates, and only if a rate is known to hold', async () => {
    const { run, found } = reported();
    const dir = mkdtempSync(join(tmpdir(), 'headroom-live-'));
    RunFolder.create(dir, run).write('analysis.json', { schemaVersion, ...found });
    const source = findingsSource({ resultsDir: dir, fingerprint: run.host.fingerprint });
    const page = await new Exporter([source]).page();
    rmSync(dir, { recursive: true });
    const listed = [...page.matchAll(/^headroom_capacity_(?:fails_)?rps\{.*\} (.*)$/gm)];
    const result = resultOf({ run, found } as ReportedRun);
    const [search] = result.searches;
    const holds = result.capacityRps?.mean ?? search?.holdsRps ?? null;
    const expected = holds === null ? [] : [holds, search?.failsRps ?? []].flat();
    expect(listed.map(([, value]) => Number(value))).toEqual(expected);
  });
});

describe('the slides of two apps', () => {
  let deck: ReturnType<typeof slidesOf>;
  let result: CapacityResult;
  beforeAll(async () => {
    const runtime: SimulatedRuntime = new SimulatedRuntime({
      noise: 0.05,
      mishaps: (_, { app }) => {
        runtime.setSaturation(app === 'express' ? 1000 : 500);
        return {};
      },
    });
    const reported = reportedRun(
      await searchCapacity({
        ...simulatedSetting(resultsDir),
        arguments: ['capacity', '--app', 'express', 'django'],
        runtime,
        apps: ['express', 'django'],
        settings: searchSettings('micro', searchPaces.full),
        runs: 2,
      }),
    );
    result = resultOf(reported);
    deck = slidesOf(viewsOf(reported), reported.run.id);
  });

  it('are those of each, with the interval over its own searches', () => {
    expect(deck).toHaveLength(4);
    for (const app of ['express', 'django'] as const) {
      const over = result.byApp?.find((one) => one.app === app);
      const own = deck.filter(({ title }) => title.startsWith(appTitle(app)));
      expect(own).toHaveLength(2);
      const [bounds] = own;
      expect(bounds?.title).toContain('the geometric mean of 2 searches');
      const text = JSON.stringify(bounds?.blocks);
      expect(text).toContain(over?.interval?.map((end) => Math.round(end)).join(' – '));
      expect(text).toContain('95 % interval over 2 searches');
    }
  });

  it('say what is not known by its kind: no load held is not every load held', () => {
    const readingOf = (outcome: 'held' | 'failed', highestHeld: SearchResult['highestHeld']) => {
      const [search] = result.searches;
      if (search === undefined) throw new Error('no search');
      const none = { lower: null, upper: null };
      const trials = search.trials
        .slice(0, 3)
        .map((trial) => ({ ...trial, outcome, bounds: none, leaning: none }));
      const one = { ...search, trials, holdsRps: null, failsRps: null, highestHeld };
      const [slide] = slidesOf(capacityView({ ...result, searches: [one] }), 'run');
      return slide?.notes?.read;
    };
    const [search] = result.searches;
    const tried = Math.min(...(search?.trials.slice(0, 3).map(({ load }) => load) ?? []));
    expect(readingOf('failed', null)).toContain(
      `No load held, not even ${tried.toLocaleString('en')}/s. The line is what was offered`,
    );
    expect(readingOf('failed', null)).not.toContain('Every rate');
    const held = {
      load: 500,
      known: 'long',
      held: 1,
      trials: 1,
      seconds: 10,
      longFailed: 0,
    } as const;
    expect(readingOf('held', held)).toContain('Every rate that could be offered held.');
  });
});

it('says that the machine became slower, with the first trial and its repeats', () => {
  const [search] = resultOf(runs['a machine that became slower'] as ReportedRun).searches;
  expect(search?.changes).toMatchObject([{ direction: 'slower' }]);
  expect(search?.holdsRps ?? search?.highestHeld?.load).toBeGreaterThan(0);
});
