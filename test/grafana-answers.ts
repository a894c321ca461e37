// Grafana as people have it: which dashboards it serves, what it answers for a panel's query, and pictures.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { dashboards } from '../grafana/src/catalogue';
import type { Target } from '../grafana/src/targets';
import { rootDir } from '../lab/paths';
import { chromiumPath, launchChromium } from './chromium';

type Span = { fromSeconds: number; toSeconds: number };

export async function servedDashboards(grafanaUrl: string): Promise<string[]> {
  const response = await fetch(`${grafanaUrl}/api/search?type=dash-db`);
  const found = (await response.json()) as { uid: string }[];
  return found.map(({ uid }) => uid);
}

type QueryAnswer = {
  results?: Record<string, { error?: string; frames?: { data: { values: unknown[][] } }[] }>;
};

/** Its back end asks the data source, as for a browser; undefined where there is an answer. */
export async function askGrafana(
  grafanaUrl: string,
  { refId, expr, instant }: Target,
  { fromSeconds, toSeconds }: Span,
): Promise<string | undefined> {
  const query = {
    ...{ refId, expr, instant, range: !instant, intervalMs: 2000, maxDataPoints: 1000 },
    datasource: { type: 'prometheus', uid: 'prom' },
  };
  const [from, to] = [fromSeconds, toSeconds].map((seconds) => String(Math.round(seconds * 1000)));
  const response = await fetch(`${grafanaUrl}/api/ds/query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ queries: [query], from, to }),
  });
  const { results = {} } = (await response.json()) as QueryAnswer;
  const { error, frames = [] } = results[refId] ?? {};
  if (!response.ok || error) return `${response.status} ${error ?? ''}`.trim();
  // An instant answer is as of the end of the span: by then a step's own series may be over.
  const hasValues = frames.some(({ data }) => (data.values[0]?.length ?? 0) > 0);
  return hasValues || instant ? undefined : 'no data';
}

/** For a person to look at: one for each dashboard, in .lab/screenshots. */
export async function takeScreenshots(grafanaUrl: string, { fromSeconds, toSeconds }: Span) {
  if (chromiumPath === undefined) return;
  const folder = join(rootDir, '.lab/screenshots');
  mkdirSync(folder, { recursive: true });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 2400 } });
    for (const { uid } of dashboards) {
      const span = `from=${Math.round(fromSeconds * 1000)}&to=${Math.round(toSeconds * 1000)}`;
      await page.goto(`${grafanaUrl}/d/${uid}?kiosk&${span}`);
      await page.waitForLoadState('networkidle').catch(() => undefined);
      await page.screenshot({ path: join(folder, `${uid}.png`) });
    }
  } finally {
    await browser.close();
  }
}
