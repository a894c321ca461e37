// What a cluster does to pods while they are measured voids the step, and is named.
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { findingsOf } from '../lab/experiments/conclude';
import { RunFolder } from '../lab/results/run-folder';
import { kubectl } from './kubernetes-cluster';
import { describeOnCluster } from './on-cluster';

describeOnCluster('a step is void', (on) => {
  /** Loads Express, does something to it meanwhile, and gives the reasons why steps are void. */
  const reasonsAfter = async (what: () => Promise<unknown>): Promise<string> => {
    const running = on.lab.start(
      ...['run', 'concurrency', '--app', 'express', '--workload', 'json'],
      ...['--runtime', 'kubernetes'],
    );
    await running.prints(/concurrency step_01/, 120);
    await what();
    const { code, stderr } = await running.ended;
    expect([0, 4], stderr).toContain(code);
    const steps = findingsOf(RunFolder.open(on.lab.resultsDir)).trials.flatMap(
      (trial) => trial.steps,
    );
    expect(steps.at(-1)?.validity.state).toBe('void');
    return steps.flatMap(({ validity }) => validity.reasons).join('\n');
  };

  test('in which a node is cordoned and its pod evicted', async () => {
    const [node = ''] = (await kubectl('get', 'nodes', '--output', 'name')).split('\n');
    const reasons = await reasonsAfter(async () => {
      await kubectl('cordon', node);
      const name = await on.cluster.pod('express');
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } };
      const path = `/api/v1/namespaces/${on.cluster.namespace}/pods/${name}/eviction`;
      await execa('kubectl', ['create', '--raw', path, '--filename', '-'], {
        input: JSON.stringify(eviction),
      });
    }).finally(() => kubectl('uncordon', node));
    // It may be gone before it is looked at again.
    expect(reasons).toMatch(/express lost its pod express-\S+: it (was evicted|no longer exists)/);
  });

  test('in which the app is rolled out again', async () => {
    const reasons = await reasonsAfter(() =>
      on.cluster.kubectl('rollout', 'restart', 'deployment/express'),
    );
    expect(reasons).toMatch(/express (got an unexpected pod|lost its pod)/);
  });
});
