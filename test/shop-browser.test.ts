// A person with a real browser buys something in each shop: no error in the console, no request to
// anywhere else, and nothing that axe finds on any page on the way.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appNames } from '../lab/runtime/subject';
import { axeViolations, chromiumPath, launchChromium, noChromium, watchPage } from './chromium';
import { ShopStage } from './shop-stage';

describe.each(appNames)('the shop of %s, in a browser', (app) => {
  let stage: ShopStage;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let wrong: string[];

  beforeAll(async () => {
    if (chromiumPath === undefined) return;
    stage = await ShopStage.open(app);
    browser = await launchChromium();
    context = await browser.newContext({ baseURL: stage.baseUrl });
  });
  beforeEach(async () => {
    page = await context?.newPage();
    if (page) wrong = watchPage(page, new RegExp(`^${stage.baseUrl}/`));
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  /** The page that is shown has this heading, and axe finds nothing on it. */
  async function isOn(heading: string | RegExp): Promise<void> {
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    expect(await axeViolations(page), `axe on ${page.url()}`).toEqual([]);
  }

  it('somebody finds a product, registers, buys it and sees the order', async (test) => {
    test.skip(chromiumPath === undefined, noChromium);
    await page.goto('/');
    await isOn('Headroom shop');
    await page.getByRole('searchbox', { name: 'Search' }).fill('oak');
    await page.getByRole('button', { name: 'Search' }).click();
    await isOn('Search');
    const first = page.locator('[data-products] li a').first();
    const name = (await first.textContent()) ?? '';
    await first.click();
    await isOn(name);

    await page.getByRole('link', { name: 'Log in to buy' }).click();
    await isOn('Log in');
    await page.getByRole('link', { name: 'Register instead' }).click();
    await isOn('Register');
    await page.getByLabel('Email').fill('reader@example.com');
    await page.getByLabel('Name').fill('A <b>Reader</b>');
    await page.getByLabel('Password').fill('a long enough password');
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByRole('link', { name: 'Orders' }).click();
    await isOn('Orders');

    await page.goto('/search?q=oak');
    await page.locator('[data-products] li a').first().click();
    await page.getByLabel('Quantity').fill('2');
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await isOn('Cart');
    await page.getByRole('link', { name: 'Check out' }).click();
    await isOn('Check out');
    const total = await page.locator('tfoot').textContent();
    await page.getByRole('button', { name: 'Buy now' }).click();
    await isOn(/^Order \d+$/);
    expect(await page.locator('tfoot').textContent()).toBe(total);
    expect(await page.locator('tbody tr').textContent()).toContain(name);

    await page.getByRole('link', { name: 'Orders' }).click();
    await isOn('Orders');
    expect(await page.locator('[data-order]').count()).toBe(1);
    await page.getByRole('button', { name: 'Log out' }).click();
    await isOn('Headroom shop');
    expect(wrong).toEqual([]);
  }, 120_000);

  it('a login that is refused says so, and is still a page without a fault', async (test) => {
    test.skip(chromiumPath === undefined, noChromium);
    await page.goto('/login');
    await page.getByLabel('Email').fill('customer1@example.com');
    await page.getByLabel('Password').fill('wrong horse');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').waitFor();
    await isOn('Log in');
    // Chromium notes each answer of 400 in the console; that alone is no fault of the page's.
    expect(wrong.filter((line) => !/status of 400/.test(line))).toEqual([]);
  });
});
