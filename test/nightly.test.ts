// A regression planted in a real app, found by real nights against the last commit: suspicious in the first,
// reported in the second, closed when it is fixed.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyView, type SeriesView } from '../lab/experiments/nightly/history-view';
import { readHistory } from '../lab/results/history';
import { dayOf } from '../lab/results/night.fixture';
import type { NightEntry } from '../lab/results/night-schema';
import { RunFolder } from '../lab/results/run-folder';
import type { Finished, Lab } from './lab-process';
import { NightLab, planted, revisions } from './nightly-stage';

/** Not the fewest: to be far by more than chance takes three blocks ten of their errors, and four six. */
const blocks = 4;

let nights: NightLab;
let lab: Lab;
let server: Server;
const messages: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => {
      body += data;
    });
    request.on('end', () => {
      messages.push(JSON.parse(body).text);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  nights = await NightLab.create(blocks, {
    HEADROOM_WEBHOOK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
  });
  lab = nights.lab;
});
afterAll(() => {
  server.close();
  lab.remove();
});

/** A night on a machine so busy that its blocks are void is measured on the next date. */
let date = 0;
async function measure(env: NodeJS.ProcessEnv): Promise<Finished & { entry: NightEntry }> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    date += 1;
    const finished = await nights.start(dayOf(date), env, '--json').ended;
    if (finished.code === 4) continue;
    if (finished.stdout === '') throw new Error(finished.stderr);
    return { ...finished, entry: JSON.parse(finished.stdout) };
  }
  throw new Error('every block of three nights was void');
}

const seriesOf = (entry: NightEntry) => {
  const series = entry.series.find(({ metric }) => metric === 'cpu-ratio');
  if (series === undefined) throw new Error(`no CPU per request in the night of ${entry.night}`);
  return series;
};
const linesAbout = (kind: string) =>
  messages
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.includes(`${kind}. ${planted}`));
const isOpen = (entry: NightEntry) =>
  entry.series.some(
    ({ state, change }) =>
      state === 'open' || (state === 'changed' && change?.direction === 'regression'),
  );

describe('five milliseconds of work planted in /db', () => {
  const [before, found, fixed] = [
    { HEADROOM_REVISION: revisions.before },
    { HEADROOM_PLANTED_WORK_MS: '5', HEADROOM_REVISION: revisions.planted },
    { HEADROOM_REVISION: revisions.fixed },
  ];

  it('follow a real night against the last commit, which is judged and raises nothing', async () => {
    const { entry } = await measure(before);
    expect(seriesOf(entry).yardstick).toMatch(/^express@[0-9a-f]{40}$/);
    expect(seriesOf(entry).state).toBe('quiet');
    expect(entry.series.find(({ metric }) => metric === 'p99-ratio')?.state).toBe('recorded');
  }, 400_000);

  it('are suspicious in the first night, which wakes nobody', async () => {
    const { entry } = await measure(found);
    expect(seriesOf(entry)).toMatchObject({ state: 'suspicious', change: null });
    expect(linesAbout('Regression')).toHaveLength(0);
    // The run of its trials says why.
    expect(RunFolder.open(lab.resultsDir, entry.run).run.runtime.caveats).toContainEqual(
      expect.stringMatching(/regression is planted/),
    );
  }, 400_000);

  it('are found in the second: exit 3, the revision named, a message sent', async () => {
    const { code, entry } = await measure(found);
    expect(code).toBe(3);
    expect(seriesOf(entry)).toMatchObject({
      state: 'changed',
      change: {
        direction: 'regression',
        revision: revisions.planted,
        revisionBefore: revisions.before,
      },
    });
    expect(linesAbout('Regression')).toHaveLength(1);
    expect(linesAbout('Regression')[0]).toMatch(/revision b{12}, after a{12}/);
    const kept = readFileSync(join(lab.resultsDir, 'notifications.log'), 'utf8');
    expect(kept).toContain(`Regression. ${planted}`);
  }, 400_000);

  it('are open while one night alone is as before, and fixed by themselves with the second', async () => {
    const first = await measure(fixed);
    expect(seriesOf(first.entry).state).toBe('open');
    expect(first.code).toBe(3);
    // It was reported once.
    expect(linesAbout('Regression')).toHaveLength(1);
    const { code, entry } = await measure(fixed);
    expect(seriesOf(entry).state).toBe('mended');
    expect(code).toBe(isOpen(entry) ? 3 : 0);
    expect(linesAbout('Fixed')).toHaveLength(1);
  }, 800_000);

  it('are in the trend with the revisions on both sides, as text, JSON and a page', async () => {
    const { stdout } = await lab.run('history', planted);
    expect(stdout).toMatch(/a{12}\s+b{12}\s+regression, fixed/);
    const views: SeriesView[] = JSON.parse((await lab.run('history', '--json')).stdout);
    expect(views).toEqual(historyView(readHistory(lab.resultsDir)));
    const html = (await lab.run('history', '--html')).stdout.trim();
    expect(readFileSync(html, 'utf8')).toMatch(/regression, fixed/);
  });
});
