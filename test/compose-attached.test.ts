// The lab in its container: what it sees of the others without a way to the engine, and what it resets.
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { findingsOf } from '../lab/experiments/conclude';
import { listRunIds, RunFolder } from '../lab/results/run-folder';
import { appNames } from '../lab/runtime/subject';
import { engineProblem, Stack } from './compose-stack';
import { projectNamed } from './container-projects';

const problem = engineProblem();
if (problem === undefined) describe('the lab in its container', onEngine);
else test('the lab in its container', (context) => context.skip(problem));

function onEngine(): void {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.open({ results: 'results-of-attached' });
    await stack.up(['postgres', ...appNames, 'prometheus']);
  }, 300_000);

  const runInside = async (...args: string[]): Promise<RunFolder> => {
    const command = ['run', '--rm', '--no-TTY', '--use-aliases', 'lab', 'run', ...args];
    // 4: every step void, a true answer on a busy machine.
    await stack.compose(...command, '--quick', '--runtime', 'attached').catch((error) => {
      if (error.exitCode !== 4) throw error;
    });
    return RunFolder.open(stack.resultsDir);
  };

  test('resets the database, keeps the shop’s books, and sees PostgreSQL’s CPU', async () => {
    await stack.psql('headroom_django', 'CREATE TABLE left_behind ()');
    const folder = await runInside('shop', '--app', 'django');
    const left = "SELECT coalesce(to_regclass('left_behind')::text, 'gone')";
    expect(await stack.psql('headroom_django', left)).toBe('gone');
    const found = findingsOf(folder).trials.at(-1);
    expect(found?.books).toMatchObject({ discrepancies: [] });
    // Pools that were cut off with the old database are whole again before the load begins.
    for (const { name, failed, wrongBodies } of found?.steps ?? []) {
      expect(failed + wrongBodies, name).toBe(0);
    }
    const [trial] = folder.trials();
    const [first, last] = [trial?.server?.usage.at(0), trial?.server?.usage.at(-1)];
    expect(last?.database ?? 0).toBeGreaterThan(first?.database ?? Infinity);
    expect(last?.subject ?? 0).toBeGreaterThan(first?.subject ?? Infinity);
    for (const { busy, own } of last?.cores ?? []) {
      expect(own).toBeGreaterThan(0);
      expect(own).toBeLessThan(busy);
    }
    const watched = trial?.server?.coreSets?.length ?? 0;
    expect(watched).toBeGreaterThan(0);
    expect(last?.cores).toHaveLength(watched);
  }, 240_000);

  test('sees a stranger on the subject’s core, and the step is void for it', async () => {
    const [core = '0'] = (await stack.shell('express', 'cat /placement/subject')).split(',');
    const burn = 'timeout 60 sh -c "while :; do :; done"';
    const name = projectNamed('stranger');
    const stranger = execa('docker', [
      ...['run', '--rm', '--name', name, '--network', 'none', '--cpuset-cpus', core],
      ...['--entrypoint', 'sh', 'postgres:18-trixie', '-c', burn],
    ]).catch(() => undefined);
    const folder = await runInside('concurrency', '--app', 'express').finally(async () => {
      await execa('docker', ['rm', '--force', name], { reject: false });
      await stranger;
    });
    const steps = findingsOf(folder).trials.flatMap((trial) => trial.steps);
    const checks = steps.map(({ validity }) =>
      validity.checks.find(({ name }) => name === 'others on subject cores'),
    );
    expect(checks.length).toBeGreaterThan(0);
    for (const check of checks) expect(check).toMatchObject({ outcome: 'broken' });
    expect(listRunIds(stack.resultsDir).length).toBeGreaterThan(1);
  }, 240_000);
}
