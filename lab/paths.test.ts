import {
  chmodSync,
  chownSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ownFolder } from './paths';

let path: string;
beforeEach(() => {
  const parent = mkdtempSync(join(tmpdir(), 'headroom-own-'));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  path = join(parent, 'state');
});

describe('a folder at a path that anybody can predict', () => {
  it('is made, and found again', () => {
    expect(ownFolder(path)).toBe(path);
    expect(statSync(path).isDirectory()).toBe(true);
    expect(ownFolder(path)).toBe(path);
  });

  it.each<[string, () => void]>([
    ['a link to another', () => symlinkSync(tmpdir(), path)],
    ['a file', () => writeFileSync(path, '')],
    ['one where others may write', () => chmodSync(ownFolder(path), 0o777)],
    ['one where its group may write', () => chmodSync(ownFolder(path), 0o775)],
  ])('is refused where it is %s', (_what, make) => {
    make();
    expect(() => ownFolder(path)).toThrow(/is not a folder that you alone .*HEADROOM_STATE/);
  });

  it('is refused where it is another user’s', (context) => {
    context.skip(process.getuid?.() !== 0, 'only root can give a folder away');
    chownSync(ownFolder(path), 65534, 65534);
    expect(() => ownFolder(path)).toThrow(/HEADROOM_STATE/);
  });
});
