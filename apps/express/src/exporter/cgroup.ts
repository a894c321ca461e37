// Reads the accounts of the container's own cgroup, version 1 or 2.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PRESSURE_RESOURCES = ['cpu', 'memory', 'io'] as const;

type Resource = (typeof PRESSURE_RESOURCES)[number];

/** Undefined: no limit is set, or this kernel keeps no such account. */
export interface CgroupReading {
  cpuSeconds?: number | undefined;
  throttledSeconds?: number | undefined;
  cpuLimitCores?: number | undefined;
  memoryBytes?: number | undefined;
  memoryLimitBytes?: number | undefined;
  pressureSeconds: Partial<Record<Resource, number>>;
}

/** Version 1 writes "no limit" as the largest multiple of a page; nobody has this much memory. */
const NO_LIMIT_BYTES = 2 ** 60;

export function readCgroup(
  mount = '/sys/fs/cgroup',
  membership = '/proc/self/cgroup',
): CgroupReading {
  const isVersion2 = existsSync(join(mount, 'cgroup.controllers'));
  return isVersion2 ? readVersion2(mount, membership) : readVersion1(mount, membership);
}

/** https://docs.kernel.org/admin-guide/cgroup-v2.html; times are in microseconds. */
function readVersion2(mount: string, membership: string): CgroupReading {
  const folder = ownFolder(mount, membership, '');
  const read = (file: string) => readText(join(folder, file));
  const cpu = keyedNumbers(read('cpu.stat'));
  const [quota, period] = (read('cpu.max') ?? 'max').split(' ').map(number);
  const pressures = PRESSURE_RESOURCES.flatMap((resource) => {
    const total = /^some .*total=(\d+)/m.exec(read(`${resource}.pressure`) ?? '')?.[1];
    return total === undefined ? [] : [[resource, Number(total) / 1e6]];
  });
  return {
    cpuSeconds: over(1e6, cpu.usage_usec),
    throttledSeconds: over(1e6, cpu.throttled_usec),
    cpuLimitCores: over(period ?? 1, quota),
    memoryBytes: number(read('memory.current')),
    memoryLimitBytes: number(read('memory.max')),
    pressureSeconds: Object.fromEntries(pressures),
  };
}

/** https://docs.kernel.org/admin-guide/cgroup-v1/; times are in nanoseconds. */
function readVersion1(mount: string, membership: string): CgroupReading {
  const read = (hierarchy: string, file: string) =>
    readText(join(ownFolder(join(mount, hierarchy), membership, hierarchy), file));
  const quota = number(read('cpu', 'cpu.cfs_quota_us'));
  const period = number(read('cpu', 'cpu.cfs_period_us'));
  const memoryLimit = number(read('memory', 'memory.limit_in_bytes'));
  return {
    cpuSeconds: over(1e9, number(read('cpuacct', 'cpuacct.usage'))),
    throttledSeconds: over(1e9, keyedNumbers(read('cpu', 'cpu.stat')).throttled_time),
    // -1 stands for no limit.
    cpuLimitCores: quota !== undefined && quota > 0 ? over(period ?? 1, quota) : undefined,
    memoryBytes: number(read('memory', 'memory.usage_in_bytes')),
    memoryLimitBytes:
      memoryLimit !== undefined && memoryLimit < NO_LIMIT_BYTES ? memoryLimit : undefined,
    pressureSeconds: {},
  };
}

/**
 * This process's cgroup in a hierarchy; version 2 has one hierarchy, without a name. A container
 * mostly sees its own cgroup as the hierarchy's root, while the kernel names it by a path of the
 * host: what is not there from here is the root.
 */
function ownFolder(hierarchy: string, membership: string, controller: string): string {
  for (const line of (readText(membership) ?? '').split('\n')) {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const own = join(hierarchy, path);
    if (controllers.split(',').includes(controller) && existsSync(own)) return own;
  }
  return hierarchy;
}

/** Undefined where the kernel has no such file, or refuses it (pressure accounting switched off). */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Undefined where the file is absent or says `max`. */
function number(text: string | undefined): number | undefined {
  return text === undefined || text === '' || text === 'max' ? undefined : Number(text);
}

function over(divisor: number, value: number | undefined): number | undefined {
  return value === undefined ? undefined : value / divisor;
}

function keyedNumbers(text: string | undefined): Record<string, number | undefined> {
  return Object.fromEntries(
    (text ?? '').split('\n').map((line) => {
      const [key = '', value] = line.split(' ');
      return [key, number(value)];
    }),
  );
}
