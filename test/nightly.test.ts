// A regression planted in a real app, found by real nights against the last commit: suspicious in the first,
// reported in the second, closed when it is fixed. Then what may happen to a night.
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyView, type SeriesView } from '../lab/experiments/nightly/history-view';
import { appendToHistory, historyFile, readHistory } from '../lab/results/history';
import { dayOf, nightFixture, seriesFixture } from '../lab/results/night.fixture';
import type { NightChange, NightEntry } from '../lab/results/night-schema';
import { listRunIds, RunFolder } from '../lab/results/run-folder';
import { allGone, type Finished, Lab } from './lab-process';

/**
 * Half of what one core answers, so that five milliseconds more do not drown it. On a busy machine a few
 * short blocks differ by a tenth; what is planted multiplies the CPU per request, so less is left alone here.
 */
const config = `
budgetMinutes: 10
minimumEffect: 50 %
heartbeatDays: 7
mostVoidShare: 0.9
turns: { blocks: 4, warmupSeconds: 1, seconds: 2 }
measure:
  - { app: express, workload: db, rateRps: 60 }
`;
const planted = 'express/default/db/cpu-ratio';
const revisions = { before: 'a'.repeat(40), planted: 'b'.repeat(40), fixed: 'c'.repeat(40) };

let lab: Lab;
let configFile: string;
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
  lab = await Lab.create({
    HEADROOM_WEBHOOK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    HEADROOM_REVISION: revisions.before,
  });
  configFile = join(lab.folder, 'nightly.yaml');
  writeFileSync(configFile, config);
});
afterAll(() => {
  server.close();
  lab.remove();
});

const start = (night: string, env: NodeJS.ProcessEnv = {}, ...more: string[]) =>
  lab.with(env).start('nightly', '--quick', '--config', configFile, '--night', night, ...more);

/** A night on a machine so busy that its blocks are void is measured on the next date. */
let date = 0;
async function measure(env: NodeJS.ProcessEnv): Promise<Finished & { entry: NightEntry }> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    date += 1;
    const finished = await start(dayOf(date), env, '--json').ended;
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

describe('a night', () => {
  const last = () => RunFolder.open(lab.resultsDir, listRunIds(lab.resultsDir).at(-1)).run;
  const lines = () => readFileSync(historyFile(lab.resultsDir), 'utf8').split('\n').length;

  it('that is recorded already is refused before anything is measured', async () => {
    const night = '2026-02-20';
    await appendToHistory(lab.resultsDir, nightFixture(night, { series: [] }));
    const runs = listRunIds(lab.resultsDir).length;
    const { code, stderr } = await start(night).ended;
    expect(stderr).toMatch(new RegExp(`has the night of ${night} already`));
    expect(code).toBe(2);
    expect(listRunIds(lab.resultsDir)).toHaveLength(runs);
  });

  it.each([
    ['SIGKILL', null],
    ['SIGTERM', 130],
  ] as const)(
    'that is ended by %s is partial, and no line in the history',
    async (signal, code) => {
      const before = lines();
      const running = start('2026-03-01');
      await running.prints(/step_01/);
      const children = lab.children();
      running.signal(signal);
      expect((await running.ended).code).toBe(code);
      expect(await allGone(children)).toBe(true);
      expect(last()).toMatchObject({ kind: 'nightly', status: 'partial' });
      expect(lines()).toBe(before);
    },
  );

  it('is never measured twice at once', async () => {
    const running = start('2026-03-02');
    await running.prints(/warmup/);
    // Held where it is: on a slow machine it would be over before the other has begun.
    running.signal('SIGSTOP');
    const { code, stderr } = await start('2026-03-03').ended;
    running.signal('SIGCONT');
    expect(stderr).toMatch(/Another night is being measured/);
    expect(code).toBe(5);
    running.signal('SIGTERM');
    await running.ended;
  });

  it('that was missed is made up for by the scheduler, once, also after a restart', async () => {
    const scheduler = () => lab.start('scheduler', '--', '--quick', '--config', configFile);
    const first = scheduler();
    const [, night = ''] = await first.prints(/The night of (\S+) was missed/);
    await first.prints(/step_01/);
    first.signal('SIGTERM');
    expect((await first.ended).stderr).toMatch(/ended with 130/);
    expect(last().status).toBe('partial');

    const second = scheduler();
    await second.prints(new RegExp(`The night of ${night} was missed`));
    await second.prints(/ended with [0-4]\./, 300);
    second.signal('SIGTERM');
    expect((await second.ended).code).toBe(0);
    expect(readHistory(lab.resultsDir).nights.at(-1)?.night).toBe(night);

    const third = scheduler();
    await third.prints(/The next night begins at/);
    third.signal('SIGTERM');
    expect((await third.ended).stderr).not.toMatch(/missed/);
  }, 600_000);

  it('begins when it is due', async () => {
    const dueIn = async (seconds: number) => {
      // The clock's next seconds: as a pattern with a field for them.
      const due = new Date(Date.now() + 1000 * seconds);
      const at = `${due.getUTCSeconds()} ${due.getUTCMinutes()} ${due.getUTCHours()} * * *`;
      const scheduler = lab.start('scheduler', '--at', at, '--', '--night', 'nonsense');
      const [, next = ''] = await scheduler.prints(/The next night begins at (\S+)\./);
      return { scheduler, isToday: Date.parse(next) <= due.getTime() };
    };
    let { scheduler, isToday } = await dueIn(8);
    if (!isToday) {
      // On a slow machine it is up too late for that, and would wait until tomorrow.
      scheduler.signal('SIGTERM');
      await scheduler.ended;
      ({ scheduler, isToday } = await dueIn(60));
    }
    expect(isToday).toBe(true);
    await scheduler.prints(/The night of \S+ ended with 2\./, 120);
    scheduler.signal('SIGTERM');
    expect((await scheduler.ended).code).toBe(0);
  }, 300_000);
});

describe('an acknowledged regression', () => {
  it('is the new yardstick: the history has who, when and why', async () => {
    const results = join(lab.folder, 'acknowledged');
    const yardstick = `express@${revisions.before}`;
    const change: NightChange = {
      night: dayOf(2),
      revision: revisions.planted,
      nightBefore: dayOf(1),
      revisionBefore: revisions.before,
      ...{ before: 1, after: 2, effect: 1, p: 0.001, direction: 'regression' },
    };
    for (let day = 1; day <= 3; day += 1) {
      const series = seriesFixture({
        ...{ workload: 'db', yardstick, values: [day === 1 ? 1 : 2] },
        ...(day === 2 && { state: 'suspicious' }),
        ...(day === 3 && { state: 'changed', change }),
      });
      await appendToHistory(results, nightFixture(dayOf(day), { series: [series] }));
    }
    const elsewhere = lab.with({ HEADROOM_RESULTS: results });
    expect((await elsewhere.run('history')).stdout).toMatch(/OPEN REGRESSION since/);
    const accepted = ['history', 'accept', planted, '--who', 'Ada', '--why', 'the new logger'];
    expect(await elsewhere.run(...accepted)).toMatchObject({ code: 0 });
    expect(readHistory(results).entries.at(-1)).toMatchObject({
      ...{ type: 'acceptance', series: planted, night: dayOf(2) },
      ...{ who: 'Ada', why: 'the new logger', yardstick: `express@${revisions.planted}` },
    });
    const { stdout } = await elsewhere.run('history');
    expect(stdout).toMatch(/regression, accepted/);
    expect((await elsewhere.run(...accepted)).stderr).toMatch(/has no open regression/);
  });

  it('needs a reason', async () => {
    const reasonless = await lab.run('history', 'accept', planted);
    expect(reasonless).toMatchObject({ code: 2 });
    expect(reasonless.stderr).toMatch(/--why/);
  });
});
