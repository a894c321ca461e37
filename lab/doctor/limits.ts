// What the system allows this process: open files, and the CPU and memory of its cgroup.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Check } from './check';

/** A k6 with 1,000 users, a subject and a scrape hold about a socket each; the rest is margin. */
const openFilesWanted = 4096;

const remedyFiles = `Raise it: \`ulimit -n ${openFilesWanted}\` in this shell; with fewer, load of many users fails in the generator.`;

/** @param limits text of /proc/self/limits */
export function checkOpenFiles(limits: string): Check {
  const name = 'ulimit';
  const [, soft = ''] = /^Max open files\s+(\S+)/m.exec(limits) ?? [];
  const found = `${soft} open files`;
  if (soft === 'unlimited' || Number(soft) >= openFilesWanted) return { name, status: 'ok', found };
  return { name, status: 'warn', found, remedy: remedyFiles };
}

export type CgroupLimits = {
  version: 1 | 2;
  /** The tightest on the way from this process's group to the root; null: none. */
  cores: number | null;
  memoryBytes: number | null;
};

/** A limit holds for all groups beneath it, so each level up to the root is asked. */
export function cgroupLimits(
  root = '/sys/fs/cgroup',
  memberships = readFileSync('/proc/self/cgroup', 'utf8'),
): CgroupLimits {
  const pathOf = (controller: string): string =>
    memberships
      .split('\n')
      .map((line) => line.split(':'))
      .find(([, controllers = '']) => controllers.split(',').includes(controller))?.[2] ?? '/';
  if (existsSync(join(root, 'cgroup.controllers'))) {
    const levels = upwards(root, pathOf(''));
    return {
      version: 2,
      cores: tightest(levels, (level) => {
        const [quota, period] = read(level, 'cpu.max')?.split(' ') ?? [];
        return Number(quota) / Number(period);
      }),
      memoryBytes: tightest(levels, (level) => Number(read(level, 'memory.max') ?? Number.NaN)),
    };
  }
  return {
    version: 1,
    cores: tightest(upwards(join(root, 'cpu'), pathOf('cpu')), (level) => {
      const quota = Number(read(level, 'cpu.cfs_quota_us') ?? -1);
      return quota > 0 ? quota / Number(read(level, 'cpu.cfs_period_us')) : Number.NaN;
    }),
    memoryBytes: tightest(upwards(join(root, 'memory'), pathOf('memory')), (level) => {
      const limit = Number(read(level, 'memory.limit_in_bytes') ?? Number.NaN);
      // "No limit" is written as the largest multiple of a page.
      return limit < 2 ** 60 ? limit : Number.NaN;
    }),
  };
}

export function checkCgroup({ version, cores, memoryBytes }: CgroupLimits): Check {
  const limits = [
    ...(cores === null ? [] : [`${cores} cores`]),
    ...(memoryBytes === null ? [] : [`${(memoryBytes / 1e9).toFixed(1)} GB`]),
  ];
  const found = `version ${version}; ${limits.join(', ') || 'no limit on CPU or memory'}`;
  if (cores === null) return { name: 'cgroup', status: 'ok', found };
  const remedy =
    'A CPU quota stops subject and generator alike in mid-request: run the lab outside it.';
  return { name: 'cgroup', status: 'warn', found, remedy };
}

/** The group's folder and all above it, up to the root. */
function upwards(root: string, path: string): string[] {
  const levels = [root];
  for (let at = join(root, path); at.startsWith(root) && at !== root; at = dirname(at)) {
    levels.push(at);
  }
  return levels;
}

function tightest(levels: readonly string[], limitOf: (level: string) => number): number | null {
  const limits = levels.map(limitOf).filter(Number.isFinite);
  return limits.length === 0 ? null : Math.min(...limits);
}

function read(folder: string, file: string): string | undefined {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}
