// A regression planted in a real app, found by real nights: reported once, open the night after, closed
// when it is fixed. Then what may happen to a night.
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyView, type SeriesView } from '../lab/experiments/nightly/history-view';
import { rootDir } from '../lab/paths';
import { appendToHistory, historyFile, readHistory } from '../lab/results/history';
import { dayOf, nightFixture, seriesFixture } from '../lab/results/night.fixture';
import type { NightChange, NightEntry } from '../lab/results/night-schema';
import { listRunIds, RunFolder } from '../lab/results/run-folder';
import { allGone, type Finished, Lab } from './lab-process';

/**
 * Half of what one core answers, so that five milliseconds more do not drown it. The machine that
 * runs the tests may change its own speed by a tenth between two nights, which a night reports as the
 * change that it is; what is planted multiplies the CPU per request, so less is left alone here.
 */
const config = `
budgetMinutes: 5
minimumEffect: 50 %
heartbeatDays: 7
mostVoidShare: 0.9
fixedRate: { trials: 1, warmupSeconds: 1, stepSeconds: 3 }
measure:
  - { app: express, workload: db, rateRps: 60 }
`;
const planted = 'express/default/db/cpu';
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

/** A night on a machine so busy that its trials are void is measured on the next date. */
async function measure(
  nights: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Finished & { entry: NightEntry }> {
  for (const night of nights) {
    const finished = await start(night, env, '--json').ended;
    if (finished.code !== 4) return { ...finished, entry: JSON.parse(finished.stdout) };
  }
  throw new Error(`every trial of ${nights} was void`);
}

const seriesOf = (entry: NightEntry) => {
  const series = entry.series.find(({ metric }) => metric === 'cpu');
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
  beforeAll(async () => {
    await execa(
      process.execPath,
      ['--require', 'ts-node/register', join(rootDir, 'test/many-nights.ts'), configFile],
      {
        ...{ cwd: rootDir, env: lab.env, extendEnv: false },
        ...{ stdin: 'ignore', stdout: 'ignore', stderr: 'inherit' },
      },
    );
  }, 400_000);

  it('follow ten nights of real values, and two real nights that are judged and raise nothing', () => {
    const { nights } = readHistory(lab.resultsDir);
    const valid = nights.filter(({ status }) => status === 'valid');
    expect(valid).toHaveLength(12);
    expect(new Set(valid.map(({ revision }) => revision))).toEqual(new Set([revisions.before]));
    expect(new Set(valid.flatMap((entry) => seriesOf(entry).values)).size).toBeGreaterThan(3);
    for (const entry of valid.slice(-2)) {
      expect(['quiet', 'unconfirmed'], entry.night).toContain(seriesOf(entry).state);
    }
  });

  it('are found the same night: exit 3, the revision named, a message sent', async () => {
    const env = { HEADROOM_PLANTED_WORK_MS: '5', HEADROOM_REVISION: revisions.planted };
    const { code, entry } = await measure(['2026-02-01', '2026-02-02', '2026-02-03'], env);
    expect(code).toBe(3);
    expect(seriesOf(entry)).toMatchObject({
      state: 'changed',
      change: {
        direction: 'regression',
        night: entry.night,
        revision: revisions.planted,
        revisionBefore: revisions.before,
      },
    });
    // Its measurement and two re-runs; more where two were not sure.
    expect([3, 5, 7]).toContain(seriesOf(entry).values.length);
    expect(linesAbout('Regression')).toHaveLength(1);
    expect(linesAbout('Regression')[0]).toMatch(/revision b{12}, after a{12}/);
    // The run of its trials says why.
    expect(RunFolder.open(lab.resultsDir, entry.run).run.runtime.caveats).toContainEqual(
      expect.stringMatching(/regression is planted/),
    );
  }, 200_000);

  it('are not reported again the night after, which still exits with 3', async () => {
    const env = { HEADROOM_PLANTED_WORK_MS: '5', HEADROOM_REVISION: revisions.planted };
    const { code, entry } = await measure(['2026-02-04', '2026-02-05', '2026-02-06'], env);
    expect(seriesOf(entry).state).toBe('open');
    expect(code).toBe(3);
    expect(linesAbout('Regression')).toHaveLength(1);
  }, 200_000);

  it('are reported as fixed by themselves', async () => {
    const env = { HEADROOM_REVISION: revisions.fixed };
    const { code, entry } = await measure(['2026-02-07', '2026-02-08', '2026-02-09'], env);
    expect(seriesOf(entry).state).toBe('mended');
    expect(code).toBe(isOpen(entry) ? 3 : 0);
    expect(linesAbout('Fixed')).toHaveLength(1);
  }, 200_000);

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
    const { nights } = readHistory(lab.resultsDir);
    const night = nights.findLast(({ status }) => status === 'valid')?.night ?? '';
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
    await second.prints(/ended with [0-4]\./, 90);
    second.signal('SIGTERM');
    expect((await second.ended).code).toBe(0);
    expect(readHistory(lab.resultsDir).nights.at(-1)?.night).toBe(night);

    const third = scheduler();
    await third.prints(/The next night begins at/);
    third.signal('SIGTERM');
    expect((await third.ended).stderr).not.toMatch(/missed/);
  }, 200_000);

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

  it('keeps its messages in a file too', () => {
    expect(existsSync(join(lab.resultsDir, 'notifications.log'))).toBe(true);
  });
});

describe('an acknowledged regression', () => {
  it('is the new baseline: the history has who, when and why', async () => {
    const results = join(lab.folder, 'acknowledged');
    const change: NightChange = {
      night: dayOf(12),
      revision: revisions.planted,
      nightBefore: dayOf(11),
      revisionBefore: revisions.before,
      ...{ before: 0.001, after: 0.002, effect: 1, p: 0.001, direction: 'regression' },
    };
    for (let day = 1; day <= 12; day += 1) {
      const series = seriesFixture({
        workload: 'db',
        ...(day === 12 && { values: [0.002, 0.002, 0.002], state: 'changed', change }),
      });
      await appendToHistory(results, nightFixture(dayOf(day), { series: [series] }));
    }
    const elsewhere = lab.with({ HEADROOM_RESULTS: results });
    expect((await elsewhere.run('history')).stdout).toMatch(/OPEN REGRESSION since/);
    const accepted = ['history', 'accept', planted, '--who', 'Ada', '--why', 'the new logger'];
    expect(await elsewhere.run(...accepted)).toMatchObject({ code: 0 });
    expect(readHistory(results).entries.at(-1)).toMatchObject({
      ...{ type: 'acceptance', series: planted, night: dayOf(12) },
      ...{ who: 'Ada', why: 'the new logger' },
    });
    const { stdout } = await elsewhere.run('history');
    expect(stdout).toMatch(/Not judged yet: 9 nights missing/);
    expect(stdout).toMatch(/regression, accepted/);
    expect((await elsewhere.run(...accepted)).stderr).toMatch(/has no open regression/);
  });

  it('needs a reason', async () => {
    const reasonless = await lab.run('history', 'accept', planted);
    expect(reasonless).toMatchObject({ code: 2 });
    expect(reasonless.stderr).toMatch(/--why/);
  });
});
