// A Deployment of somebody's own, named by a headroom.yaml: the lab scales it, loads it and leaves it as it was.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { RunFolder } from '../lab/results/run-folder';
import { stepResults } from '../lab/results/trial/steps';
import { ClusterLab, clusterProblem } from './kubernetes-cluster';
import type { Lab } from './lab-process';

const problem = clusterProblem();
if (problem === undefined) describe('a Deployment of one’s own', onCluster);
else test('a Deployment of one’s own', (context) => context.skip(problem));

const program = "require('http').createServer((_, answer) => answer.end('hello')).listen(8080)";
const script =
  "import http from 'k6/http';\nexport default ({ baseUrl }) => http.get(baseUrl + '/');\n" +
  "export const isRight = (body) => body === 'hello';\n";

function onCluster(): void {
  let cluster: ClusterLab;
  let lab: Lab;

  beforeAll(async () => {
    cluster = await ClusterLab.shared();
    lab = await cluster.lab();
  });
  afterAll(() => lab?.remove());

  /** Any image with Node will do. */
  const objects = (image: string) => {
    const labels = { app: 'web', 'headroom/part': 'subject' };
    const own = { metadata: { name: 'web' } };
    return [
      {
        ...{ apiVersion: 'v1', kind: 'Service', ...own },
        spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 8080 }] },
      },
      {
        ...{ apiVersion: 'apps/v1', kind: 'Deployment', ...own },
        spec: {
          replicas: 1,
          selector: { matchLabels: { app: 'web' } },
          template: {
            metadata: { labels },
            spec: {
              securityContext: {
                ...{ runAsNonRoot: true, runAsUser: 1000 },
                seccompProfile: { type: 'RuntimeDefault' },
              },
              containers: [
                {
                  ...{ name: 'web', image, imagePullPolicy: 'IfNotPresent' },
                  command: ['node', '-e', program],
                  ports: [{ name: 'public', containerPort: 8080 }],
                  readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
                  resources: { limits: { cpu: '1', memory: '128Mi' }, requests: { cpu: '50m' } },
                  securityContext: {
                    allowPrivilegeEscalation: false,
                    capabilities: { drop: ['ALL'] },
                  },
                },
              ],
            },
          },
        },
      },
    ];
  };

  test('is measured with replicas, once the lab may change it', async () => {
    const [container] = (await cluster.deployment('lab')).spec.template.spec.containers;
    const manifests = objects(container?.image ?? '').map((object) => stringify(object));
    await execa('kubectl', ['--namespace', cluster.namespace, 'apply', '-f', '-'], {
      input: manifests.join('---\n'),
    });
    const folder = join(lab.folder, 'app');
    mkdirSync(folder);
    writeFileSync(join(folder, 'get.ts'), script);
    writeFileSync(join(folder, 'hosts'), 'web\n');
    const file = join(folder, 'headroom.yaml');
    const app = {
      name: 'mine',
      kubernetes: { deployment: 'web', service: 'web' },
      ports: { public: 8080 },
    };
    const workload = { name: 'get', k6: 'get.ts', slo: { share: 0.99, thresholdSeconds: 0.1 } };
    writeFileSync(file, stringify({ apps: [app], workloads: [workload] }));
    const allowed = lab.with({
      HEADROOM_ALLOW_HOSTS: 'web',
      HEADROOM_ALLOW_FILE: join(folder, 'hosts'),
    });
    const run = (...more: string[]) =>
      allowed.run('run', 'concurrency', '--app', file, '--quick', ...more);
    expect((await run()).stderr).toContain('is the Deployment web of a cluster');
    const there = ['--replicas', '2', '--runtime', 'kubernetes'];
    const refused = await run(...there);
    expect(refused).toMatchObject({ code: 5 });
    expect(refused.stderr).toContain('ServiceAccount has no right to this');
    const right = ['--verb', 'get,patch', '--resource', 'deployments.apps'];
    await cluster.kubectl('create', 'role', 'web', ...right, '--resource-name', 'web');
    const account = ['--serviceaccount', `${cluster.namespace}:lab`];
    await cluster.kubectl('create', 'rolebinding', 'web', '--role', 'web', ...account);
    const { code, stderr } = await run(...there);
    expect([0, 4], stderr).toContain(code);
    const measured = RunFolder.open(lab.resultsDir);
    expect(measured.run.subjects).toMatchObject([{ app: 'mine', replicas: 2 }]);
    const steps = measured.trials().flatMap(stepResults);
    for (const { name, requests, failed, wrongBodies } of steps) {
      expect(requests, name).toBeGreaterThan(0);
      expect(failed + wrongBodies, name).toBe(0);
    }
    expect((await cluster.deployment('web')).spec.replicas).toBe(1);
  });
}
