// `npm run bench -- pictures`: takes README's pictures again, of a tour, and records what they show. A
// test (pictures.test.ts) says when that is no longer so. `pictures RUN` takes the report's alone, of a
// run that was measured before.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { appColours } from '../grafana/src/colours';
import { scaling } from '../grafana/src/dashboards/scaling';
import { configuration } from '../lab/configuration/configuration';
import { reportedRun } from '../lab/experiments/conclude';
import { renderReport } from '../lab/experiments/documents';
import { realTourFixture } from '../lab/experiments/real-tour.fixture';
import { resultsDir, rootDir } from '../lab/paths';
import { RunFolder, writeJson } from '../lab/results/run-folder';
import { launchChromium } from '../test/chromium';
import { Lab } from '../test/lab-process';

const docs = join(rootDir, 'docs');
export const recordFile = join(docs, 'pictures.json');

type Subject = 'live' | 'report';

/** Of each the hash of what it shows, and those of its files. */
export type PictureRecord = Record<Subject, { shows: string; files: Record<string, string> }>;

export const hashOf = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');

const browserDir = 'lab/live/page/browser';
/** What draws the live page's charts and legends, and its frame. */
const drawingFiles = [
  'lab/render/base.css',
  ...['index.html', 'page.css', 'dashboard.ts', 'charts.ts', 'timeseries.ts', 'figures.ts'].map(
    (name) => `${browserDir}/${name}`,
  ),
];

/** Changes when a picture would: what draws the live page's dashboard; and a tour's report. */
export const showsNow: Record<Subject, () => Promise<string>> = {
  async live() {
    const drawing = drawingFiles.map((file) => readFileSync(join(rootDir, file), 'utf8'));
    return hashOf([JSON.stringify({ scaling, appColours }), ...drawing].join());
  },
  report: async () => hashOf(await renderReport([realTourFixture()])),
};

export async function run([measured]: readonly string[]): Promise<void> {
  const browser = await launchChromium();
  try {
    if (measured !== undefined) await takeReport(browser, RunFolder.open(resultsDir, measured));
    else await takeTour(browser);
  } finally {
    await browser.close();
  }
}

async function takeTour(browser: Browser): Promise<void> {
  // Neighbours make steps void here as anywhere; Lab lets those of tests take what they like.
  const { otherCores } = configuration;
  const lab = await Lab.create({ HEADROOM_OTHER_CORES: otherCores?.toString() });
  const running = lab.start('tour');
  try {
    // Both apps have been loaded by then.
    await running.prints(/Django shop step_01/, 900);
    await takeLivePage(browser, `http://127.0.0.1:${lab.port('live')}/#${scaling.uid}`);
    await running.ended;
    await takeReport(browser, RunFolder.open(lab.resultsDir));
  } finally {
    running.signal('SIGTERM');
    await running.ended;
    lab.remove();
  }
}

async function takeLivePage(browser: Browser, url: string): Promise<void> {
  const whole = { selector: 'article', count: 4 };
  await shoot(browser, url, { name: 'live.png', colorScheme: 'light', whole });
  await shoot(browser, url, { name: 'live-dark.png', colorScheme: 'dark', whole });
  await note('live', ['live.png', 'live-dark.png']);
}

async function takeReport(browser: Browser, folder: RunFolder): Promise<void> {
  const file = join(docs, 'report.html');
  writeFileSync(file, await renderReport([reportedRun(folder)]));
  try {
    const whole = { selector: 'section[aria-labelledby="load"] figure', count: 2 };
    await shoot(browser, pathToFileURL(file).href, {
      ...{ name: 'report.png', colorScheme: 'light', whole },
    });
  } finally {
    rmSync(file);
  }
  await note('report', ['report.png']);
}

type Shot = {
  name: string;
  colorScheme: 'light' | 'dark';
  /** Up to the end of the first so many of these: no picture is cut through one. */
  whole: { selector: string; count: number };
};

async function shoot(browser: Browser, url: string, { name, colorScheme, whole }: Shot) {
  const width = 1280;
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 1200 } });
  await page.goto(url);
  const drawn = page
    .locator(whole.selector)
    .nth(whole.count - 1)
    .locator('canvas, svg');
  await drawn.first().waitFor({ timeout: 120_000 });
  // Two frames of the live page.
  await page.waitForTimeout(5000);
  const clip = { x: 0, y: 0, width, height: await bottomOf(page, whole) };
  await page.screenshot({ path: join(docs, name), fullPage: true, clip });
  await page.close();
}

async function bottomOf(page: Page, { selector, count }: Shot['whole']): Promise<number> {
  const elements = (await page.locator(selector).all()).slice(0, count);
  if (elements.length < count) throw new Error(`there are not ${count} of ${selector} to picture`);
  const boxes = await Promise.all(elements.map((one) => one.boundingBox()));
  return Math.ceil(Math.max(...boxes.map((box) => (box ? box.y + box.height : 0)))) + 16;
}

async function note(subject: Subject, names: readonly string[]): Promise<void> {
  const record: PictureRecord = JSON.parse(readFileSync(recordFile, 'utf8'));
  const files = names.map((name) => [name, hashOf(readFileSync(join(docs, name)))]);
  const shows = await showsNow[subject]();
  writeJson(recordFile, { ...record, [subject]: { shows, files: Object.fromEntries(files) } });
  console.log(`Taken: ${names.map((name) => `docs/${name}`).join(', ')}`);
}
