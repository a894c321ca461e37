// An app of one's own that is a service of a compose file beside its headroom.yaml: brought up for a run,
// measured by its container's processes, and taken down again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { RunFolder } from '../lab/results/run-folder';
import { engineProblem } from './compose-stack';
import { freePorts, Lab } from './lab-process';

const problem = engineProblem();
beforeEach((context) => context.skip(problem !== undefined, problem));

let lab: Lab;
let folder: string;
beforeAll(async () => {
  lab = await Lab.create();
  folder = join(lab.folder, 'boxed');
  const [port] = await freePorts(1);
  mkdirSync(folder);
  const files = {
    'compose.yml': stringify({
      name: basename(lab.folder).toLowerCase(),
      services: {
        web: {
          image: 'node:24-trixie-slim',
          command: [
            'node',
            '-e',
            'require("http").createServer((_, r) => r.end("x")).listen(8080)',
          ],
          ports: [`127.0.0.1:${port}:8080`],
          depends_on: ['beside'],
        },
        beside: { image: 'node:24-trixie-slim', command: ['sleep', '600'], init: true },
      },
    }),
    'item.ts': "import http from 'k6/http';\nexport default ({ baseUrl }) => http.get(baseUrl);\n",
    'headroom.yaml': stringify({
      apps: [
        {
          name: 'boxed',
          compose: { file: 'compose.yml', service: 'web' },
          ports: { public: port },
          ready: { seconds: 60 },
        },
      ],
      workloads: [{ name: 'x', k6: 'item.ts', slo: { share: 0.99, thresholdSeconds: 1 } }],
    }),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});
afterAll(async () => {
  await execa('docker', ['compose', 'down', '--timeout', '1'], { cwd: folder, reject: false });
  lab.remove();
});

const running = async (): Promise<string> =>
  (await execa('docker', ['compose', 'ps', '--all', '--quiet'], { cwd: folder })).stdout;

it('is up while it is measured, and no longer', async () => {
  const file = join(folder, 'headroom.yaml');
  const { code, stdout, stderr } = await lab.run('run', 'concurrency', '--app', file, '--quick');
  expect([0, 4], stderr).toContain(code);
  expect(stdout).toContain('Boxed is a service of a compose file of its own');
  const [trial] = RunFolder.open(lab.resultsDir).trials();
  expect(trial?.summary?.steps[0]?.failed).toBe(0);
  const usage = trial?.server?.usage ?? [];
  expect(usage.at(-1)?.subject).toBeGreaterThan(usage[0]?.subject ?? Number.POSITIVE_INFINITY);
  expect(await running()).toBe('');
}, 180_000);

it('is taken down by the next start where the lab was killed outright', async () => {
  const file = join(folder, 'headroom.yaml');
  const killed = lab.start('run', 'concurrency', '--app', file, '--quick');
  await killed.prints(/concurrency warmup/);
  killed.signal('SIGKILL');
  await killed.ended;
  expect(await running()).not.toBe('');
  const { code, stderr } = await lab.run('run', 'smoke', '--app', file);
  expect([0, 4], stderr).toContain(code);
  expect(await running()).toBe('');
}, 180_000);

it('is left as it is where it was up before', async () => {
  await execa('docker', ['compose', 'up', '--detach'], { cwd: folder });
  const before = await running();
  const { code, stderr } = await lab.run('run', 'smoke', '--app', join(folder, 'headroom.yaml'));
  expect([0, 4], stderr).toContain(code);
  expect(before).not.toBe('');
  expect(await running()).toBe(before);
}, 180_000);
