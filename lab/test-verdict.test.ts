// The end of `npm test`, from real vitest runs over a test file of their own.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { rootDir } from './paths';
import { forbiddenSkips } from './test-verdict';

const folder = mkdtempSync(join(tmpdir(), 'headroom-verdict-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function runTests(source: string, env: NodeJS.ProcessEnv = {}) {
  writeFileSync(join(folder, 'some.test.ts'), source);
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [
      join(rootDir, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--globals', `--root=${folder}`],
      `--reporter=${join(rootDir, 'lab/test-verdict.ts')}`,
    ],
    { reject: false, env: { ...env, CI: env.CI ?? '' }, stdin: 'ignore' },
  );
  return { exitCode, lines: stdout.trimEnd().split('\n'), stderr };
}

const one = "test('adds', () => {});";
const skipped = "test('dashboards load', (context) => context.skip('no Grafana image here'));";

describe('the verdict', () => {
  test('is the counts, alone on the last line', async () => {
    const { exitCode, lines } = await runTests(one);
    expect({ exitCode, last: lines.at(-1) }).toEqual({ exitCode: 0, last: '1 passed, 0 failed' });
  });

  test('counts a file that cannot be run as failed', async () => {
    const { exitCode, lines } = await runTests("throw new Error('broken')");
    expect({ exitCode, last: lines.at(-1) }).toEqual({ exitCode: 1, last: '0 passed, 1 failed' });
  });

  test('counts a group whose preparation failed as failed', async () => {
    const broken = "describe('a group', () => { beforeAll(() => { throw new Error('no'); });";
    const { exitCode, lines } = await runTests(`${broken} ${one} });`);
    expect(exitCode).toBe(1);
    expect(lines.at(-1)).toBe('0 passed, 1 failed, 1 skipped');
  });

  test('lists the files with a failed test, and no list is left of an earlier run', async () => {
    const list = join(folder, '.lab/failed-tests');
    await runTests("test('subtracts', () => { throw new Error('no'); });");
    expect(readFileSync(list, 'utf8')).toBe('some.test.ts\n');
    await runTests(one);
    expect(existsSync(list)).toBe(false);
  });

  test('lists nothing to run again where a skip is forbidden, or an error is of no file', async () => {
    const list = join(folder, '.lab/failed-tests');
    const failing = "test('subtracts', () => { throw new Error('no'); });";
    await runTests(failing + skipped, { CI: 'true' });
    expect(existsSync(list)).toBe(false);
    const nobodys = "test('x', () => { Promise.reject(new Error('nobody')); });";
    await runTests(failing + nobodys);
    expect(existsSync(list)).toBe(false);
  });

  test('names each skipped test with its reason', async () => {
    const { exitCode, lines } = await runTests(one + skipped);
    expect(exitCode).toBe(0);
    expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped');
    expect(lines.join('\n')).toMatch(/SKIPPED .*dashboards load\n.*no Grafana image here/);
  });

  test('is a failure in CI when a test was skipped that may not be', async () => {
    const { exitCode, stderr } = await runTests(one + skipped, { CI: 'true' });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/may not be skipped in CI:\n.*dashboards load/);
  });

  test('in CI lets those skips pass that the machine cannot do without', async () => {
    const env = { CI: 'true', HEADROOM_ALLOWED_SKIPS: 'dashboards' };
    expect((await runTests(one + skipped, env)).exitCode).toBe(0);
  });
});

test('no skip is allowed where none is named', () => {
  const skips = [{ name: 'a.test.ts > b', reason: 'none' }];
  expect(forbiddenSkips(skips, undefined)).toEqual(skips);
  expect(forbiddenSkips(skips, '')).toEqual(skips);
});
