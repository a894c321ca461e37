// `lab tour --runtime kubernetes`: the cluster's own lab measures, and its run is read here.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunFolder } from '../lab/results/run-folder';
import { booksOf, stepResults } from '../lab/results/trial/steps';
import { describeOnCluster } from './on-cluster';

describeOnCluster('a tour of a cluster', (on) => {
  test('is measured there, brought here, and leaves the Deployments as they were', async () => {
    const before = await on.cluster.deployment('django');
    const { code, stdout, stderr } = await on.lab.run(
      ...['tour', 'express', 'django', '--quick', '--runtime', 'kubernetes'],
    );
    // 4: every step void, a true answer on a busy machine.
    expect([0, 4], stderr).toContain(code);
    expect(stderr).toContain(`Report: ${on.lab.resultsDir}/`);
    const folder = RunFolder.open(on.lab.resultsDir);
    expect(existsSync(join(folder.path, 'report.html'))).toBe(true);
    expect(stdout).toContain('Express');
    expect(folder.run).toMatchObject({
      runtime: { kind: 'kubernetes' },
      incidents: [],
      tools: { express: expect.stringContaining('/express:') },
    });
    for (const trial of folder.trials()) {
      for (const { name, failed, wrongBodies } of stepResults(trial)) {
        expect(wrongBodies, name).toBe(0);
        if (trial.plan.scenario === 'smoke') expect(failed, name).toBe(0);
      }
    }
    const booksOfApp = (app: string) =>
      folder.trials().flatMap((trial) => (trial.plan.app === app ? (booksOf(trial) ?? []) : []));
    const [express, django] = [booksOfApp('express'), booksOfApp('django')];
    expect(Math.min(express.length, django.length)).toBeGreaterThan(0);
    const kept = [...express, ...django];
    expect(kept.flatMap(({ discrepancies }) => discrepancies)).toEqual([]);
    // One visit in a hundred buys; a slow cluster may not come so far with both.
    expect(Math.max(...kept.map(({ accepted }) => accepted))).toBeGreaterThan(0);
    // By the apps' own pages and by the database's account.
    const usage = folder.trials().at(-1)?.server?.usage ?? [];
    expect(usage.at(-1)?.subject ?? 0).toBeGreaterThan(usage.at(0)?.subject ?? Infinity);
    expect(usage.at(-1)?.database ?? 0).toBeGreaterThan(usage.at(0)?.database ?? Infinity);
    const after = await on.cluster.deployment('django');
    expect(after.spec).toEqual(before.spec);
    expect(after.metadata.annotations).not.toHaveProperty('headroom/original');
  }, 420_000);

  test('ends with Ctrl-C, and what was measured until then comes here as partial', async () => {
    const running = on.lab.start(
      'run',
      'concurrency',
      '--app',
      'express',
      '--runtime',
      'kubernetes',
    );
    await running.prints(/step_01/, 120);
    running.signal('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(RunFolder.open(on.lab.resultsDir).run.status).toBe('partial');
    const { spec } = await on.cluster.deployment('express');
    expect(spec.replicas).toBe(1);
  });
});
