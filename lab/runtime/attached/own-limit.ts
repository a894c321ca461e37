// How long the CPU limit of the lab's own container has held it up, k6 with it.
import { readFileSync } from 'node:fs';

/** With cgroup v2 and v1: the file, the line, and how many of its units are a second. */
const accounts = [
  ['/sys/fs/cgroup/cpu.stat', /^throttled_usec (\d+)$/m, 1e6],
  ['/sys/fs/cgroup/cpu/cpu.stat', /^throttled_time (\d+)$/m, 1e9],
] as const;

/** Seconds so far; undefined where the container's own account is not to be seen. */
export function throttledSeconds(): number | undefined {
  for (const [file, line, unitsInSecond] of accounts) {
    try {
      const [, units] = line.exec(readFileSync(file, 'utf8')) ?? [];
      if (units !== undefined) return Number(units) / unitsInSecond;
    } catch {
      // The other version, or none.
    }
  }
  return undefined;
}
