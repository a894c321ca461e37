// Takes the README's pictures again, while a tour is on:
//   node --require ts-node/register test/take-pictures.ts live      docs/live.png
//   node --require ts-node/register test/take-pictures.ts report    docs/report.png, of the latest run
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resultsDir, rootDir } from '../lab/paths';
import { RunFolder } from '../lab/results/run-folder';
import { ports } from '../lab/runtime/ports';
import { launchChromium } from './chromium';

const pictures = {
  live: {
    url: () => `http://127.0.0.1:${ports.live}/#headroom-scaling`,
    colorScheme: 'dark',
    height: 900,
    // Two frames.
    waitMs: 5000,
  },
  report: {
    url: () => pathToFileURL(join(RunFolder.open(resultsDir).path, 'report.html')).href,
    colorScheme: 'light',
    height: 1200,
    waitMs: 0,
  },
} as const;

async function takePicture(name: keyof typeof pictures): Promise<string> {
  const { url, colorScheme, height, waitMs } = pictures[name];
  const browser = await launchChromium();
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height } });
  await page.goto(url());
  await page.waitForTimeout(waitMs);
  const path = join(rootDir, 'docs', `${name}.png`);
  await page.screenshot({ path });
  await browser.close();
  return path;
}

const [name = ''] = process.argv.slice(2);
if (name in pictures) void takePicture(name as keyof typeof pictures).then(console.log);
else console.error(`Which picture: ${Object.keys(pictures).join(' or ')}?`);
