// One search says the same everywhere: the terminal, the page, the deck and the live page have its
// numbers and the numbers of its trials from the same place.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Exporter } from '../../live/exporter';
import { findingsSource } from '../../live/findings';
import { searchPaces, searchSettings } from '../../measure/search/search-settings';
import { SimulatedRuntime, simulatedSetting } from '../../measure/simulated-runtime.fixture';
import { figureOf } from '../../render/page/draw-chart';
import { slidesOf } from '../../render/slides/draw-view';
import { RunFolder } from '../../results/run-folder';
import { schemaVersion } from '../../results/schemas';
import { reportedRun } from '../conclude';
import { renderReport, renderRun } from '../documents';
import { experimentRuns } from '../experiment-runs.fixture';
import { type ReportedRun, viewOf } from '../index';
import { capacity as searchCapacity } from './measure';

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

it('says that the machine became slower, with the first trial and its repeats', () => {
  const [search] = resultOf(runs['a machine that became slower'] as ReportedRun).searches;
  expect(search?.changes).toMatchObject([{ direction: 'slower' }]);
  expect(search?.holdsRps ?? search?.highestHeld?.load).toBeGreaterThan(0);
});
