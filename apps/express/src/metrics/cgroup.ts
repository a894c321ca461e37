// Reads the accounts of the container's own cgroup, version 1 or 2.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PRESSURE_RESOURCES = ['cpu', 'memory', 'io'] as const;

/** Absent fields: no limit is set, or this kernel keeps no such account. */
export interface CgroupReading {
  cpuSeconds: number;
  throttledSeconds: number;
  cpuLimitCores?: number;
  memoryBytes: number;
  memoryLimitBytes?: number;
  pressureSeconds?: Record<(typeof PRESSURE_RESOURCES)[number], number>;
}

/** Version 1 writes "no limit" as the largest multiple of a page; nobody has this much memory. */
const NO_LIMIT_BYTES = 2 ** 60;

/** @throws when neither version's files are there. */
export function readCgroup(root = '/sys/fs/cgroup'): CgroupReading {
  return existsSync(join(root, 'cgroup.controllers')) ? readVersion2(root) : readVersion1(root);
}

/** https://docs.kernel.org/admin-guide/cgroup-v2.html; times are in microseconds. */
function readVersion2(root: string): CgroupReading {
  const read = (file: string) => readText(join(root, file));
  const cpu = keyedNumbers(read('cpu.stat'));
  const [quota, period] = (read('cpu.max') ?? 'max').trim().split(' ');
  const memoryLimit = (read('memory.max') ?? 'max').trim();
  const pressures = PRESSURE_RESOURCES.map((resource) => {
    const total = /^some .*total=(\d+)/m.exec(read(`${resource}.pressure`) ?? '')?.[1];
    return [resource, Number(total) / 1e6] as const;
  });
  return {
    cpuSeconds: (cpu.usage_usec ?? 0) / 1e6,
    throttledSeconds: (cpu.throttled_usec ?? 0) / 1e6,
    ...(quota !== 'max' && { cpuLimitCores: Number(quota) / Number(period) }),
    memoryBytes: Number(read('memory.current') ?? 0),
    ...(memoryLimit !== 'max' && { memoryLimitBytes: Number(memoryLimit) }),
    ...(pressures.every(([, seconds]) => Number.isFinite(seconds)) && {
      pressureSeconds: Object.fromEntries(pressures) as CgroupReading['pressureSeconds'] & object,
    }),
  };
}

/** https://docs.kernel.org/admin-guide/cgroup-v1/; times are in nanoseconds. */
function readVersion1(root: string): CgroupReading {
  const read = (file: string) => readText(join(root, file));
  const quota = Number(read('cpu/cpu.cfs_quota_us') ?? -1);
  const memoryLimit = Number(read('memory/memory.limit_in_bytes') ?? NO_LIMIT_BYTES);
  return {
    cpuSeconds: Number(read('cpuacct/cpuacct.usage') ?? 0) / 1e9,
    throttledSeconds: (keyedNumbers(read('cpu/cpu.stat')).throttled_time ?? 0) / 1e9,
    ...(quota > 0 && { cpuLimitCores: quota / Number(read('cpu/cpu.cfs_period_us')) }),
    memoryBytes: Number(read('memory/memory.usage_in_bytes') ?? 0),
    ...(memoryLimit < NO_LIMIT_BYTES && { memoryLimitBytes: memoryLimit }),
  };
}

/** Undefined where the kernel has no such file, or refuses it (pressure accounting switched off). */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function keyedNumbers(text: string | undefined): Record<string, number> {
  return Object.fromEntries(
    (text ?? '').split('\n').map((line) => {
      const [key = '', value] = line.split(' ');
      return [key, Number(value)];
    }),
  );
}
