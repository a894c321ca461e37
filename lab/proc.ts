// What /proc says of processes and of the machine.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Ticks per second of the times in /proc (USER_HZ), fixed at 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** A pid with its start time: a pid alone may have been given to another process since. */
export type ProcessIdentity = { pid: number; startTicks: number };

export type ProcessStat = ProcessIdentity & {
  parent: number;
  /** Of children that ended and were waited for, too. */
  cpuSeconds: number;
  /** Of those children alone. */
  reapedSeconds: number;
  state: string;
};

export function identify(pid: number): ProcessIdentity | undefined {
  const stat = processStat(pid);
  return stat && { pid, startTicks: stat.startTicks };
}

export function isAlive(identity: ProcessIdentity): boolean {
  const stat = processStat(identity.pid);
  return stat !== undefined && stat.startTicks === identity.startTicks && stat.state !== 'Z';
}

/** Undefined when it is gone. */
export function processStat(pid: number): ProcessStat | undefined {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // It ended between being listed and being read.
  }
  return parseStat(line);
}

/** @param line text of /proc/PID/stat */
export function parseStat(line: string): ProcessStat {
  // The command's name stands in brackets and may hold spaces: what follows it is proc(5)'s field 3.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return {
    pid: Number.parseInt(line, 10),
    startTicks: field(22),
    parent: field(4),
    state: fields[0] ?? '',
    // utime, stime, cutime, cstime.
    cpuSeconds: (field(14) + field(15) + field(16) + field(17)) / ticksPerSecond,
    reapedSeconds: (field(16) + field(17)) / ticksPerSecond,
  };
}

function allProcesses(): ProcessStat[] {
  return readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? processStat(Number(name)) : undefined;
    return stat === undefined ? [] : [stat];
  });
}

export const childrenOf = (parent: number): number[] =>
  allProcesses().flatMap((stat) => (stat.parent === parent ? stat.pid : []));

/** The pid given out last on this machine, to a process or a thread: another one, and somebody was born. */
export const newestPid = (): string =>
  readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1) ?? '';

/** Its command line, which some change as they go; empty when it is gone. */
export function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return ''; // It has just ended.
  }
}

export const cpuOf = (tree: readonly ProcessStat[]): number =>
  tree.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);

/** CPU seconds so far of each process tree, by the pid of its root; a root that is gone has none. */
export const treeCpuSeconds = (roots: readonly number[]): Map<number, number> =>
  new Map([...processTrees(roots)].map(([root, tree]) => [root, cpuOf(tree)]));

/** CPU seconds so far of one process; undefined when it is gone. */
export const cpuSecondsOf = (pid: number): number | undefined => processStat(pid)?.cpuSeconds;

/** Each process with all below it, parents first, by the pid of its root; a root that is gone has none. */
export function processTrees(roots: readonly number[]): Map<number, ProcessStat[]> {
  const stats = allProcesses();
  const children = Map.groupBy(stats, (stat) => stat.parent);
  const walk = (stat: ProcessStat): ProcessStat[] => [
    stat,
    ...(children.get(stat.pid) ?? []).flatMap(walk),
  ];
  return new Map(
    stats.filter(({ pid }) => roots.includes(pid)).map((root) => [root.pid, walk(root)]),
  );
}

/**
 * Seconds so far that the threads of these processes were ready to run and waited for a core
 * (/proc/PID/schedstat, second field, in ns); null on a kernel without CONFIG_SCHED_INFO.
 */
export function runQueueWaitSeconds(pids: readonly number[]): number | null {
  if (!existsSync('/proc/self/schedstat')) return null;
  const waits = pids.flatMap((pid) => {
    try {
      return readdirSync(`/proc/${pid}/task`).map((thread) => {
        const line = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1');
        return Number(line.split(' ')[1]) / 1e9;
      });
    } catch {
      return []; // It, or one of its threads, has just ended.
    }
  });
  return waits.reduce((total, wait) => total + wait, 0);
}

/** CPU seconds so far: in processes, and taken by the hypervisor. */
export type CoreSeconds = { processes: number; steal: number };

export const readMachineStat = (): string => readFileSync('/proc/stat', 'latin1');

/**
 * Of the whole machine.
 *
 * @param stat text of /proc/stat
 */
export const machineCpuSeconds = (stat = readMachineStat()): CoreSeconds =>
  coreSecondsIn(stat.split('\n', 1)[0] ?? '');

/**
 * Of each core, by its number.
 *
 * @param stat text of /proc/stat
 */
export function coresCpuSeconds(stat = readMachineStat()): Map<number, CoreSeconds> {
  const lines = stat.matchAll(/^cpu(?<cpu>\d+) .*$/gm);
  return new Map(
    [...lines].map(({ 0: line, groups }) => [Number(groups?.cpu), coreSecondsIn(line)]),
  );
}

function coreSecondsIn(line: string): CoreSeconds {
  const [user = 0, nice = 0, system = 0, , , , , steal = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map((ticks) => Number(ticks) / ticksPerSecond);
  // Interrupt time is left out: loopback traffic causes it, and no process is charged for it.
  return { processes: user + nice + system, steal };
}

/** A process and all below it, those it adopted not among them. */
export const treeOf = (root: number): number[] =>
  processTrees([root])
    .get(root)
    ?.map(({ pid }) => pid) ?? [root];

/** Of one process, as proc(5) tells it; undefined when it is gone, `pss` null where it is not given. */
export function memoryBytes(pid: number): { rss: number; pss: number | null } | undefined {
  const read = (file: string, field: string): number | undefined => {
    try {
      const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(
        readFileSync(`/proc/${pid}/${file}`, 'latin1'),
      );
      return found === null ? undefined : Number(found[1]) * 1024;
    } catch {
      return undefined;
    }
  };
  const rss = read('status', 'VmRSS');
  return rss === undefined ? undefined : { rss, pss: read('smaps_rollup', 'Pss') ?? null };
}
