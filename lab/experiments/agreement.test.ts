// One run is said the same in every medium, whatever was measured.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingsSource } from '../live/findings';
import { tourFixture } from '../render/page/tour.fixture';
import { decks } from '../render/slides/decks.fixture';
import type { DeckChart, Slide } from '../render/slides/model';
import { RunFolder } from '../results/run-folder';
import { schemaVersion } from '../results/schemas';
import {
  disagreements,
  figuresMissing,
  isOnPage,
  type Media,
  terminalRows,
} from './agreement.fixture';
import { deckOf, renderReport, renderRun } from './documents';
import type { ReportedRun } from './index';
import { realTourFixture } from './real-tour.fixture';

const mediaOf = async (reported: ReportedRun): Promise<Media> => ({
  text: renderRun(reported),
  page: await renderReport([reported]),
  slides: await deckOf([reported]),
});

/** Neighbours void another part of the same run with each of the bounds. */
const tours: [string, ReportedRun][] = [
  ['of the fixture', tourFixture()],
  ...[2, 1.6, 1.5, 1.46, 1.4, 1.2].map((bound): [string, ReportedRun] => [
    `that was measured, void over ${bound} cores`,
    realTourFixture(bound),
  ]),
];

describe.each(tours)('a tour %s', (_name, reported) => {
  it('has the same figures on the terminal, in the report and on the slides', async () => {
    const media = await mediaOf(reported);
    expect(terminalRows(media.text).length).toBeGreaterThan(20);
    expect(disagreements(media)).toEqual([]);
  });
});

describe('every figure with a unit', async () => {
  const all = await decks();
  it.each(Object.keys(all).filter((name) => all[name]?.length === 1))(
    'that the terminal or a slide of %s has stands in its report',
    async (name) => {
      const [reported] = all[name] as [ReportedRun];
      expect(figuresMissing(await mediaOf(reported))).toEqual([]);
    },
  );
});

describe('two runs of one kind', async () => {
  const all = await decks();
  it.each(Object.keys(all).filter((name) => all[name]?.length === 1))(
    'as %s have no id twice in one report',
    async (name) => {
      const [reported] = all[name] as [ReportedRun];
      const again = { ...reported, run: { ...reported.run, id: `${reported.run.id}-again` } };
      const page = await renderReport([reported, again]);
      const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
      expect(ids.length).toBeGreaterThan(5);
      expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    },
  );
});

it.each(['a search', 'several searches', 'scaling', 'a comparison'])(
  'what the live page says that %s found stands in its report',
  async (name) => {
    const [reported] = (await decks())[name] as [ReportedRun];
    const resultsDir = mkdtempSync(join(tmpdir(), 'headroom-agreement-'));
    try {
      const { run, found } = reported;
      RunFolder.create(resultsDir, run).write('analysis.json', { schemaVersion, ...found });
      const { fingerprint } = run.host;
      const readings = await findingsSource({ resultsDir, fingerprint })();
      expect(readings.length).toBeGreaterThan(0);
      const page = await renderReport([reported]);
      for (const { name: metric, labels, value } of readings) {
        expect(isOnPage(value, page), `${metric} ${JSON.stringify(labels)} ${value}`).toBe(true);
      }
    } finally {
      rmSync(resultsDir, { recursive: true });
    }
  },
);

describe('a disagreement is found', async () => {
  const media = await mediaOf(realTourFixture());
  const withSlides = (change: (slide: Slide) => Slide): string[] =>
    disagreements({ ...media, slides: media.slides.map(change) });
  const changeCharts = (slide: Slide, change: (chart: DeckChart) => DeckChart): Slide => ({
    ...slide,
    blocks: slide.blocks.map((block) =>
      block.kind === 'chart' ? { ...block, chart: change(block.chart) } : block,
    ),
  });

  it('where a slide mixes two workloads and keeps the levels that both have', () => {
    const users = media.slides.filter(({ title }) => title.startsWith('Most answered'));
    expect(users).toHaveLength(2);
    const shared = ['16', '64'];
    const series = users.flatMap((slide) =>
      slide.blocks.flatMap((block) =>
        block.kind === 'chart'
          ? block.chart.series.map(({ values, ...one }) => ({
              ...one,
              values: shared.map((level) => values[block.chart.categories.indexOf(level)] ?? 0),
            }))
          : [],
      ),
    );
    const mixed = withSlides((slide) =>
      slide === users[0]
        ? changeCharts({ ...slide, title: 'Users' }, (chart) => ({
            ...chart,
            categories: shared,
            series,
          }))
        : slide,
    );
    expect(mixed.length).toBeGreaterThan(10);
    expect(mixed.join('\n')).toMatch(/the slides lacks? Express, micro, 8 users: achieved\/s/);
    expect(mixed.join('\n')).toMatch(/the most that Express answered/);
  });

  it('where one value of one series differs', () => {
    const wrong = withSlides((slide) =>
      changeCharts(slide, (chart) =>
        chart.kind !== 'xy'
          ? chart
          : {
              ...chart,
              series: chart.series.map((one, index) =>
                index === 0 ? { ...one, values: one.values.map((value) => (value ?? 0) + 1) } : one,
              ),
            },
      ),
    );
    expect(wrong.length).toBe(12);
  });

  it('where the report has another figure than the terminal', () => {
    const [row] = terminalRows(media.text);
    const p99 = row?.cells['p99 ms'] ?? '';
    const text = media.text.replace(` ${p99} `, ' 1.0 ');
    expect(disagreements({ ...media, text })).not.toEqual([]);
  });
});
