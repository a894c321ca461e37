// What may happen to a night, and what becomes of a regression that somebody accepts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendToHistory, historyFile, readHistory } from '../lab/results/history';
import { dayOf, nightFixture, seriesFixture } from '../lab/results/night.fixture';
import type { NightChange } from '../lab/results/night-schema';
import { listRunIds, RunFolder } from '../lab/results/run-folder';
import { FEWEST_BLOCKS } from '../lab/statistics/contrast';
import { allGone, type Lab } from './lab-process';
import { NightLab, planted, revisions } from './nightly-stage';

let nights: NightLab;
let lab: Lab;
beforeAll(async () => {
  nights = await NightLab.create(FEWEST_BLOCKS);
  lab = nights.lab;
});
afterAll(() => lab.remove());

describe('a night', () => {
  const last = () => RunFolder.open(lab.resultsDir, listRunIds(lab.resultsDir).at(-1)).run;
  const lines = () => readFileSync(historyFile(lab.resultsDir), 'utf8').split('\n').length;

  it('that is recorded already is refused before anything is measured', async () => {
    const night = '2026-02-20';
    await appendToHistory(lab.resultsDir, nightFixture(night, { series: [] }));
    const runs = listRunIds(lab.resultsDir).length;
    const { code, stderr } = await nights.start(night).ended;
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
      const running = nights.start('2026-03-01');
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
    const running = nights.start('2026-03-02');
    await running.prints(/warmup/);
    // Held where it is: on a slow machine it would be over before the other has begun.
    running.signal('SIGSTOP');
    const { code, stderr } = await nights.start('2026-03-03').ended;
    running.signal('SIGCONT');
    expect(stderr).toMatch(/Another night is being measured/);
    expect(code).toBe(5);
    running.signal('SIGTERM');
    await running.ended;
  });

  it('that was missed is made up for by the scheduler, once, also after a restart', async () => {
    // Twelve hours away: a night that fell due meanwhile would be another.
    const at = `17 ${(new Date().getUTCHours() + 12) % 24} * * *`;
    const scheduler = () =>
      lab.start('scheduler', '--at', at, '--', '--quick', '--config', nights.configFile);
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
      const revision = day === 1 ? revisions.before : revisions.planted;
      await appendToHistory(results, nightFixture(dayOf(day), { revision, series: [series] }));
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
