// CPU, memory and files of the supervisor and its workers, from Linux's /proc.
import { readdirSync, readFileSync } from 'node:fs';
import { Counter, Gauge, type Registry } from 'prom-client';

/** USER_HZ: what /proc counts CPU time in, on every architecture Node runs on. */
const TICKS_PER_SECOND = 100;

/** @param pids the supervisor's first, then those of its workers. */
export function observeProcesses(registry: Registry, pids: () => number[]): void {
  const registers = [registry];
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time, user and system.',
    registers,
    collect() {
      // The kernel adds a worker's CPU time to its parent's account when it has ended and was
      // waited for. Node waits between turns of its loop, so within one none is lost or counted
      // twice.
      const [supervisor, ...workers] = pids().map(readCpu);
      this.reset();
      this.inc(
        sum([supervisor?.ended ?? 0, supervisor?.own ?? 0, ...workers.map(({ own }) => own)]),
      );
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory; pages shared between workers count once for each.',
    registers,
    collect() {
      this.set(sum(pids().map(readResidentBytes)));
    },
  });
  new Gauge({
    name: 'process_open_fds',
    help: 'Open file descriptors.',
    registers,
    collect() {
      this.set(sum(pids().map(countOpenFiles)));
    },
  });
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the supervisor started, in seconds since 1970. A change means the app was restarted.',
    registers,
  }).set(performance.timeOrigin / 1_000);
}

/** CPU seconds of the process itself, and of its children that have ended. */
function readCpu(pid: number): { own: number; ended: number } {
  const stat = ofProcess(pid, '', (folder) => readFileSync(`${folder}/stat`, 'utf8'));
  // The command's name is in parentheses and may hold anything: count fields from behind it.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
  return { own: (utime + stime) / TICKS_PER_SECOND, ended: (cutime + cstime) / TICKS_PER_SECOND };
}

function readResidentBytes(pid: number): number {
  const status = ofProcess(pid, '', (folder) => readFileSync(`${folder}/status`, 'utf8'));
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}

function countOpenFiles(pid: number): number {
  return ofProcess(pid, [], (folder) => readdirSync(`${folder}/fd`)).length;
}

/** A process that has just ended uses nothing (and where there is no /proc, nothing is known). */
function ofProcess<T>(pid: number, nothing: T, read: (folder: string) => T): T {
  try {
    return read(`/proc/${pid}`);
  } catch {
    return nothing;
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
