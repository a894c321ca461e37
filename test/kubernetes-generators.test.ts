// `--generators 2 --runtime kubernetes`: two pods of a Job share a load, and are measured as one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findingsOf } from '../lab/experiments/conclude';
import { RunFolder } from '../lab/results/run-folder';
import { describeOnCluster } from './on-cluster';

describeOnCluster('two generators of a Job', (on) => {
  const shared = [
    ...['run', 'concurrency', '--app', 'express', '--workload', 'json'],
    ...['--generators', '2', '--runtime', 'kubernetes'],
  ];

  test('have the quantiles of the raw samples of both, and leave no Job', async () => {
    const { code, stderr } = await on.lab.run(...shared, '--quick');
    expect([0, 4], stderr).toContain(code);
    const folder = RunFolder.open(on.lab.resultsDir);
    const [trial] = folder.trials();
    if (trial === undefined) throw new Error('there is no trial');
    expect(trial.generators?.map(({ ending }) => ending.code)).toEqual([0, 0]);
    const raw = [1, 2].map((number) =>
      JSON.parse(
        readFileSync(join(folder.trialPath(trial.number), `latencies-${number}.json`), 'utf8'),
      ),
    );
    for (const { name, requests, latencyMs } of trial.summary?.steps ?? []) {
      const all = raw.flatMap(({ steps }): number[] => steps[name] ?? []).sort((a, b) => a - b);
      expect(all.length, name).toBe(latencyMs?.count);
      expect(requests, name).toBe(all.length);
      const place = (all.length - 1) * 0.99;
      const [low = 0, high = 0] = [all[Math.floor(place)], all[Math.ceil(place)]];
      const exact = low + (place - Math.floor(place)) * (high - low);
      expect(Math.abs((latencyMs?.p99 ?? 0) / exact - 1), name).toBeLessThan(0.001);
    }
    const used = trial.server?.usage.findLast(({ generators }) => generators?.every(Number));
    expect(used?.generators).toHaveLength(2);
    expect((await on.cluster.objects()).filter((name) => name.startsWith('job'))).toEqual([]);
  });

  test('void the step that one of them did not live to see', async () => {
    const running = on.lab.start(...shared);
    await running.prints(/concurrency step_01/, 180);
    const index = 'batch.kubernetes.io/job-completion-index=1';
    await on.cluster.kubectl('delete', 'pods', '--selector', index, '--now', '--wait=false');
    const { code, stderr } = await running.ended;
    expect([0, 4], stderr).toContain(code);
    const folder = RunFolder.open(on.lab.resultsDir);
    const [trial] = folder.trials();
    expect(trial?.generators?.[1]?.ending).toEqual({ code: null, signal: 'SIGKILL' });
    const steps = findingsOf(folder).trials.flatMap((each) => each.steps);
    expect(steps.at(-1)?.validity).toMatchObject({
      state: 'void',
      reasons: expect.arrayContaining([
        expect.stringMatching(/^generators: generator 2 was ended by SIGKILL/),
      ]),
    });
  });
});
