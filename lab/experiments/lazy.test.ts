// What printing a run loads: neither charts nor slides, which `lab report` and `lab deck` need.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rootDir } from '../paths';
import { RunFolder } from '../results/run-folder';
import { compareFixture } from './turns.fixture';

let resultsDir: string;
const { run, trials } = compareFixture();
beforeAll(() => {
  resultsDir = mkdtempSync(join(tmpdir(), 'headroom-lazy-'));
  const folder = RunFolder.create(resultsDir, run);
  for (const { number, plan, summary, server } of trials) {
    const name = relative(folder.path, folder.trialPath(number));
    folder.write(`${name}/plan.json`, plan);
    folder.write(`${name}/k6-summary.json`, summary);
    folder.write(`${name}/server.json`, server);
  }
});
afterAll(() => rmSync(resultsDir, { recursive: true }));

/** Runs the verb in a process of its own and tells what it printed and which modules it loaded. */
function traced(...args: string[]): { stdout: string; modules: string[] } {
  const main = join(rootDir, 'lab/main.ts');
  const script = `
    process.on('exit', () => console.error('\\n' + JSON.stringify(Object.keys(require.cache))));
    process.argv = ['node', 'lab', ...${JSON.stringify(args)}];
    require(${JSON.stringify(main)});`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', 'ts-node/register', '--eval', script],
    {
      cwd: rootDir,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, HEADROOM_RESULTS: resultsDir },
    },
  );
  return { stdout, modules: JSON.parse(stderr.trim().split('\n').at(-1) ?? '[]') };
}

const heavy =
  /node_modules\/(echarts|zrender|pptxgenjs)\/|\/render\/(slides\/|page\/(page|figure|svg))|\/experiments\/\w+\/(html|slides|charts?)\.ts$/;

it.each([['show'], ['list']])('`lab %s` loads neither ECharts nor code of slides', (verb) => {
  const { stdout, modules } = traced(verb);
  expect(stdout).toContain(run.id);
  expect(modules.length).toBeGreaterThan(10);
  expect(modules.filter((module) => heavy.test(module))).toEqual([]);
});

it('a report loads them, so that the trace would show it', () => {
  const { modules } = traced('report');
  expect(modules.filter((module) => heavy.test(module)).length).toBeGreaterThan(2);
});
