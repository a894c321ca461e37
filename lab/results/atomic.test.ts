import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { adoptWritten, secretMode, writeFileAtomic } from './atomic';

it('a pipe, a device or a folder that a person names is never replaced by a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atomic-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // What a person's shell hands on: /dev/stdout and the like are links.
  for (const [name, target] of Object.entries({ null: '/dev/null', full: '/dev/full' })) {
    symlinkSync(target, join(folder, name));
  }
  mkdirSync(join(folder, 'folder'));
  writeFileAtomic(join(folder, 'null'), 'text');
  expect(() => writeFileAtomic(join(folder, 'full'), 'text')).toThrow(/the disk is full/);
  expect(() => writeFileAtomic(join(folder, 'folder'), 'text')).toThrow(/it is a folder/);
  expect(readlinkSync(join(folder, 'null'))).toBe('/dev/null');
  expect(readlinkSync(join(folder, 'full'))).toBe('/dev/full');
  expect(readdirSync(folder).sort()).toEqual(['folder', 'full', 'null']);
});

it('a secret is nobody else’s to read, also where anybody may read what is written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atomic-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const modeOf = (name: string) => statSync(join(folder, name)).mode & 0o777;
  writeFileAtomic(join(folder, 'secret'), 'text', secretMode);
  writeFileAtomic(join(folder, 'plain'), 'text');
  expect(modeOf('secret')).toBe(0o600);
  expect(modeOf('plain')).toBe(0o666 & ~process.umask());
});

describe('what another program wrote in place', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'adopt-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const adopt = () =>
    adoptWritten(join(folder, 'written.tmp'), join(folder, 'whole.json'), JSON.parse);

  it('is taken over where it is whole', () => {
    writeFileSync(join(folder, 'written.tmp'), '{"a": 1}');
    adopt();
    expect(readdirSync(folder)).toEqual(['whole.json']);
    expect(readFileSync(join(folder, 'whole.json'), 'utf8')).toBe('{"a": 1}');
  });

  it.each(['', '{"a": 1, "b'])('is removed where it ends early: %j', (half) => {
    writeFileSync(join(folder, 'written.tmp'), half);
    adopt();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('need not be there', () => {
    adopt();
    expect(readdirSync(folder)).toEqual([]);
  });
});
