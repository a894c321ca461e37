// `lab scale --by replicas --runtime kubernetes`: each level has as many pods, each with its share of a CPU.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunFolder } from '../lab/results/run-folder';
import { stepResults } from '../lab/results/trial/steps';
import { ClusterLab, clusterProblem } from './kubernetes-cluster';
import type { Lab } from './lab-process';

const problem = clusterProblem();
if (problem === undefined) describe('scaling on a cluster', onCluster);
else test('scaling on a cluster', (context) => context.skip(problem));

function onCluster(): void {
  let cluster: ClusterLab;
  let lab: Lab;

  beforeAll(async () => {
    cluster = await ClusterLab.shared();
    lab = await cluster.lab();
  });
  afterAll(() => lab?.remove());

  test('by replicas gives each level as many pods, each with its part of what one may use', async () => {
    const running = lab.start(
      ...['scale', '--app', 'express', '--by', 'replicas', '--levels', '1,3', '--quick'],
      ...['--workload', 'json', '--runtime', 'kubernetes'],
    );
    const seen = new Map<number, Set<string>>();
    let isOver = false;
    void running.ended.then(() => {
      isOver = true;
    });
    try {
      while (!isOver) {
        const { spec } = await cluster.deployment('express');
        const { replicas = 1, template } = spec;
        const cpu = template.spec.containers[0]?.resources?.limits?.cpu ?? 'none';
        seen.set(replicas, (seen.get(replicas) ?? new Set()).add(cpu));
        // Often enough for a level, and no load beside the measurement.
        await sleep(500);
      }
    } finally {
      running.signal('SIGTERM');
      await running.ended;
    }
    const { code, stderr } = await running.ended;
    expect([0, 4], stderr).toContain(code);
    // Three together may use what one may: a CPU.
    for (const level of [1, 3]) expect([...(seen.get(level) ?? [])]).toContain('330m');
    const folder = RunFolder.open(lab.resultsDir);
    expect(folder.run.subjects.map(({ replicas, cpus }) => [replicas, cpus])).toEqual([
      [1, 0.33],
      [3, 0.33],
    ]);
    for (const trial of folder.trials()) {
      for (const { name, failed, validity } of stepResults(trial)) {
        expect(failed, name).toBe(0);
        const checked = validity.checks.map((check) => check.name);
        expect(checked).toContain('generator throttled');
      }
    }
  });
}
