// Every verb that measures, on apps that somebody else keeps up and that the lab knows by their URLs alone.
// Beside others their steps may be void, which says nothing of the verbs.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { capacity } from '../lab/experiments/capacity/measure';
import type { PlanResult } from '../lab/experiments/plan/analyse';
import { searchPaces, searchSettings } from '../lab/measure/search/search-settings';
import { SimulatedRuntime } from '../lab/measure/simulated-runtime.fixture';
import { RunFolder } from '../lab/results/run-folder';
import { Lab } from './lab-process';

// Before anything is imported: which apps there are is known once.
const { folder, ports } = vi.hoisted(() => {
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  const { mkdtempSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const { tmpdir } = process.getBuiltinModule('node:os');
  const folder = mkdtempSync(`${tmpdir()}/headroom own app-`);
  const free = `const servers = [0, 1].map(() => require('net').createServer().listen(0, '127.0.0.1', () => {
    if (servers.some((one) => !one.listening)) return;
    console.log(servers.map((one) => one.address().port).join(' '));
    for (const one of servers) one.close();
  }));`;
  const ports = String(execFileSync(process.execPath, ['-e', free]))
    .trim()
    .split(' ');
  const app = (name: string, port = '') => `  - { name: ${name}, url: "http://127.0.0.1:${port}" }`;
  writeFileSync(
    `${folder}/headroom.yaml`,
    `apps:
${app('one', ports[0])}
${app('two', ports[1])}
workloads: [{ name: item, k6: item.ts, slo: { share: 0.99, thresholdSeconds: 0.1 } }]
`,
  );
  writeFileSync(
    `${folder}/item.ts`,
    "import http from 'k6/http';\nexport default ({ baseUrl }) => http.get(baseUrl + '/');\n",
  );
  process.env.HEADROOM_APPS = `none:${folder}`;
  return { folder, ports };
});

/** Some 300 requests per second and core. */
const server = `require('http').createServer((_, response) => {
  for (const end = performance.now() + 3; performance.now() < end; );
  response.end('x');
}).listen(process.argv[1], '127.0.0.1');`;

const file = join(folder, 'headroom.yaml');
const one = `${file}#one`;

let lab: Lab;
const apps = ports.map((port) =>
  execa(process.execPath, ['-e', server, port], { reject: false, stdio: 'ignore' }),
);
beforeAll(async () => {
  lab = await Lab.create({ HEADROOM_APPS: '' });
});
afterAll(() => {
  for (const app of apps) app.kill();
  lab.remove();
  rmSync(folder, { recursive: true });
});

/** What the command printed, and the run that it made. */
async function measured(...args: string[]) {
  const { code, stdout, stderr } = await lab.run(...args);
  expect([0, 4], stderr).toContain(code);
  expect(stdout).not.toMatch(/Express|Django|undefined|NaN/);
  expectPasteable(stdout);
  return { stdout, folder: RunFolder.open(lab.resultsDir) };
}

/** What is suggested is about this app, whose name alone the next command would not know. */
function expectPasteable(text: string): void {
  for (const [, words = ''] of text.matchAll(/`([^`]*npm run lab -- [^`]*)`/g)) {
    if (/-- (show|list|report|doctor|history)\b/.test(words) || words.includes('--app APP'))
      continue;
    expect(words).toContain(file);
  }
}

const short = ['--quick', '--rate', '20', '--seconds', '2', '--runs', '2'];

describe('an app that is known by its URL alone', () => {
  it('is loaded, is never restarted, and is read where it listens', async () => {
    const { folder, stdout } = await measured('run', 'concurrency', '--app', one, '--quick');
    expect(folder.run).toMatchObject({
      subjects: [{ app: 'one', server: `http://127.0.0.1:${ports[0]}`, workers: 0, pool: 0 }],
      runtime: { postgres: 'none' },
      foreignApps: [{ name: 'one', title: 'One', notation: one, placed: false }],
    });
    expect(stdout).toContain('One is kept up by somebody else: it is never restarted');
    const [trial] = folder.trials();
    expect(trial?.plan.baseUrl).toBe(`http://127.0.0.1:${ports[0]}`);
    const usage = trial?.server?.usage ?? [];
    expect(usage.at(-1)?.subject).toBeGreaterThan(usage[0]?.subject ?? Number.POSITIVE_INFINITY);
    expect(usage.at(-1)).toMatchObject({ database: null, machine: null });
  });

  it('is shown again by its title, with the same next command, where nobody names its file', async () => {
    const { stdout } = await lab.run('show');
    expect(stdout).toMatch(/^One: concurrency/m);
    expectPasteable(stdout);
  });

  it('is compared with another one', async () => {
    const { folder, stdout } = await measured('compare', one, `${file}#two`, ...short);
    expect(stdout).toMatch(/Two over One/);
    const [trial] = folder.trials().filter(({ plan }) => plan.turns);
    expect(trial?.plan.turns?.arms.map(({ baseUrl }) => baseUrl)).toEqual(
      ports.map((port) => `http://127.0.0.1:${port}`),
    );
  });

  it('is held against itself', async () => {
    const { folder } = await measured('noise', '--app', one, ...short);
    const [trial] = folder.trials().filter(({ plan }) => plan.turns);
    expect(trial?.turns?.length).toBeGreaterThan(0);
    // Nobody can tell what of one process either arm caused.
    expect(trial?.server?.usage.at(-1)?.arms).toMatchObject({ a: { subject: null } });
  });

  it('is searched for its capacity', async () => {
    const args = ['--app', one, '--quick', '--budget', '10s'];
    const { folder, stdout } = await measured('capacity', ...args);
    expect(folder.run.design).toMatchObject({ kind: 'capacity', workload: 'item' });
    expect(stdout).not.toContain('its CPU time cannot be seen');
  });

  it('is scaled by users', async () => {
    const args = ['--app', one, '--by', 'users', '--levels', '1,2,4', '--quick'];
    const { folder } = await measured('scale', ...args);
    expect(folder.run.design).toMatchObject({ kind: 'scale', by: 'users', levels: [1, 2, 4] });
  });

  it('has no night: nothing earlier can be measured against it', async () => {
    const config = join(folder, 'nightly.yaml');
    writeFileSync(
      config,
      `budgetMinutes: 5
minimumEffect: 3 %
heartbeatDays: 7
mostVoidShare: 1
turns: { blocks: 3, warmupSeconds: 1, seconds: 2 }
measure: [{ app: one, workload: item, rateRps: 20 }]
`,
    );
    const night = ['nightly', '--app', one, '--night', '2026-11-01'];
    const unknown = await lab.run(...night);
    expect(unknown.stderr).toContain('Write a file like it for one, and name it with --config');
    expect(unknown.code).toBe(2);
    const other = await lab.run(...night.with(2, `${file}#two`), '--config', config);
    expect(other.stderr).toContain('measures nothing of two. List it there, or leave --app out.');
    expect(other.code).toBe(2);
    const { code, stderr } = await lab.run(...night, '--config', config);
    expect(stderr).toContain('docs/own-app.md');
    expect(code).toBe(2);
  });
});

/** The lab sees no database of such an app. */
class WithoutDatabase extends SimulatedRuntime {
  override async usage(...args: Parameters<SimulatedRuntime['usage']>) {
    return { ...(await super.usage(...args)), database: null };
  }
}

describe('a plan for it', () => {
  beforeAll(async () => {
    // A capacity that is known, and there at once.
    await capacity({
      ...{ resultsDir: lab.resultsDir, signal: new AbortController().signal, events: {} },
      ...{ seed: 20260101, arguments: ['capacity', '--app', one], profile: 'default', runs: 1 },
      ...{ apps: ['one'], workload: 'item' },
      runtime: new WithoutDatabase({ saturationRps: 100 }),
      settings: searchSettings('item', searchPaces.full),
    });
  });

  it('needs a capacity run alone, and leaves out what it has not', async () => {
    const args = ['plan', '--rate', '150', '--price', '0.05/h', '--app', one];
    const { stdout } = await measured(...args);
    const { stdout: json } = await lab.run(...args, '--json');
    const { experiment }: { experiment: PlanResult } = JSON.parse(json);
    const [plan] = experiment.plans;
    // 70 % of 76 to 80 a replica: 150/s take three.
    expect(plan?.row).toMatchObject({ rateRps: 150, replicas: 3, databaseUtilization: null });
    expect(plan?.row.meanSeconds).toBeGreaterThan(0);
    expect(plan).toMatchObject({ connections: null, databaseCapRps: null });
    expect(stdout).toContain('One needs 3 replicas and 1 to spare for 150 requests per second.');
    expect(stdout).not.toMatch(/pool \d|worker|connections|The database has/);
    expect(stdout).toContain('whatever the replicas share, such as a database');
  });

  it('says what to measure for another', async () => {
    const { code, stderr } = await lab.run('plan', '--rate', '150', '--app', `${file}#two`);
    expect(code).toBe(4);
    expect(stderr).toContain(`npm run lab -- capacity --app '${file}#two' --workload item`);
  });

  it('is validated at loads that it has not seen', async () => {
    const { folder } = await measured('plan', '--validate', '--quick', '--app', one);
    expect(folder.run.kind).toBe('validation');
    expect(folder.trials().map(({ plan }) => plan.app)).toEqual(['one', 'one']);
  });
});
