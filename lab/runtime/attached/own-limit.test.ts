import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cpuLimitCores, throttledSeconds } from './own-limit';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'headroom-limit-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function files(contents: Record<string, string>): void {
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
}

test('cgroup v2', () => {
  files({ 'cpu.max': '150000 100000\n', 'cpu.stat': 'usage_usec 9\nthrottled_usec 2500000\n' });
  expect(cpuLimitCores(root)).toBe(1.5);
  expect(throttledSeconds(root)).toBe(2.5);
});

test('cgroup v1', () => {
  files({
    'cpu/cpu.cfs_quota_us': '50000\n',
    'cpu/cpu.cfs_period_us': '100000\n',
    'cpu/cpu.stat': 'nr_periods 10\nthrottled_time 2500000000\n',
  });
  expect(cpuLimitCores(root)).toBe(0.5);
  expect(throttledSeconds(root)).toBe(2.5);
});

test.each([
  ['cgroup v2', { 'cpu.max': 'max 100000\n' }],
  ['cgroup v1', { 'cpu/cpu.cfs_quota_us': '-1\n', 'cpu/cpu.cfs_period_us': '100000\n' }],
  ['no cgroup', {}],
])('no limit is none, with %s', (_version, contents) => {
  files(contents);
  expect(cpuLimitCores(root)).toBeUndefined();
});
