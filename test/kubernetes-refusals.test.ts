// What is missing on a cluster, or refused there, is told in a sentence, with exit code 5.
import { expect, test } from 'vitest';
import { listRunIds, RunFolder } from '../lab/results/run-folder';
import { kubectl } from './kubernetes-cluster';
import type { Finished } from './lab-process';
import { describeOnCluster } from './on-cluster';

describeOnCluster('with exit code 5', (on) => {
  const smoke = ['run', 'smoke', '--app', 'express', '--runtime', 'kubernetes'];

  const expectRefusal = ({ code, stderr }: Finished, says: RegExp) => {
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('a bug in the lab');
    expect(code, stderr).toBe(5);
  };

  test('no cluster', async () => {
    const nowhere = on.lab.with({ KUBECONFIG: `${on.lab.folder}/none`, HOME: on.lab.folder });
    expectRefusal(await nowhere.run(...smoke), /No cluster answers kubectl\. Start one/);
  });

  test('no kubectl', async () => {
    const without = on.lab.with({ PATH: '/nowhere' });
    expectRefusal(await without.run(...smoke), /kubectl is not installed/);
  });

  test('a namespace without the lab', async () => {
    const elsewhere = on.lab.with({ HEADROOM_NAMESPACE: 'default' });
    expectRefusal(await elsewhere.run(...smoke), /The lab is not in the namespace default\. /);
  });

  test('too few rights', async () => {
    const token = await on.cluster.kubectl('create', 'token', 'default', '--duration', '10m');
    const config = `${on.lab.folder}/few-rights`;
    const own = ['config', '--kubeconfig', config];
    const server = await kubectl(
      'config',
      'view',
      '--minify',
      '-o',
      'jsonpath={.clusters[0].cluster.server}',
    );
    await kubectl(...own, 'set-cluster', 'here', '--server', server, '--insecure-skip-tls-verify');
    await kubectl(...own, 'set-credentials', 'few', '--token', token);
    await kubectl(...own, 'set-context', 'few', '--cluster', 'here', '--user', 'few');
    await kubectl(...own, 'use-context', 'few');
    const bound = on.lab.with({ KUBECONFIG: config });
    expectRefusal(await bound.run(...smoke), /Your account has too few rights in the namespace/);
  });

  test('an image that cannot be pulled', async () => {
    const image = 'registry.invalid/headroom-express:none';
    const before = await on.cluster.deployment('express');
    const [own] = before.spec.template.spec.containers;
    await on.cluster.kubectl('set', 'image', 'deployment/express', `express=${image}`);
    const refused = await on.lab.run(...smoke).finally(async () => {
      await on.cluster.kubectl('set', 'image', 'deployment/express', `express=${own?.image}`);
      await on.cluster.kubectl('rollout', 'status', 'deployment/express', '--timeout', '120s');
    });
    expectRefusal(
      refused,
      /express does not come up: its image registry\.invalid\S+ cannot be pulled/,
    );
    // The run that was begun comes here all the same; what was refused before began none.
    expect(listRunIds(on.lab.resultsDir)).toHaveLength(1);
    expect(RunFolder.open(on.lab.resultsDir).run.status).toBe('partial');
  });

  test('a quota that refuses pods', async () => {
    await on.cluster.kubectl('create', 'quota', 'few', '--hard', 'pods=6');
    const refused = await on.lab
      .run('run', 'smoke', '--app', 'express', '--replicas', '3', '--runtime', 'kubernetes')
      .finally(() => on.cluster.kubectl('delete', 'quota', 'few'));
    expectRefusal(refused, /express does not come up: the namespace’s quota refuses its pods/);
    // As it was before.
    expect((await on.cluster.deployment('express')).spec.replicas).toBe(1);
  });
});
