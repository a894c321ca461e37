// A main process that is killed is started again by Docker, and all is well after.
import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { listRunIds } from '../lab/results/run-folder';
import { appNames } from '../lab/runtime/subject';
import { engineProblem, killMainProcess, Stack, until } from './compose-stack';

const problem = engineProblem();
if (problem === undefined) describe('a main process that is killed is started again', onEngine);
else test('a main process that is killed is started again', (context) => context.skip(problem));

function onEngine(): void {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.open({ results: 'results-of-restarts' });
    await stack.up(['postgres', ...appNames, 'prometheus']);
  }, 300_000);

  const killed = async (service: string) => {
    const before = await stack.container(service);
    await killMainProcess(before);
    await until(`${service} is healthy again`, 60, async () => {
      const { RestartCount, State } = await stack.container(service);
      const isBack = RestartCount > before.RestartCount && State.Health?.Status === 'healthy';
      return isBack ? true : undefined;
    });
  };
  const answers = (app: string) =>
    until(`${app} reads its database`, 30, async () => {
      const response = await fetch(`${await stack.urlOf(app, 8080)}/db`);
      return response.ok ? true : undefined;
    });

  test.each(appNames)(
    '%s',
    async (app) => {
      await killed(app);
      await answers(app);
    },
    120_000,
  );

  test('postgres', async () => {
    await killed('postgres');
    for (const app of appNames) await answers(app);
  }, 180_000);

  test('prometheus, which keeps what it knew', async () => {
    // The first of its processes that it has samples of: if they were lost, that would be the new one.
    const first = 'min_over_time(process_start_time_seconds{job="prometheus"}[15m])';
    const before = await until('Prometheus knows itself', 30, async () => {
      const [startedAt] = await stack.query(first);
      return startedAt;
    });
    await killed('prometheus');
    await until('Prometheus knows itself again', 30, async () => {
      const [startedAt] = await stack.query('process_start_time_seconds{job="prometheus"}');
      return startedAt !== undefined && startedAt > before ? true : undefined;
    });
    expect(await stack.query(first)).toEqual([before]);
  }, 120_000);

  test('lab, which tours again', async () => {
    mkdirSync(stack.resultsDir, { recursive: true });
    await stack.up([...appNames, 'prometheus', 'lab']);
    await until('the tour has begun', 60, async () =>
      listRunIds(stack.resultsDir).length === 1 ? true : undefined,
    );
    await killed('lab');
    await until('it tours again', 60, async () =>
      listRunIds(stack.resultsDir).length === 2 ? true : undefined,
    );
    await stack.compose('stop', 'lab');
  }, 180_000);
}
