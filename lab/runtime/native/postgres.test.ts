import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { copyForAll } from './postgres';

it('a copy of programs that root alone may read can be run by everybody', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-copy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const from = join(folder, 'native');
  mkdirSync(join(from, 'bin'), { recursive: true });
  for (const [path, mode] of [
    ['bin/postgres', 0o700],
    ['settings', 0o600],
  ] as const) {
    writeFileSync(join(from, path), '');
    chmodSync(join(from, path), mode);
  }
  for (const made of ['', 'bin']) chmodSync(join(from, made), 0o700);
  const before = process.umask(0o077);
  onTestFinished(() => void process.umask(before));
  const to = join(folder, 'copy');
  copyForAll(from, to);
  const modes = ['', 'bin', 'bin/postgres', 'settings'].map(
    (path) => statSync(join(to, path)).mode & 0o777,
  );
  expect(modes).toEqual([0o755, 0o755, 0o755, 0o644]);
});
