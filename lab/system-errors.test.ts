// Each error here is one that the system gave.

import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootDir, stateDir } from './paths';
import { makeFolder, refusalOf, requireWritable } from './system-errors';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-errors-'));
  writeFileSync(join(folder, 'file'), '');
  symlinkSync(join(folder, 'circle'), join(folder, 'circle'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const errorOf = async (action: () => unknown): Promise<unknown> => {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};

describe('a folder that cannot be made', () => {
  it.each([
    [
      'below a file',
      () => join(folder, 'file/results'),
      /results cannot be written: there is a file where a folder is wanted/,
    ],
    [
      'where a file is',
      () => join(folder, 'file'),
      /file cannot be written: there is a file where a folder/,
    ],
    ['in /proc', () => '/proc/headroom', /headroom cannot be written: .*Choose another place/],
    [
      'of too long a name',
      () => join(folder, 'x'.repeat(300)),
      /cannot be written: its name is too long/,
    ],
    [
      'in a circle of links',
      () => join(folder, 'circle/results'),
      /cannot be written: its symbolic links/,
    ],
    ['by a name with a NUL', () => join(folder, 'a\0b'), /must be a string.*without null bytes/],
  ])('%s is named, with the reason', async (_where, path, words) => {
    const error = await errorOf(() => makeFolder(path()));
    expect((error as Error).message).toMatch(words);
  });

  it('is told before anything is started', async () => {
    const error = await errorOf(() => requireWritable('/proc/self'));
    expect(error).toMatchObject({ exitCode: 5 });
    requireWritable(join(folder, 'new'));
  });
});

describe('an error that nobody expected', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'a disk without room',
      () => writeFileSync('/dev/full', 'x'),
      /the disk is full\. Free some space/,
    ],
    ['a folder in place of a file', () => readFileSync(folder), /it is a folder/],
    [
      'a server that is down',
      () => once(connect(1, '127.0.0.1'), 'connect'),
      /ECONNREFUSED 127\.0\.0\.1:1/,
    ],
    [
      'a host that has no address',
      () => fetch('http://nowhere.invalid'),
      /nowhere\.invalid.*address right/,
    ],
    [
      'a program that is not there',
      () => execa('headroom-no-such-program'),
      /cannot be started: it is not there/,
    ],
    [
      'a state folder that is gone',
      () => readFileSync(join(stateDir, 'gone/x')),
      /gone\/x cannot be used \(open\)/,
    ],
  ])('%s is no bug in the lab', async (_what, action, words) => {
    const refusal = refusalOf(await errorOf(action));
    expect(refusal?.message).toMatch(words);
    expect(refusal?.exitCode).toBe(5);
  });

  it.each([
    ['28P01', 'password authentication failed for user "lab"', true],
    ['42501', 'permission denied to create database', true],
    ['57P01', 'terminating connection due to administrator command', true],
    ['42601', 'syntax error at or near "SELCT"', false],
  ])('of PostgreSQL (%s: %s) is about the server: %s', (code, text, isOfServer) => {
    const error = Object.assign(new DatabaseError(text, 0, 'error'), { code, severity: 'ERROR' });
    expect(refusalOf(error) !== undefined).toBe(isOfServer);
  });

  it.each<[string, () => unknown]>([
    ['a file of the clone that is missing', () => readFileSync(join(rootDir, 'lab/no-such-file'))],
    ['a call of our own that is wrong', () => readFileSync(undefined as never)],
    ['a mistake in our code', () => (undefined as never as string).length],
  ])('%s is one', async (_what, action) => {
    expect(refusalOf(await errorOf(action))).toBeUndefined();
  });
});
