// The CPU limit of the lab's own container, k6 with it: how many cores it leaves them, and how long it has held
// them up.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const cgroup = '/sys/fs/cgroup';

/** With cgroup v2 and v1: the file, the line, and how many of its units are a second. */
const accounts = [
  ['cpu.stat', /^throttled_usec (\d+)$/m, 1e6],
  ['cpu/cpu.stat', /^throttled_time (\d+)$/m, 1e9],
] as const;

/** Seconds so far; undefined where the container's own account is not to be seen. */
export function throttledSeconds(root = cgroup): number | undefined {
  for (const [file, line, unitsInSecond] of accounts) {
    const [, units] = line.exec(read(root, file) ?? '') ?? [];
    if (units !== undefined) return Number(units) / unitsInSecond;
  }
  return undefined;
}

/** Cores; undefined without a limit. Node knows it only where it sees the path that the host gives its cgroup. */
export function cpuLimitCores(root = cgroup): number | undefined {
  const [quota, period] =
    read(root, 'cpu.max')?.split(' ') ??
    ['quota', 'period'].map((of) => read(root, `cpu/cpu.cfs_${of}_us`));
  const cores = Number(quota) / Number(period);
  // "max" with version 2, -1 with version 1.
  return cores > 0 ? cores : undefined;
}

/** Undefined where it is the other version, or none. */
function read(root: string, file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}
