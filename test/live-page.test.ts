// The live page as a person has it open: while a run is on, while Prometheus is away, and over a
// restart of the lab.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dashboards } from '../grafana/src/catalogue';
import { formatValue } from '../lab/live/page/labels';
import { axeViolations, chromiumPath, launchChromium, noChromium, watchPage } from './chromium';
import { type FoundBefore, findBefore } from './found-before';
import { allGone, Lab, type Running } from './lab-process';

/** What starts or starts again takes seconds on a busy machine. */
const timeout = 30_000;

describe('the live page in Chromium', () => {
  let lab: Lab;
  let running: Running;
  let browser: Browser | undefined;
  let page: Page;
  let wrong: string[];
  let before: FoundBefore;
  let url: string;

  beforeAll(async () => {
    if (chromiumPath === undefined) return;
    browser = await launchChromium();
    lab = await Lab.create();
    before = await findBefore(lab.resultsDir);
    url = `http://127.0.0.1:${lab.port('live')}`;
    running = lab.start('tour', '--quick', '--stay');
    await running.prints(/Watch it live/);
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    wrong = watchPage(page, new RegExp(`^(${url}/|data:)`));
    await page.goto(url);
  });
  afterAll(async () => {
    await browser?.close();
    running?.signal('SIGTERM');
    await running?.ended;
    lab?.remove();
  });
  beforeEach((context) => context.skip(browser === undefined, noChromium));

  const says = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout });
  const saysNoMore = (text: string) =>
    page.getByText(text).first().waitFor({ state: 'detached', timeout });
  const part = (name: string) => {
    const child = lab.child(name);
    if (child === undefined) throw new Error(`${name} is not running`);
    return child;
  };

  it('is what the lab tells of first, after what it is about to do', () => {
    const [announced, where] = running.stderr.split('Watch it live: ');
    expect(announced).toMatch(/^A tour: .*\nIt takes about .*Ctrl-C ends it, .*\n$/s);
    expect(where?.split('\n')[0]).toBe(url);
  });

  it('says what runs, and draws it', async () => {
    // First the lab comes up, which takes a minute on a machine with much else to do.
    await running.prints(/step_\d/, 100);
    await says(/Now express: \w+ step_\d/);
    const throughput = page.getByRole('article', { name: 'Throughput' });
    await throughput.getByText(/req\/s/).waitFor({ timeout });
    // Express's line, in Express's colour.
    const draws = () => page.evaluate(drawsInBlue('Requests per second'));
    await expect.poll(draws, { timeout, interval: 500 }).toBe(true);
  });

  it('shows beside it what runs found before, with the figures of analysis.json', async () => {
    const rowsOf = async (title: string): Promise<string[][]> => {
      const panel = page.getByRole('article', { name: title, exact: true });
      await panel.scrollIntoViewIfNeeded();
      await panel.locator('tbody tr').first().waitFor({ timeout });
      const rows = await panel.locator('tbody tr').all();
      return Promise.all(rows.map((row) => row.locator('td').allInnerTexts()));
    };
    const [search] = before.capacity.searches;
    expect(await rowsOf('Capacity')).toEqual([
      [
        'express',
        'default',
        'micro',
        formatValue(search?.holdsRps ?? -1, 'reqps'),
        formatValue(search?.failsRps ?? -1, 'reqps'),
      ],
    ]);
    const { alpha, beta, gamma } = before.scale.fit ?? { alpha: -1, beta: -1, gamma: -1 };
    expect(await rowsOf('How they scale')).toEqual([
      [
        'django',
        'default',
        'micro',
        'users',
        ...[alpha, beta, gamma].map((one) => formatValue(one, 'none')),
      ],
    ]);
    const verdicts = await rowsOf('Verdicts');
    expect(verdicts).toHaveLength(before.compare.compared.length);
    for (const { measure, comparison } of before.compare.compared) {
      expect(verdicts).toContainEqual([
        'Express',
        'Django',
        'micro',
        measure.title,
        // Of this fixture: Express wins everything.
        'A is better',
        ...[comparison.ratio, ...comparison.interval].map((one) => formatValue(one ?? -1, 'none')),
      ]);
    }
  });

  it('has nothing that axe finds, by day and by night', async () => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeViolations(page), colorScheme).toEqual([]);
    }
    for (const { uid, question } of dashboards.slice(1)) {
      await page.goto(`${url}/#${uid}`);
      await says(question);
      // A lab without a night has nothing to draw of nights, and says so.
      const drawn = page.locator('.panel .legend li').or(page.locator('.panel[data-empty] .empty'));
      await drawn.first().waitFor({ timeout });
      expect(await axeViolations(page), uid).toEqual([]);
    }
    await page.goto(`${url}/`);
  });

  it('is used by keyboard alone', async () => {
    const focused = () => page.evaluate('document.activeElement.textContent');
    await page.locator('body').press('Tab');
    expect(await focused()).toBe('Skip to the panels');
    for (const expected of [/minutes/, 'Pause', 'Overview', 'Scaling']) {
      await page.keyboard.press('Tab');
      expect(await focused()).toMatch(expected);
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Scaling What happens as load climbs?' }).waitFor();
    const meaning = page.getByLabel('Offered against achieved rate: what it means');
    await meaning.focus();
    await page.keyboard.press('Enter');
    await says('While the lines coincide, the app keeps up. Bands mark the steps.');
    await page.goBack();
    await page.getByRole('heading', { name: /^Overview/ }).waitFor();
  });

  it('goes on with another dashboard after a pause of the one before', async () => {
    const pause = page.getByRole('button', { name: 'Pause' });
    await pause.click();
    expect(await pause.getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('link', { name: 'Generator', exact: true }).click();
    const scrapes = page.getByRole('article', { name: 'Scrapes that succeed' });
    await scrapes.scrollIntoViewIfNeeded();
    await scrapes.locator('.legend li').first().waitFor({ timeout });
    expect(await pause.getAttribute('aria-pressed')).toBe('false');
    await page.goto(`${url}/`);
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('names the report to whoever prints it', async () => {
    await page.emulateMedia({ media: 'print' });
    await says('This page is for screens.');
    await page.emulateMedia({ media: 'screen' });
  });

  it('says when Prometheus does not answer, and goes on by itself when it does', async () => {
    process.kill(part('prometheus').pid, 'SIGSTOP');
    await says('Prometheus does not answer');
    // Long enough for several scrapes to be missed.
    await sleep(4000);
    process.kill(part('prometheus').pid, 'SIGCONT');
    await saysNoMore('Prometheus does not answer');
    await says(/no data: Prometheus was away from \d\d:\d\d:\d\d to/);
  });

  it('marks the gap of a Prometheus that was killed and started again', async () => {
    const before = part('prometheus');
    process.kill(before.pid, 'SIGKILL');
    expect(await allGone([before])).toBe(true);
    await says(/no data: Prometheus was away from .* and from \d\d:\d\d:\d\d to/);
  });

  it('has made no error, and no request that leaves the machine', () => {
    expect(wrong).toEqual([]);
  });

  it('left open over a restart of the lab, goes on when the lab is back', async () => {
    running.signal('SIGINT');
    await says('No connection to the lab');
    await running.ended;
    running = lab.start('up');
    await saysNoMore('No connection to the lab');
    await says(/No load since \d\d:\d\d:\d\d/);
  });

  it('says first what the latest run found, and that it was cut off', async () => {
    const answer = page.getByRole('region', { name: 'The latest run' });
    await answer.getByText('cut off', { exact: true }).waitFor({ timeout });
    const report = answer.getByRole('link', { name: 'Read its report' });
    expect(await report.getAttribute('href')).toMatch(/^\/reports\/\w+-tour-\w+$/);
  });

  it('leads from an alert to its paragraph of the runbook', async () => {
    await running.prints(/^prometheus http/m);
    // One that never answered is not down.
    await page.goto(`${url}/#headroom-generator`);
    await page.getByRole('article', { name: 'Scrapes that succeed' }).scrollIntoViewIfNeeded();
    await page
      .getByRole('listitem')
      .filter({ hasText: /express\s+1\s/ })
      .waitFor({ timeout });
    await page.goto(`${url}/`);
    process.kill(part('express').pid, 'SIGKILL');
    // A panel is drawn while it is in sight.
    await page.getByRole('article', { name: 'Alerts by name' }).scrollIntoViewIfNeeded();
    const alert = page.getByRole('link', { name: 'AppDown' });
    await alert.waitFor({ timeout: 60_000 });
    await alert.click();
    await page.getByRole('heading', { name: 'AppDown' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.goBack();
  });
});

/** For the page: whether a panel's canvas has Express's colour, #0072B2, somewhere. */
const drawsInBlue = (title: string): string => `(() => {
  const canvas = [...document.querySelectorAll('article')]
    .find((panel) => panel.querySelector('h4').textContent === ${JSON.stringify(title)})
    .querySelector('canvas');
  if (canvas === null) return false;
  // Read from a copy: Chromium warns of a canvas that is drawn on and read again and again.
  const { width, height } = canvas;
  const copy = Object.assign(document.createElement('canvas'), { width, height });
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] === 0x00 && data[at + 1] === 0x72 && data[at + 2] === 0xb2) return true;
  }
  return false;
})()`;
