// Django's own tests, in Python, on a PostgreSQL of their own.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { rootDir, toolsDir } from '../lab/paths';
import { superuserUrlAt } from '../lab/runtime/databases';
import { startPostgres } from '../lab/runtime/native/postgres';
import { Processes } from '../lab/runtime/native/processes';
import { allowedCpus } from '../lab/runtime/native/topology';
import { freePorts, temporaryFolder } from './lab-process';

const python = join(toolsDir, 'venv/bin/python');

test('manage.py test finds nothing wrong, and `bare` needs no part of the shop', async () => {
  const folder = temporaryFolder();
  const processes = await Processes.claim(folder);
  try {
    const [port = 0] = await freePorts(1);
    const cpus = allowedCpus();
    const { address } = await startPostgres({ processes, stateDir: folder, port, cpus });
    const env = {
      PYTHONDONTWRITEBYTECODE: '1',
      DATABASE_URL: superuserUrlAt(address),
      SESSION_SECRET: 'of-fifty-characters-for-tests-that-sign-nothing-at-all',
    };
    const manage = (args: string[], more: Record<string, string> = {}) =>
      execa(python, ['-W', 'error', 'manage.py', ...args], {
        cwd: join(rootDir, 'apps/django'),
        env: { ...env, ...more },
      });
    const { stderr } = await manage(['test']);
    expect(stderr).toMatch(/^Ran [1-9]\d* tests[\s\S]*\nOK$/m);
    await manage(['check'], { MIDDLEWARE: 'none' });
  } finally {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);
