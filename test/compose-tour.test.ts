// What a person sees after `docker compose up`: a tour that makes itself, and dashboards full of it.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { dashboards } from '../grafana/src/catalogue';
import type { Condition } from '../grafana/src/model';
import { findingsOf } from '../lab/experiments/conclude';
import { listRunIds, RunFolder } from '../lab/results/run-folder';
import { appNames } from '../lab/runtime/subject';
import { engineProblem, grafanaProblem, Stack, until } from './compose-stack';
import { askGrafana, servedDashboards, takeScreenshots } from './grafana-answers';
import { expectJudgedAsDocumented } from './judged-checks';
import { askPanels, renderAnswers, unanswered } from './panel-answers';

const problem = engineProblem();
if (problem === undefined) describe('the composition', onEngine);
else test('the composition', (context) => context.skip(problem));

function onEngine(): void {
  let stack: Stack;
  /** run.json of the tour. */
  let record: string;

  beforeAll(async () => {
    stack = await Stack.open();
    await stack.up(await stack.services());
  }, 300_000);

  test('tours by itself, and goes on serving its metrics', async () => {
    record = await until('the tour is complete', 180, async () => {
      const run = listRunIds(stack.resultsDir).at(-1);
      if (run === undefined) return undefined;
      const file = join(stack.resultsDir, run, 'run.json');
      const { status } = JSON.parse(readFileSync(file, 'utf8'));
      // Void is an honest end too: on a busy machine every step of a subject may be.
      return ['complete', 'void'].includes(status) ? file : undefined;
    });
    const { Config, State, RestartCount } = await stack.container('lab');
    expect(`${statSync(record).uid}`, 'owner of the results').toBe(Config.User?.split(':')[0]);
    expect(
      { RestartCount, health: State.Health?.Status },
      `the lab's container; its log:\n${await stack.compose('logs', '--no-log-prefix', 'lab')}`,
    ).toEqual({ RestartCount: 0, health: 'healthy' });
    // A scrape that came late leaves a gap of one interval.
    await until('the exporter sees the database', 20, async () =>
      (await stack.query('pg_up'))[0] === 1 ? true : undefined,
    );
    const loaded = 'count by (app) (last_over_time(k6_http_reqs_total[15m]))';
    expect(await stack.query(loaded), 'apps that k6 wrote series of').toHaveLength(2);
    const [trial] = RunFolder.open(stack.resultsDir).trials();
    expect(trial?.server?.hiccups, 'stalls of the generator’s cores').toBeDefined();
    expect(trial?.server?.incidents).toEqual([]);
  }, 200_000);

  test('judges what it judges natively, and ends its log with what it found', async () => {
    const folder = RunFolder.open(stack.resultsDir);
    expectJudgedAsDocumented(folder, 'docker compose up');
    const said = findingsOf(folder).sentences;
    expect(said.length).toBeGreaterThan(0);
    // They follow the report, which is written when the run has ended.
    await until('the log ends with the answer', 60, async () => {
      const log = await stack.compose('logs', '--no-log-prefix', '--no-color', 'lab');
      const last = log.trimEnd().split('\n').slice(-said.length);
      return last.every((line, index) => line.includes(said[index] ?? '')) ? true : undefined;
    });
  });

  test('answers every query of every dashboard, except of what this machine lacks', async () => {
    const endedAtSeconds = statSync(record).mtimeMs / 1000;
    const answers = await askPanels(await stack.urlOf('prometheus', 9090), {
      fromSeconds: endedAtSeconds - 180,
      toSeconds: Math.min(Date.now() / 1000, endedAtSeconds + 20),
    });
    console.log(renderAnswers(answers));
    const absent: Condition[] = [
      'pressure',
      'night',
      'answer',
      'finding',
      'alert',
      'event',
      'failure',
      'checks',
      'exhibit',
    ];
    expect(unanswered(answers, absent)).toEqual([]);
  }, 60_000);

  test('Grafana image: Grafana serves every dashboard, and answers what Prometheus does', async (context) => {
    const reason = grafanaProblem();
    context.skip(reason !== undefined, reason);
    const url = await stack.urlOf('grafana', 3000);
    const endedAtSeconds = statSync(record).mtimeMs / 1000;
    const span = { fromSeconds: endedAtSeconds - 180, toSeconds: endedAtSeconds };
    expect(await servedDashboards(url)).toEqual(
      expect.arrayContaining(dashboards.map(({ uid }) => uid)),
    );
    const answers = await askPanels(await stack.urlOf('prometheus', 9090), span);
    const silent: string[] = [];
    for (const answer of answers.filter(({ outcome }) => outcome === 'answered')) {
      const problem = await askGrafana(url, answer, span);
      if (problem) silent.push(`${answer.dashboard} > ${answer.panel} ${answer.refId}: ${problem}`);
    }
    expect(silent).toEqual([]);
    await takeScreenshots(url, span);
  }, 300_000);

  test.each(appNames)('loads %s with k6 on demand', async (app) => {
    const printed = await stack.compose(
      ...['run', '--rm', '--env', `HEADROOM_APP=${app}`, 'k6', 'run', 'scenarios/smoke.ts'],
    );
    expect(printed).toMatch(/checks_succeeded\.+: 100\.00%/);
  });

  test('takes two k6 by hand at once for two runs', async () => {
    const runs = 'count by (run) (last_over_time(k6_http_reqs_total{run=~"by-hand.*"}[15m]))';
    const before = (await stack.query(runs)).length;
    const smoke = () => stack.compose('run', '--rm', 'k6', 'run', '--quiet', 'scenarios/smoke.ts');
    await Promise.all([smoke(), smoke()]);
    await until('both are there', 20, async () =>
      (await stack.query(runs)).length === before + 2 ? true : undefined,
    );
  }, 120_000);
}
