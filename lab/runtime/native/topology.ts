// Which CPUs the lab may use, and how they hang together: hyperthreads, kinds of core, NUMA nodes.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Cpu = {
  /** As the kernel numbers it. */
  cpu: number;
  /** The physical core: hyperthreads of one core have the same. */
  core: string;
  node: number;
  /** Of a hybrid processor's slower kind. */
  efficient: boolean;
};

/** Where the kernel tells; tests have trees of their own. */
export type KernelFiles = { proc: string; sys: string };
const kernel: KernelFiles = { proc: '/proc', sys: '/sys' };

/** CPUs whose speeds are closer than this are of one kind: single cores may be allowed to boost higher. */
const sameKindRatio = 0.85;

/** The CPUs that this process may use. */
export function readTopology(files = kernel): Cpu[] {
  const cpus = allowedCpus(files).map((cpu) => readCpu(cpu, files.sys));
  const fastest = Math.max(...cpus.map(({ speed }) => speed));
  return cpus.map(({ speed, ...cpu }) => ({
    ...cpu,
    efficient: isAtom(cpu.cpu, files.sys) || speed < sameKindRatio * fastest,
  }));
}

/** CPUs of which nothing is known but their numbers, as those of an engine in a virtual machine. */
export const unknownTopology = (cpus: readonly number[]): Cpu[] =>
  cpus.map((cpu) => ({ cpu, core: String(cpu), node: 0, efficient: false }));

/**
 * The CPUs that this process may run on: those of its affinity, which holds its cgroup's cpuset too. On
 * many virtual machines the kernel allows more CPUs than there are.
 */
export function allowedCpus({ proc, sys } = kernel): number[] {
  const status = readFileSync(join(proc, 'self/status'), 'utf8');
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  if (list === undefined) throw new Error(`${proc}/self/status has no Cpus_allowed_list`);
  const online = read(join(sys, 'devices/system/cpu/online'));
  const present = online === undefined ? undefined : parseCpuList(online);
  return parseCpuList(list).filter((cpu) => present?.includes(cpu) ?? true);
}

/** The kernel's list of CPUs: "0-3,6". */
export function parseCpuList(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number);
    if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to)) {
      throw new Error(`"${list}" is not a list of CPUs`);
    }
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

function readCpu(cpu: number, sys: string): Omit<Cpu, 'efficient'> & { speed: number } {
  const folder = join(sys, `devices/system/cpu/cpu${cpu}`);
  const siblings = read(join(folder, 'topology/thread_siblings_list'));
  // Relative to the others: the kernel's own measure, else the highest clock rate.
  const speed =
    read(join(folder, 'cpu_capacity')) ?? read(join(folder, 'cpufreq/cpuinfo_max_freq'));
  return { cpu, core: siblings ?? String(cpu), node: nodeOf(cpu, sys), speed: Number(speed ?? 1) };
}

function nodeOf(cpu: number, sys: string): number {
  const nodes = read(join(sys, 'devices/system/node/online'));
  for (const node of nodes === undefined ? [] : parseCpuList(nodes)) {
    const list = read(join(sys, `devices/system/node/node${node}/cpulist`));
    if (list && parseCpuList(list).includes(cpu)) return node;
  }
  return 0;
}

/** Intel names its two kinds; where it does, clock rates need not be compared. */
function isAtom(cpu: number, sys: string): boolean {
  const list = read(join(sys, 'devices/cpu_atom/cpus'));
  return list ? parseCpuList(list).includes(cpu) : false;
}

const read = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
