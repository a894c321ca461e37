// A report as a browser opens it from disk: at a desk and on a phone, by day, by night, on paper.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimsFixture } from '../lab/experiments/claims/claims.fixture';
import type { CompareResult } from '../lab/experiments/compare/analyse';
import { renderReport } from '../lab/experiments/documents';
import { experimentRuns } from '../lab/experiments/experiment-runs.fixture';
import type { ReportedRun } from '../lab/experiments/index';
import type { PlanResult } from '../lab/experiments/plan/analyse';
import { planFixture } from '../lab/experiments/plan/plan.fixture';
import { rateColumns } from '../lab/experiments/plan/view';
import { compareFixture, noiseFixture } from '../lab/experiments/turns.fixture';
import { times } from '../lab/render/format';
import { tourFixture } from '../lab/render/page/tour.fixture';
import { axeViolations, chromiumPath, launchChromium, noChromium, watchPage } from './chromium';

const tour = tourFixture();
const comparison = compareFixture({ disturbed: [3] });
const plan = planFixture();
const reports: Record<string, ReportedRun[]> = {
  'of one run': [tour],
  'of two runs': [tour, tourFixture({ id: '20260106T101500Z-tour-2c3d', workers: 2 })],
  'of a comparison': [comparison],
  'of an A-A run': [noiseFixture()],
  'of a plan': [plan],
  'of claims': [claimsFixture()],
  'of claims beside a run': [claimsFixture(), comparison],
};
const experiments = [
  'a search',
  'several searches, the generator the limit',
  'scaling by users',
  'scaling at too few levels',
];
const screens = { desk: 1280, phone: 390 };
const looks = Object.entries(screens).flatMap(([screen, width]) =>
  (['light', 'dark'] as const).map((scheme) => ({ screen, width, scheme })),
);

describe('a report in Chromium', () => {
  let folder: string;
  let browser: Browser | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-report-'));
    const made = await experimentRuns();
    for (const name of experiments) reports[name] = [made[name] as ReportedRun];
    for (const [name, runs] of Object.entries(reports)) {
      writeFileSync(join(folder, `${name}.html`), await renderReport(runs));
    }
    if (chromiumPath) browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  beforeEach((context) => context.skip(browser === undefined, noChromium));

  /** A page has no script: what a screen or a scheme changes in it, it changes while it is open. */
  describe.each([...Object.keys(reports), ...experiments])('%s', (name) => {
    let page: Page | undefined;
    let wrong: string[] = [];
    beforeAll(async () => {
      page = await browser?.newPage();
      if (page === undefined) return;
      wrong = watchPage(page, /^(file|data):/);
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    });
    afterAll(() => page?.close());

    it.each(looks)(
      '$screen, $scheme: no error, no request, axe finds nothing',
      async ({ width, scheme }) => {
        if (page === undefined) throw new Error('no page was opened');
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme: scheme });
        expect(await axeViolations(page)).toEqual([]);
        const pageWidth = await page.evaluate('document.documentElement.scrollWidth');
        expect(pageWidth, 'it is no wider than the screen').toBe(width);
        expect(wrong).toEqual([]);
      },
    );
  });

  it('of a search draws every trial, and both bounds', async () => {
    const { found } = (reports['a search'] as [ReportedRun])[0];
    if (found.experiment?.kind !== 'capacity') throw new Error('not a search');
    const trials = found.experiment.searches.flatMap((search) => search.trials);
    const page = await (browser as Browser).newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(pathToFileURL(join(folder, 'a search.html')).href);
    const chart = page.locator('figure', { has: page.locator('#search-1') }).locator('svg.wide');
    const shapes = await chart.locator('path[transform]').count();
    expect(shapes).toBe(trials.length);
    const text = await page.locator('#search-1-summary').textContent();
    for (const { load, outcome } of trials) expect(text).toContain(`${load}/s ${outcome}`);
    await page.close();
  });

  it('shows each verdict of a comparison in its chart and table, with the digits of analysis.json', async () => {
    const page = await (browser as Browser).newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(pathToFileURL(join(folder, 'of a comparison.html')).href);
    const { compared } = comparison.found.experiment as CompareResult;
    const rows = await page.locator('section[aria-labelledby=ratios] tbody tr').allInnerTexts();
    expect(rows).toHaveLength(compared.length);
    for (const [index, { comparison: found, runs }] of compared.entries()) {
      expect(rows[index]).toContain(times(found.ratio));
      expect(rows[index]).toContain(times(found.interval[0]));
      // A mark a run, and no mark of a void one.
      const strip = page.locator('section[aria-labelledby=runs] figure').nth(2 * index);
      const marks = await strip.locator(
        'svg.wide path[fill="#0072B2"], svg.wide path[fill="#D55E00"]',
      );
      expect(await marks.count(), `figure ${index}`).toBe(runs.length);
    }
    expect(await page.locator('section[aria-labelledby=ratios] figure svg.wide').count()).toBe(1);
    await page.close();
  });

  it('of a plan has the figures of analysis.json in its tables, and a mark a row in its chart', async () => {
    const page = await (browser as Browser).newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(pathToFileURL(join(folder, 'of a plan.html')).href);
    const { plans, sentences, validations } = plan.found.experiment as PlanResult;
    const section = page.locator('section[aria-labelledby=plan]');
    const rows = await section.locator('tbody tr').all();
    const cells = await Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
    expect(cells).toEqual(
      plans.flatMap(({ app, table }) =>
        table.map((row) => rateColumns.map(({ cell }) => cell({ app, row }))),
      ),
    );
    // Full where as many replicas were tested, pale beyond, a dash where refused: of both apps.
    const trusts = plans.flatMap(({ table }) => table.map(({ trust }) => trust));
    expect(new Set(trusts)).toEqual(new Set(['tested', 'extended', 'refused']));
    const replicas = section.locator('figure').first().locator('svg.wide');
    expect(await replicas.locator('path[transform]').count()).toBe(trusts.length);
    const pale = await replicas.locator('path[transform][fill-opacity="0.35"]').count();
    expect(pale).toBe(trusts.filter((trust) => trust === 'extended').length);
    const body = await page.locator('main').innerText();
    for (const sentence of sentences) expect(body).toContain(sentence);
    for (const { limits } of plans) for (const { what } of limits) expect(body).toContain(what);
    for (const { measured } of validations[0]?.rows ?? []) {
      expect(body).toContain(String(measured));
    }
    await page.close();
  });
});
