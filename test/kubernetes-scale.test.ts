// `lab scale --by replicas|cpus --runtime kubernetes`: how many pods each level has, and how much CPU each of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RunFolder } from '../lab/results/run-folder';
import { stepResults } from '../lab/results/trial/steps';
import { describeOnCluster } from './on-cluster';

describeOnCluster('scaling on a cluster', (on) => {
  test.each([
    // Three together may use what one may: a CPU.
    {
      by: 'replicas',
      levels: '1,3',
      limits: ['1 of 330m', '3 of 330m'],
      had: [
        [1, 0.33],
        [3, 0.33],
      ],
    },
    {
      by: 'cpus',
      levels: '0.2,0.4',
      limits: ['1 of 200m', '1 of 400m'],
      had: [
        [1, 0.2],
        [1, 0.4],
      ],
    },
  ])('by $by gives each level its pods, and each of them its limit', async (level) => {
    const { by, levels, limits, had } = level;
    const running = on.lab.start(
      ...['scale', '--app', 'express', '--by', by, '--levels', levels, '--quick'],
      ...['--workload', 'json', '--runtime', 'kubernetes'],
    );
    const seen = new Set<string>();
    let isOver = false;
    void running.ended.then(() => {
      isOver = true;
    });
    try {
      while (!isOver) {
        const { spec } = await on.cluster.deployment('express');
        const { replicas = 1, template } = spec;
        const cpu = template.spec.containers[0]?.resources?.limits?.cpu ?? 'none';
        seen.add(`${replicas} of ${cpu}`);
        // Often enough for a level, and no load beside the measurement.
        await sleep(500);
      }
    } finally {
      running.signal('SIGTERM');
      await running.ended;
    }
    const { code, stderr } = await running.ended;
    expect([0, 4], stderr).toContain(code);
    expect([...seen]).toEqual(expect.arrayContaining(limits));
    const folder = RunFolder.open(on.lab.resultsDir);
    expect(folder.run.subjects.map(({ replicas, cpus }) => [replicas, cpus])).toEqual(had);
    for (const trial of folder.trials()) {
      for (const { name, failed, validity } of stepResults(trial)) {
        expect(failed, name).toBe(0);
        const checked = validity.checks.map((check) => check.name);
        expect(checked).toContain('generator throttled');
      }
    }
  });
});
