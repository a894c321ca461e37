// The system's Chromium, which asks nobody for anything, for tests of pages.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const candidates = [
  process.env.HEADROOM_CHROMIUM,
  ...['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
];

export const chromiumPath = candidates.find((path) => path !== undefined && existsSync(path));

export const noChromium =
  'there is no Chromium in /usr/bin (package chromium), and HEADROOM_CHROMIUM names none';

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    ...(chromiumPath && { executablePath: chromiumPath }),
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });

/** What a page did that it should not have: errors, and requests to anywhere but these. */
export function watchPage(page: Page, allowed: RegExp): string[] {
  const wrong: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      wrong.push(`console: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!allowed.test(request.url())) wrong.push(`request to ${request.url()}`);
  });
  return wrong;
}

const axeFile = createRequire(__filename).resolve('axe-core/axe.min.js');
const axe = readFileSync(axeFile, 'utf8');

/** Violations of WCAG 2.2 A and AA and of axe's best practices, a line each. */
export async function axeViolations(page: Page): Promise<string[]> {
  // Evaluated, not added as an element: the page's own policy forbids foreign scripts.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe);
  return page.evaluate(async () => {
    type Options = { resultTypes: 'violations'[] };
    type Results = { violations: { id: string; nodes: { html: string }[] }[] };
    const engine: { run(options: Options): Promise<Results> } = Reflect.get(globalThis, 'axe');
    // Every rule is run; what passed is not described node by node, which takes a fifth of the time.
    const { violations } = await engine.run({ resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}
