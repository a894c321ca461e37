import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCgroup } from './cgroup';

let root: string;
let membership: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cgroup-'));
  membership = join(root, 'membership');
});
afterEach(() => rmSync(root, { recursive: true }));

function files(contents: Record<string, string>): void {
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
}

describe('cgroup version 2', () => {
  const accounts = {
    'cgroup.controllers': 'cpu memory io\n',
    'cpu.stat': 'usage_usec 2500000\nuser_usec 2000000\nthrottled_usec 125000\n',
    'memory.current': '104857600\n',
  };

  test('with limits and pressure', () => {
    const pressure = (total: number) =>
      `some avg10=0.00 avg60=0.00 avg300=0.00 total=${total}\nfull avg10=0.00 total=7\n`;
    files({
      ...accounts,
      'cpu.max': '150000 100000\n',
      'memory.max': '268435456\n',
      'cpu.pressure': pressure(3_000_000),
      'memory.pressure': pressure(500_000),
      'io.pressure': pressure(0),
    });
    expect(readCgroup(root, membership)).toEqual({
      cpuSeconds: 2.5,
      throttledSeconds: 0.125,
      cpuLimitCores: 1.5,
      memoryBytes: 104_857_600,
      memoryLimitBytes: 268_435_456,
      pressureSeconds: { cpu: 3, memory: 0.5, io: 0 },
    });
  });

  test('without limits, on a kernel that keeps no pressure', () => {
    files({ ...accounts, 'cpu.max': 'max 100000\n', 'memory.max': 'max\n' });
    expect(readCgroup(root, membership)).toEqual({
      cpuSeconds: 2.5,
      throttledSeconds: 0.125,
      memoryBytes: 104_857_600,
      pressureSeconds: {},
    });
  });
});

test('accounts that the kernel does not keep are absent, not 0', () => {
  files({ 'cgroup.controllers': 'cpu\n', 'cpu.stat': 'usage_usec 2500000\nuser_usec 2000000\n' });
  expect(readCgroup(root, membership)).toEqual({ cpuSeconds: 2.5, pressureSeconds: {} });
  rmSync(join(root, 'cgroup.controllers'));
  expect(readCgroup(root, membership)).toEqual({ pressureSeconds: {} });
});

test('the own cgroup is read where the hierarchy is seen whole', () => {
  files({
    'cgroup.controllers': 'memory\n',
    'memory.current': '999\n',
    'system.slice/app.scope/memory.current': '104857600\n',
    'system.slice/app.scope/io.pressure': 'some avg10=0.00 total=500000\n',
    membership: '0::/system.slice/app.scope\n',
  });
  expect(readCgroup(root, membership)).toEqual({
    memoryBytes: 104_857_600,
    pressureSeconds: { io: 0.5 },
  });
});

describe('cgroup version 1', () => {
  const accounts = {
    'cpuacct/cpuacct.usage': '2500000000\n',
    'cpu/cpu.stat': 'nr_periods 10\nnr_throttled 2\nthrottled_time 125000000\n',
    'cpu/cpu.cfs_period_us': '100000\n',
    'memory/memory.usage_in_bytes': '104857600\n',
  };

  test('with limits', () => {
    files({
      ...accounts,
      'cpu/cpu.cfs_quota_us': '150000\n',
      'memory/memory.limit_in_bytes': '268435456\n',
    });
    expect(readCgroup(root, membership)).toEqual({
      cpuSeconds: 2.5,
      throttledSeconds: 0.125,
      cpuLimitCores: 1.5,
      memoryBytes: 104_857_600,
      memoryLimitBytes: 268_435_456,
      pressureSeconds: {},
    });
  });

  test('without limits', () => {
    files({
      ...accounts,
      'cpu/cpu.cfs_quota_us': '-1\n',
      'memory/memory.limit_in_bytes': '9223372036854771712\n',
    });
    expect(readCgroup(root, membership)).toEqual({
      cpuSeconds: 2.5,
      throttledSeconds: 0.125,
      memoryBytes: 104_857_600,
      pressureSeconds: {},
    });
  });
});
