// A Deployment of somebody's own, named by a headroom.yaml: the lab scales it, loads it and leaves it as it was.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { findingsOf } from '../lab/experiments/conclude';
import { RunFolder } from '../lab/results/run-folder';
import { stepResults } from '../lab/results/trial/steps';
import type { Lab } from './lab-process';
import { describeOnCluster } from './on-cluster';

/** What it is asked to hold, it holds: more than its memory. */
const program = `const held = [];
require('http').createServer(({ url }, answer) => {
  while (url === '/hold') held.push(Buffer.alloc(2 ** 20, 1));
  answer.end('hello');
}).listen(8080);`;
const script =
  "import http from 'k6/http';\nexport { isRight } from './right.ts';\n" +
  "export default ({ baseUrl }) => http.get(baseUrl + '/');\n";
const imported = "export const isRight = (body) => body === 'hello';\n";

describeOnCluster('a Deployment of one’s own', (on) => {
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

  let file: string;
  let allowed: Lab;

  beforeAll(async () => {
    const [container] = (await on.cluster.deployment('lab')).spec.template.spec.containers;
    const manifests = objects(container?.image ?? '').map((object) => stringify(object));
    await execa('kubectl', ['--namespace', on.cluster.namespace, 'apply', '-f', '-'], {
      input: manifests.join('---\n'),
    });
    const folder = join(on.lab.folder, 'app');
    mkdirSync(folder);
    writeFileSync(join(folder, 'get.ts'), script);
    writeFileSync(join(folder, 'right.ts'), imported);
    writeFileSync(join(folder, 'hosts'), 'web\n');
    file = join(folder, 'headroom.yaml');
    const app = {
      name: 'mine',
      kubernetes: { deployment: 'web', service: 'web' },
      ports: { public: 8080 },
    };
    const workload = { name: 'get', k6: 'get.ts', slo: { share: 0.99, thresholdSeconds: 0.1 } };
    writeFileSync(file, stringify({ apps: [app], workloads: [workload] }));
    allowed = on.lab.with({
      HEADROOM_ALLOW_HOSTS: 'web',
      HEADROOM_ALLOW_FILE: join(folder, 'hosts'),
    });
  });

  const load = (...more: string[]) => ['run', 'concurrency', '--app', file, ...more];
  const there = ['--runtime', 'kubernetes'];

  test('is measured with replicas, once the lab may change it', async () => {
    const run = (...more: string[]) => allowed.run(...load('--quick', ...more));
    expect((await run()).stderr).toContain('is the Deployment web of a cluster');
    const refused = await run('--replicas', '2', ...there);
    expect(refused).toMatchObject({ code: 5 });
    expect(refused.stderr).toContain('ServiceAccount has no right to this');
    const right = ['--verb', 'get,patch', '--resource', 'deployments.apps'];
    await on.cluster.kubectl('create', 'role', 'web', ...right, '--resource-name', 'web');
    const account = ['--serviceaccount', `${on.cluster.namespace}:lab`];
    await on.cluster.kubectl('create', 'rolebinding', 'web', '--role', 'web', ...account);
    const { code, stderr } = await run('--replicas', '2', ...there);
    expect([0, 4], stderr).toContain(code);
    const measured = RunFolder.open(on.lab.resultsDir);
    expect(measured.run.subjects).toMatchObject([{ app: 'mine', replicas: 2 }]);
    const steps = measured.trials().flatMap(stepResults);
    for (const { name, requests, failed, wrongBodies } of steps) {
      expect(requests, name).toBeGreaterThan(0);
      expect(failed + wrongBodies, name).toBe(0);
    }
    expect((await on.cluster.deployment('web')).spec.replicas).toBe(1);
  });

  test('that is killed because its memory is full voids the step, which says so', async () => {
    const running = allowed.start(...load(...there));
    await running.prints(/concurrency step_01/, 120);
    const hold = "fetch('http://127.0.0.1:8080/hold').catch(() => {})";
    // It may be killed with the app whose pod it is in.
    await on.cluster.kubectl('exec', 'deployment/web', '--', 'node', '-e', hold).catch(() => {});
    const { code, stderr } = await running.ended;
    expect([0, 4], stderr).toContain(code);
    const steps = findingsOf(RunFolder.open(on.lab.resultsDir)).trials.flatMap(
      (each) => each.steps,
    );
    expect(steps.flatMap(({ validity }) => validity.reasons).join('\n')).toMatch(
      /mine (was restarted in its pod web-\S+: it )?was killed because it had used up its memory \(OOMKilled\)/,
    );
  });
});
