import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cgroupLimits, checkCgroup, checkOpenFiles } from './machine';

const limitsFile = (files: string) => `Limit                     Soft Limit  Hard Limit  Units
Max processes             95000       95000       processes
Max open files            ${files}    1048576     files
`;

test.each([
  ['1024', 'warn', '1024 open files'],
  ['65536', 'ok', '65536 open files'],
  ['unlimited', 'ok', 'unlimited open files'],
])('open files: %s is %s', (files, status, found) => {
  expect(checkOpenFiles(limitsFile(files))).toMatchObject({ status, found });
});

describe('limits of the cgroup', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cgroup-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const write = (file: string, text: string) => {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), text);
  };

  test('version 2: the tightest on the way to the root', () => {
    write('cgroup.controllers', 'cpu memory\n');
    write('user.slice/cpu.max', '150000 100000\n');
    write('user.slice/shell/cpu.max', 'max 100000\n');
    write('user.slice/shell/memory.max', '4000000000\n');
    const limits = cgroupLimits(root, '0::/user.slice/shell\n');
    expect(limits).toEqual({ version: 2, cores: 1.5, memoryBytes: 4e9 });
    expect(checkCgroup(limits)).toMatchObject({
      status: 'warn',
      found: 'version 2; 1.5 cores, 4.0 GB',
    });
  });

  test('version 1: its own files, and no limit where none is set', () => {
    write('cpu/cpu.cfs_quota_us', '-1\n');
    write('memory/memory.limit_in_bytes', '9223372036854771712\n');
    const limits = cgroupLimits(root, '4:memory:/\n3:cpu,cpuacct:/\n');
    expect(limits).toEqual({ version: 1, cores: null, memoryBytes: null });
    expect(checkCgroup(limits)).toMatchObject({ status: 'ok' });
  });
});
