// A third app is a folder with an app.json, and nothing else of the lab changes: here a small Fastify
// server that serves micro alone. Natively; on a busy machine its steps may be void.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JsonTestResults } from 'vitest/node';
import { variable as conformanceVariable } from '../contract/conformance/subjects';
import { dashboards } from '../grafana/src/catalogue';
import type { DashboardFile } from '../grafana/src/checks/dashboard-types';
import { knownMetrics } from '../grafana/src/checks/known-metrics';
import { ownFaults } from '../grafana/src/checks/own-rules';
import { schemaFaults } from '../grafana/src/checks/schema';
import { dashboardJson } from '../grafana/src/json/dashboard';
import { rootDir } from '../lab/paths';
import { RunFolder } from '../lab/results/run-folder';
import { type Finished, Lab, type Running } from './lab-process';

// Before anything is imported: which apps there are is known once.
vi.hoisted(() => {
  process.env.HEADROOM_APPS = `${process.cwd()}/test/fixtures/fastify`;
});

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create();
});
afterAll(() => lab.remove());

/** 4 is an honest end too: beside a busy neighbour step after step is void. */
function expectMeasured({ code, stderr }: Finished): RunFolder {
  expect([0, 4], stderr).toContain(code);
  return RunFolder.open(lab.resultsDir);
}

describe('a third app', () => {
  it('passes the smoke test, which asks for the parts that it serves', async () => {
    const finished = await lab.run('run', 'smoke', '--app', 'fastify');
    const [trial] = expectMeasured(finished).trials();
    expect(trial?.plan.serves).toEqual(['micro']);
    expect(trial?.summary?.failedChecks).toEqual({});
    expect(trial?.summary?.steps[0]?.failed).toBe(0);
  }, 120_000);

  it('is pushed by rate, and called by its title', async () => {
    const finished = await lab.run('run', 'scaling', '--app', 'fastify', '--quick');
    const { run } = expectMeasured(finished);
    expect(run.subjects).toMatchObject([{ app: 'fastify', server: 'node:http', workers: 1 }]);
    expect(finished.stdout).toContain('Fastify');
    expect(finished.stdout).not.toMatch(/Express|Django/);
  }, 180_000);

  it('is compared with another, and the report shows both', async () => {
    const load = ['--workload', 'json', '--rate', '60', '--seconds', '2', '--runs', '2'];
    const finished = await lab.run('compare', 'express', 'fastify', '--quick', ...load);
    const folder = expectMeasured(finished);
    expect(folder.run.subjects.map(({ app }) => app)).toEqual(['express', 'fastify']);
    expect(finished.stdout).toMatch(/Fastify/);
    const report = join(folder.path, 'report.html');
    expect(existsSync(report)).toBe(true);
    expect(readFileSync(report, 'utf8')).toContain('Fastify');
    expect((await lab.run('show')).stdout).toBe(finished.stdout);
  }, 300_000);

  it('is refused where it is asked for what it does not serve or does not have', async () => {
    const shop = await lab.run('run', 'shop', '--app', 'fastify');
    expect(shop.code).toBe(2);
    expect(shop.stderr).toMatch(/Fastify does not serve mixed: its app.json lists only micro/);
    const search = await lab.run('capacity', '--app', 'fastify', '--workload', 'buy', '--quick');
    expect(search.code).toBe(2);
    expect(search.stderr).toContain('Fastify does not serve buy');
    const tuned = await lab.run('compare', 'fastify', 'fastify:tuned', '--quick');
    expect(tuned.code).toBe(2);
    expect(tuned.stderr).toContain('Fastify has no profile tuned: it has default.');
  }, 60_000);
});

describe('while `lab up` keeps it up beside the others', () => {
  let running: Running;
  let subject: { app: string; baseUrl: string; metricsUrl: string; databaseUrl: string };
  let prometheusUrl: string;
  beforeAll(async () => {
    running = lab.start('up', '--json');
    const [line] = await running.prints(/\{.*\}\n/, 120);
    const { apps, ...up } = JSON.parse(line);
    prometheusUrl = up.prometheusUrl;
    subject = apps.find(({ app }: { app: string }) => app === 'fastify');
  }, 150_000);
  afterAll(async () => {
    running.signal('SIGINT');
    await running.ended;
  });

  it('is held to micro by the conformance suite, and to nothing else', async () => {
    const settings = { workers: 1, threads: 1, poolSize: 12, poolTimeoutSeconds: 2 };
    const given = { ...subject, settings: { ...settings, clientTimeoutSeconds: 10 } };
    const report = join(lab.folder, 'conformance.json');
    await execa(
      process.execPath,
      [
        ...[join(rootDir, 'node_modules/vitest/vitest.mjs'), 'run'],
        ...['--reporter=json', `--outputFile=${report}`],
        ...['--config', join(rootDir, 'contract/conformance/probes.config.mts'), 'others'],
      ],
      {
        cwd: rootDir,
        env: { [conformanceVariable]: JSON.stringify([given]) },
        reject: false,
      },
    );
    const { testResults }: JsonTestResults = JSON.parse(readFileSync(report, 'utf8'));
    const cases = testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = cases.filter(({ status }) => status !== 'passed');
    expect(failed.map(({ fullName, failureMessages }) => [fullName, failureMessages])).toEqual([]);
    const groups = new Set(cases.map(({ ancestorTitles }) => ancestorTitles[1]));
    expect([...groups]).toEqual([
      ...['bodies', 'statements', 'count', 'rows'],
      ...['TechEmpower’s verifier', 'fortunes', 'HEAD'],
    ]);
    expect(cases.length).toBeGreaterThan(150);
    expect(cases.filter(({ fullName }) => /\/wait|\/work|shop/.test(fullName))).toEqual([]);
  }, 180_000);

  it('is scraped under its name, and so is its database', async () => {
    const ask = async (query: string) => {
      const url = `${prometheusUrl}/api/v1/query?query=${encodeURIComponent(query)}`;
      const { data } = (await (await fetch(url)).json()) as {
        data: { result: { value: [number, string] }[] };
      };
      return data.result[0]?.value[1];
    };
    await vi.waitFor(
      async () => {
        expect(await ask('up{app="fastify"}')).toBe('1');
        expect(await ask('pg_stat_database_numbackends{app="fastify"} >= bool 0')).toBe('1');
      },
      { timeout: 30_000, interval: 1_000 },
    );
  }, 60_000);
});

describe('the dashboards with a third app', () => {
  const files = dashboards.map((dashboard) => [
    dashboard.title,
    JSON.parse(JSON.stringify(dashboardJson(dashboard))) as DashboardFile,
  ]) as [string, DashboardFile][];
  const known = knownMetrics();

  it.each(files)('%s holds what Grafana knows, and asks for what exists', (_, dashboard) => {
    expect(schemaFaults(dashboard)).toEqual([]);
    expect(ownFaults(dashboard, known)).toEqual([]);
  });

  it('show it in its colour', () => {
    const text = JSON.stringify(files);
    expect(text).toMatch(/app=\\+"fastify/);
    expect(text).toContain('#009E73');
  });
});
