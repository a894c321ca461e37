// A process and all below it, as Linux's /proc counts them.
import { readdirSync, readFileSync } from 'node:fs';

type ProcessTree = {
  cpuSeconds: number;
  residentBytes: number;
  openFds: number;
  /** When its root started, in seconds since 1970. */
  startedAtSeconds: number;
};

/** Ticks per second in /proc (USER_HZ): 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

type Stat = { pid: number; parent: number; cpuSeconds: number; startSeconds: number };

export function processTree(rootPid: number): ProcessTree {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)));
  const root = all.find(({ pid }) => pid === rootPid);
  if (!root) throw new Error(`the subject's rootPid is ${rootPid}: no such process`);
  const tree = withDescendants(root, all);
  const sum = (of: (pid: number) => number) => tree.reduce((total, { pid }) => total + of(pid), 0);
  return {
    cpuSeconds: tree.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0),
    residentBytes: sum((pid) => kilobytesOf(pid, 'VmRSS') * 1024),
    openFds: sum((pid) => readdirSync(`/proc/${pid}/fd`).length),
    startedAtSeconds: bootTimeSeconds() + root.startSeconds,
  };
}

const withDescendants = (root: Stat, all: Stat[]): Stat[] => [
  root,
  ...all
    .filter(({ parent }) => parent === root.pid)
    .flatMap((child) => withDescendants(child, all)),
];

function readStat(pid: number): Stat[] {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return []; // It ended between being listed and being read.
  }
  // The command's name stands in brackets and may hold spaces: what follows it is proc(5)'s field 3.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  const cpuSeconds = (field(14) + field(15)) / ticksPerSecond;
  return [{ pid, parent: field(4), cpuSeconds, startSeconds: field(22) / ticksPerSecond }];
}

function kilobytesOf(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}

const bootTimeSeconds = (): number =>
  Number(/^btime (\d+)/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]);
