// The nights of `docker compose --profile nightly up`: one that was missed is made up for, is partial
// when the container is stopped in its middle, and is measured when it comes back.
import { chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendToHistory, historyFile, readHistory } from '../lab/results/history';
import { nightFixture } from '../lab/results/night.fixture';
import { listRunIds, RunFolder } from '../lab/results/run-folder';
import { containersUser, engineProblem, Stack, until } from './compose-stack';
import { projectNamed, removeProjects } from './container-projects';

const nightOf = (seconds: number) => `
budgetMinutes: 10
minimumEffect: 3 %
heartbeatDays: 7
mostVoidShare: 0.9
turns: { blocks: 3, warmupSeconds: 1, seconds: ${seconds} }
measure:
  - { app: express, workload: db, rateRps: 60 }
`;

const problem = engineProblem();
if (problem === undefined) describe('the nightly container', onCompose);
else test('the nightly container', (context) => context.skip(problem));

function onCompose(): void {
  const project = projectNamed('nights');
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.open({
      settings: {
        HEADROOM_REVISION: 'a'.repeat(40),
        HEADROOM_NIGHTLY_FLAGS: '--config /results/nightly.yaml',
      },
      project,
    });
    // There has been a night before, so that one was missed since.
    mkdirSync(stack.resultsDir);
    // Longer than a second lab takes to start, on any machine.
    declare(120);
    await appendToHistory(stack.resultsDir, nightFixture('2026-01-01'));
    giveTo(containersUser);
    await stack.up(['nightly']);
  }, 300_000);

  afterAll(() => removeProjects((name) => name === project), 60_000);

  const declare = (seconds: number) =>
    writeFileSync(join(stack.resultsDir, 'nightly.yaml'), nightOf(seconds));

  const giveTo = (user: number) => {
    for (const name of ['.', ...readdirSync(stack.resultsDir)]) {
      chownSync(join(stack.resultsDir, name), user, process.getgid?.() || user);
    }
  };

  const says = (what: RegExp, timeoutSeconds = 60) =>
    until(`the scheduler says ${what}`, timeoutSeconds, async () => {
      const log = await stack.compose('logs', '--no-color', '--no-log-prefix', 'nightly');
      return what.exec(log) ?? undefined;
    });
  const lastRun = () => RunFolder.open(stack.resultsDir, listRunIds(stack.resultsDir).at(-1)).run;
  const nights = () => readHistory(stack.resultsDir).nights;

  test('makes up for the night that was missed, and for no second one at once', async () => {
    await says(/The night of \S+ was missed; it is measured now/);
    await says(/warmup/);
    const lab = ['node', '--require', 'ts-node/register', 'lab/main.ts'];
    const flags = ['--runtime', 'attached', '--config', '/results/nightly.yaml'];
    const second = stack.compose('exec', '-T', 'nightly', ...lab, 'nightly', ...flags);
    await expect(second).rejects.toThrow(/Another night is being measured/);
  }, 120_000);

  test('leaves a partial night and no line when it is stopped, in time', async () => {
    await stack.compose('stop', 'nightly');
    expect((await stack.container('nightly')).State.ExitCode).toBe(0);
    await says(/The night of \S+ ended with 130/);
    expect(lastRun()).toMatchObject({ kind: 'nightly', status: 'partial' });
    expect(nights().map(({ night }) => night)).toEqual(['2026-01-01']);
  }, 60_000);

  test('measures it once it is back, on a reset database, and appends it to the history', async () => {
    declare(2);
    await stack.psql('headroom_express', 'CREATE TABLE left_behind ()');
    await stack.compose('start', 'nightly');
    // Void on a busy machine, and counted as a night all the same.
    const [, night] = (await says(/The night of (\S+) ended with [04]\./, 300)) ?? [];
    const last = nights().at(-1);
    expect(last).toMatchObject({ night, revision: 'a'.repeat(40), run: lastRun().id });
    expect(lastRun().runtime.kind).toBe('attached');
    const left = "SELECT coalesce(to_regclass('left_behind')::text, 'gone')";
    expect(await stack.psql('headroom_express', left)).toBe('gone');
    expect(lastRun().status).toBe(last?.status === 'void' ? 'void' : 'complete');
    expect(statSync(historyFile(stack.resultsDir)).uid).toBe(containersUser);
  }, 360_000);
}
