// The manifests on a cluster: the API server takes them, all comes up as they say, and nothing stays behind.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ClusterLab, kubectl } from './kubernetes-cluster';
import { describeOnCluster } from './on-cluster';

describeOnCluster('the manifests', (on) => {
  test('bring up every part, each of its pods confined', async () => {
    const exec = (command: string) =>
      on.cluster.kubectl('exec', 'deployment/express', '--', 'sh', '-c', command);
    expect(await exec('id -u')).toBe('1000');
    await expect(exec('touch /anywhere')).rejects.toThrow('Read-only file system');
    expect(await exec('ls /var/run/secrets/kubernetes.io 2>&1; true')).toContain('No such file');
    const role = `system:serviceaccount:${on.cluster.namespace}:lab`;
    const may = (...what: string[]) =>
      kubectl('auth', 'can-i', ...what, '--as', role).then(
        () => true,
        () => false,
      );
    const here = ['--namespace', on.cluster.namespace];
    expect(await may('patch', 'deployment/express', ...here)).toBe(true);
    expect(await may('patch', 'deployment/postgres', ...here)).toBe(false);
    expect(await may('get', 'secrets', ...here)).toBe(false);
    expect(await may('list', 'pods', '--namespace', 'default')).toBe(false);
  });

  test('are taken by the API server field by field, in both overlays', async () => {
    const strictly = ['--dry-run=server', '--validate=strict'];
    expect(await on.cluster.apply(...strictly)).not.toMatch(/warning|error/i);
    // The other overlay, with the passwords that its owner writes.
    const other = join(on.cluster.overlay, '../cluster');
    const names = ['postgres-password', 'app-password', 'lab-password', 'session-secret'];
    writeFileSync(join(other, 'secrets.env'), names.map((name) => `${name}=${name}\n`).join(''));
    const rendered = join(on.cluster.overlay, 'on.cluster.yaml');
    const manifests = (await kubectl('kustomize', other)).replaceAll(
      'namespace: headroom\n',
      `namespace: ${on.cluster.namespace}\n`,
    );
    writeFileSync(rendered, manifests);
    const taken = await kubectl('apply', '-f', rendered, ...strictly);
    expect(taken).not.toMatch(/warning|error/i);
    expect(taken.split('\n').length).toBeGreaterThan(30);
  });

  test('leave nothing behind where they are deleted', async () => {
    // Objects alone: pods would only be waited for.
    const noPods = '- { op: add, path: /spec/replicas, value: 0 }';
    const patches = [{ target: { kind: 'Deployment' }, patch: noPods }];
    const own = await ClusterLab.prepare('deleted', patches);
    await own.apply();
    const objects = await own.objects();
    expect(objects.length).toBeGreaterThan(30);
    expect(objects.filter((name) => name.startsWith('pod/'))).toEqual([]);
    await kubectl('delete', '-k', own.overlay, '--wait', '--timeout', '120s');
    await expect(kubectl('get', 'namespace', own.namespace)).rejects.toThrow('NotFound');
    const ofAll = 'clusterroles,clusterrolebindings,persistentvolumes,priorityclasses';
    const labelled = ['--selector', 'app.kubernetes.io/part-of=headroom'];
    expect(await kubectl('get', ofAll, ...labelled)).toContain('No resources found');
  });
});
