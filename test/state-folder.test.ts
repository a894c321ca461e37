// The state folder: PostgreSQL starts wherever it is, and whatever rights the umask takes from it.
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rootDir } from '../lab/paths';
import { Lab } from './lab-process';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.create();
});
afterAll(() => lab.remove());

it('may have a long path with a comma, and be made by somebody who shares nothing', async () => {
  // The path of a Unix socket has 107 bytes at most.
  const state = join(lab.folder, `${'x'.repeat(100)},state`);
  const words = [
    '--require',
    'ts-node/register',
    'lab/main.ts',
    'run',
    'smoke',
    '--app',
    'express',
  ];
  const { all, exitCode } = await execa(
    'bash',
    ['-c', 'umask 077; exec "$@"', 'bash', process.execPath, ...words],
    {
      ...{ cwd: rootDir, env: { ...lab.env, HEADROOM_STATE: state }, extendEnv: false },
      ...{ reject: false, all: true },
    },
  );
  expect(all).toMatch(/smoke/i);
  expect([0, 4], all).toContain(exitCode);
}, 120_000);
