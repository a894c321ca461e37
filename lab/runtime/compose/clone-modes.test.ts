import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkCloneModes } from '../../doctor/containers';
import { rootDir } from '../../paths';
import { hiddenFromContainers, openToContainers } from './clone-modes';

let clone: string;
beforeEach(async () => {
  clone = mkdtempSync(join(tmpdir(), 'headroom-modes-'));
  // What git has, as it stands here.
  const copy = 'git ls-files -z | tar -c --null -T - | tar -x --no-same-permissions -C "$0"';
  await execa('bash', ['-c', `umask 077; ${copy}`, clone], { cwd: rootDir });
});
afterEach(() => rmSync(clone, { recursive: true }));

const open = () => execa('bash', ['-c', openToContainers], { cwd: clone });

it('a clone made under umask 077 is hidden from containers, and the remedy opens it', async () => {
  expect(hiddenFromContainers(clone)).toBe(join(clone, 'apps'));
  await open();
  expect(hiddenFromContainers(clone)).toBeUndefined();
});

it.each([
  ...['db/seed.sql', 'prometheus/rules', 'apps/express/views/error.eta'],
  ...['package.json', '.env.example'],
])('one that is hidden is named: %s', async (path) => {
  await open();
  chmodSync(join(clone, path), 0o700);
  expect(hiddenFromContainers(clone)).toBe(join(clone, path));
  expect(checkCloneModes(clone)).toMatchObject([{ status: 'warn', name: 'modes' }]);
});

it('the composition gives the same advice', () => {
  const composition = readFileSync(join(rootDir, 'docker-compose.yml'), 'utf8');
  const [, advised = ''] = /(chmod -R go\+rX .*)" >&2/.exec(composition) ?? [];
  expect(advised.replace('*.json', 'package.json package-lock.json tsconfig.json')).toBe(
    openToContainers,
  );
});
