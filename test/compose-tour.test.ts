// What a person sees after `docker compose up`: a tour that makes itself, and dashboards full of it.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Condition } from '../grafana/src/model';
import { RunFolder } from '../lab/results/run-folder';
import { appNames } from '../lab/runtime/subject';
import { engineProblem, Stack, until } from './compose-stack';
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
      const run = readdirSync(stack.resultsDir).sort().at(-1);
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

  test('answers every query of every dashboard, except of what this machine lacks', async () => {
    const endedAtSeconds = statSync(record).mtimeMs / 1000;
    const answers = await askPanels(await stack.urlOf('prometheus', 9090), {
      fromSeconds: endedAtSeconds - 180,
      toSeconds: Math.min(Date.now() / 1000, endedAtSeconds + 20),
    });
    console.log(renderAnswers(answers));
    const absent: Condition[] = [
      'native',
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

  test.each(appNames)('loads %s with k6 on demand', async (app) => {
    const printed = await stack.compose(
      ...['run', '--rm', '--env', `HEADROOM_APP=${app}`, 'k6', 'run', 'scenarios/smoke.ts'],
    );
    expect(printed).toMatch(/checks_succeeded\.+: 100\.00%/);
  });
}
