// What /proc says of processes and of the machine.
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
} from 'node:fs';

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
  /** Where it ran last. */
  cpu: number;
};

export function identify(pid: number): ProcessIdentity | undefined {
  const stat = processStat(pid);
  return stat && { pid, startTicks: stat.startTicks };
}

export function isAlive(identity: ProcessIdentity): boolean {
  const stat = processStat(identity.pid);
  return stat !== undefined && stat.startTicks === identity.startTicks && stat.state !== 'Z';
}

/** Processes end while they are looked at, and other users' are closed to us: both are no error. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const processStat = (pid: number): ProcessStat | undefined =>
  attempt(() => parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1')));

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
    cpu: field(39),
  };
}

/** Longer than a line of stat: a name has 16 bytes, and some fifty numbers 20 digits at most. */
const mostStatBytes = 2048;
const statBuffer = Buffer.alloc(mostStatBytes);

/**
 * The stat of one process, kept open: read again it costs an eighth of what it costs to open (5 and 42 µs on
 * a virtual machine), and it is never that of another process which got the same pid.
 */
export class OpenStat {
  private constructor(private readonly file: number) {}

  /** Undefined when the process is gone. */
  static of(pid: number): OpenStat | undefined {
    return attempt(() => new OpenStat(openSync(`/proc/${pid}/stat`, 'r')));
  }

  /** As it is now; undefined when the process is gone. */
  read(): ProcessStat | undefined {
    return attempt(() => {
      const bytes = readSync(this.file, statBuffer, 0, mostStatBytes, 0);
      return parseStat(statBuffer.toString('latin1', 0, bytes));
    });
  }

  close(): void {
    closeSync(this.file);
  }
}

export function allProcesses(): ProcessStat[] {
  return readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? processStat(Number(name)) : undefined;
    return stat === undefined ? [] : [stat];
  });
}

export const childrenOf = (parent: number): number[] =>
  allProcesses().flatMap((stat) => (stat.parent === parent ? stat.pid : []));

/** The pid given out last on this machine, to a process or a thread. */
export const newestPid = (): number =>
  Number(readFileSync('/proc/loadavg', 'latin1').trim().split(' ').at(-1));

/** Its command line, which some change as they go; empty when it is gone. */
export const titleOf = (pid: number): string =>
  attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()) ?? '';

export const cpuOf = (tree: readonly ProcessStat[]): number =>
  tree.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);

/** CPU seconds so far of each process tree, by the pid of its root; a root that is gone has none. */
export const treeCpuSeconds = (roots: readonly number[]): Map<number, number> =>
  new Map([...processTrees(roots)].map(([root, tree]) => [root, cpuOf(tree)]));

/** CPU seconds so far of one process; undefined when it is gone. */
export const cpuSecondsOf = (pid: number): number | undefined => processStat(pid)?.cpuSeconds;

/** Each process with all below it, parents first, by the pid of its root; a root that is gone has none. */
export function processTrees(roots: readonly number[]): Map<number, ProcessStat[]> {
  const all = allProcesses();
  const trees = roots.map((root) => [root, withAllBelow(root, all)] as const);
  return new Map(trees.filter(([, tree]) => tree.length > 0));
}

/** Parents first; none where the root is gone. */
export function withAllBelow(root: number, all: readonly ProcessStat[]): ProcessStat[] {
  const children = Map.groupBy(all, (stat) => stat.parent);
  const walk = (stat: ProcessStat): ProcessStat[] => [
    stat,
    ...(children.get(stat.pid) ?? []).flatMap(walk),
  ];
  return all.filter(({ pid }) => pid === root).flatMap(walk);
}

/**
 * Seconds so far that the threads of these processes were ready to run and waited for a core
 * (/proc/PID/schedstat, second field, in ns); null on a kernel without CONFIG_SCHED_INFO.
 */
export function runQueueWaitSeconds(pids: readonly number[]): number | null {
  if (!existsSync('/proc/self/schedstat')) return null;
  let seconds = 0;
  for (const pid of pids) {
    const threads = `/proc/${pid}/task`;
    for (const thread of attempt(() => readdirSync(threads)) ?? []) {
      const line = attempt(() => readFileSync(`${threads}/${thread}/schedstat`, 'latin1'));
      seconds += Number(line?.split(' ')[1] ?? 0) / 1e9;
    }
  }
  return seconds;
}

/**
 * The processes that listen on a TCP port of this machine, without the children that share the socket; none
 * where they are another user's, whose sockets are not to be seen.
 */
export function listenersOn(port: number): number[] {
  // A kernel without IPv6 has no second table.
  const sockets = ['tcp', 'tcp6'].flatMap((table) =>
    listeningInodes(attempt(() => readFileSync(`/proc/net/${table}`, 'latin1')) ?? '', port),
  );
  const links = new Set(sockets.map((inode) => `socket:[${inode}]`));
  const holds = ({ pid }: ProcessStat): boolean => {
    const files = `/proc/${pid}/fd`;
    const linkOf = (file: string) => attempt(() => readlinkSync(`${files}/${file}`)) ?? '';
    return (attempt(() => readdirSync(files)) ?? []).some((file) => links.has(linkOf(file)));
  };
  const holders = allProcesses().filter(holds);
  const pids = holders.map(({ pid }) => pid);
  return holders.filter(({ parent }) => !pids.includes(parent)).map(({ pid }) => pid);
}

/** Inodes of the sockets that listen on `port`, from the text of /proc/net/tcp (proc(5)). */
export function listeningInodes(table: string, port: number): string[] {
  const listen = '0A';
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(local) && fields[3] === listen)
    .flatMap((fields) => fields[9] ?? []);
}

/** CPU seconds so far: in processes, and taken by the hypervisor. */
type CoreSeconds = { processes: number; steal: number };

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
    const text = attempt(() => readFileSync(`/proc/${pid}/${file}`, 'latin1')) ?? '';
    const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text);
    return found === null ? undefined : Number(found[1]) * 1024;
  };
  const rss = read('status', 'VmRSS');
  return rss === undefined ? undefined : { rss, pss: read('smaps_rollup', 'Pss') ?? null };
}
