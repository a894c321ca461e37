import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { takeLock } from './file-lock';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-lock-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('a lock is held by one at a time, and free again when it is let go of', async () => {
  const file = join(folder, 'a.lock');
  const first = await takeLock(file, 0);
  expect(first).toBeDefined();
  expect(await takeLock(file, 0)).toBeUndefined();
  await first?.[Symbol.asyncDispose]();
  await using second = await takeLock(file, 0);
  expect(second).toBeDefined();
});

it('a file that cannot be made is an error, and not a lock that another holds', async () => {
  await expect(takeLock('/proc/headroom.lock', 0)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(/\/proc\/headroom\.lock cannot be locked: .*cannot open/),
  });
});

it('a machine without flock is told what to install', async () => {
  vi.stubEnv('PATH', folder);
  await expect(takeLock(join(folder, 'a.lock'), 0)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringMatching(/install util-linux/),
  });
});
