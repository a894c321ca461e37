// The two apps of examples/, which know nothing of the contract: in an environment of their own, started,
// scraped under the names that their libraries give, and compared. Their steps may be void beside others.
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rootDir, toolsDir } from '../lab/paths';
import { RunFolder } from '../lab/results/run-folder';
import { Lab } from './lab-process';

// Before anything is imported: which apps there are, and with them which ports, is known once.
vi.hoisted(() => {
  const examples = ['fastapi', 'fastify'].map((name) => `${process.cwd()}/examples/${name}`);
  process.env.HEADROOM_APPS = ['none', ...examples].join(':');
});

let lab: Lab;
let files: string[];
beforeAll(async () => {
  lab = await Lab.create({ HEADROOM_APPS: '' });
  const folder = join(lab.folder, 'examples');
  cpSync(join(rootDir, 'examples'), folder, {
    recursive: true,
    filter: (path) => !/\.venv|node_modules/.test(path),
  });
  files = ['fastapi', 'fastify'].map((name) => join(folder, name, 'headroom.yaml'));
  // As `npm install` would; the clone has both packages in the versions that package.json names.
  symlinkSync(join(rootDir, 'node_modules'), join(folder, 'node_modules'));
  const python = join(toolsDir, 'venv/bin/python');
  const venv = join(folder, 'fastapi/.venv');
  await execa(python, ['-m', 'venv', '--without-pip', venv]);
  const requirements = join(folder, 'fastapi/requirements.txt');
  await execa(python, ['-m', 'pip', '--python', venv, 'install', '--quiet', '-r', requirements]);
});
afterAll(() => lab.remove());

it('are scraped, and their requests stored under the contract’s names', async () => {
  const running = lab.start('up', ...files, '--json');
  try {
    const [line] = await running.prints(/\{.*\}\n/, 120);
    await expectScraped(JSON.parse(line));
  } finally {
    running.signal('SIGINT');
    await running.ended;
  }
}, 180_000);

type Up = { apps: { app: string; baseUrl: string; databaseUrl?: string }[]; prometheusUrl: string };

async function expectScraped({ apps, prometheusUrl }: Up): Promise<void> {
  const seen = (app: string) => async () => {
    const query = `http_server_request_duration_seconds_count{app="${app}",http_route=~"/items/.+",http_request_method="GET"} > 0`;
    const url = `${prometheusUrl}/api/v1/query?query=${encodeURIComponent(query)}`;
    const { data } = (await (await fetch(url)).json()) as { data: { result: unknown[] } };
    expect(data.result).toHaveLength(1);
  };
  expect(apps.map(({ app }) => app)).toEqual(['fastapi', 'fastify']);
  for (const { app, baseUrl, databaseUrl } of apps) {
    expect(databaseUrl).toBeUndefined();
    expect((await fetch(`${baseUrl}/items/7`)).status).toBe(200);
    await vi.waitFor(seen(app), { timeout: 30_000, interval: 500 });
  }
}

describe('compared with one another', () => {
  it('are up at once, and both reports name them', async () => {
    const load = ['--quick', '--rate', '40', '--seconds', '2', '--runs', '2'];
    const { code, stdout, stderr } = await lab.run('compare', ...files, ...load);
    expect([0, 4], stderr).toContain(code);
    expect(stdout).toMatch(/Fastify over FastAPI/);
    expect(stdout).not.toMatch(/Express|Django/);
    const trials = RunFolder.open(lab.resultsDir)
      .trials()
      .filter(({ plan }) => plan.turns && plan.scenario === 'scaling');
    expect(trials.length).toBeGreaterThan(0);
    for (const { summary } of trials) expect(summary?.failedChecks).toEqual({});
    const [first] = trials;
    // Both apps count their requests, each by another library.
    const { start, end } = first?.server?.edges.at(-1) ?? {};
    expect(end?.requests).toBeGreaterThan(start?.requests ?? Number.POSITIVE_INFINITY);
  }, 300_000);
});
