// Machines as the kernel describes them, for tests: trees of /proc and /sys with the files that
// readTopology reads, named and filled as Linux 6 does on machines of these kinds.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { KernelFiles } from './topology';

type Machine = {
  online: string;
  /** Of the process that reads; where its cgroup's cpuset narrows it, the kernel writes that here. */
  allowed: string;
  /** CPU lists of hyperthreads, one for each physical core. */
  cores: string[];
  /** CPU lists of NUMA nodes. */
  nodes: string[];
  files?: Record<string, string>;
};

const range = (count: number) => [...Array(count).keys()];

export const machines = {
  /** Hyperthreads are numbered after all cores, as on most desktops. */
  'a desktop of 4 cores and 8 threads': {
    online: '0-7',
    allowed: '0-7',
    cores: ['0,4', '1,5', '2,6', '3,7'],
    nodes: ['0-7'],
  },
  /** 4 performance cores of 2 threads, numbered in pairs, then 8 efficiency cores of one. */
  'a hybrid laptop': {
    online: '0-15',
    allowed: '0-15',
    cores: ['0-1', '2-3', '4-5', '6-7', ...range(8).map((core) => String(8 + core))],
    nodes: ['0-15'],
    files: {
      'devices/cpu_core/cpus': '0-7',
      'devices/cpu_atom/cpus': '8-15',
      ...Object.fromEntries(
        range(16).map((cpu) => [
          `devices/system/cpu/cpu${cpu}/cpufreq/cpuinfo_max_freq`,
          // Two of the fast cores may boost higher than the others.
          cpu >= 8 ? '3400000' : cpu < 4 ? '4700000' : '4400000',
        ]),
      ),
    },
  },
  /** big.LITTLE: the slow cores have the low numbers. */
  'an Arm board of 2 fast and 4 slow cores': {
    online: '0-5',
    allowed: '0-5',
    cores: range(6).map(String),
    nodes: [],
    files: Object.fromEntries(
      range(6).map((cpu) => [
        `devices/system/cpu/cpu${cpu}/cpu_capacity`,
        cpu < 4 ? '485' : '1024',
      ]),
    ),
  },
  /** 2 x 8 cores of 2 threads; nodes alternate, as some firmware numbers them. */
  'a server of 2 sockets': {
    online: '0-31',
    allowed: '0-31',
    cores: range(16).map((core) => `${core},${core + 16}`),
    nodes: [0, 1].map((node) =>
      range(32)
        .filter((cpu) => cpu % 2 === node)
        .join(','),
    ),
  },
  /** The affinity names all CPUs that could ever be plugged in. */
  'a virtual machine of 2 cores': {
    online: '0-1',
    allowed: '0-127',
    cores: ['0', '1'],
    nodes: ['0-1'],
  },
  'a container with 1 core of a desktop': {
    online: '0-7',
    allowed: '6',
    cores: ['0,4', '1,5', '2,6', '3,7'],
    nodes: ['0-7'],
  },
  'a cloud machine of 1 core and 2 threads': {
    online: '0-1',
    allowed: '0-1',
    cores: ['0-1'],
    nodes: ['0-1'],
  },
  'a laptop of 2 cores and 4 threads': {
    online: '0-3',
    allowed: '0-3',
    cores: ['0,2', '1,3'],
    nodes: ['0-3'],
  },
  'nodes too small for all parts': {
    online: '0-3',
    allowed: '0-3',
    cores: range(4).map(String),
    nodes: ['0,2', '1,3'],
  },
} satisfies Record<string, Machine>;

/** @returns where the trees of this machine are; the caller removes `folder` */
export function writeMachine({
  online,
  allowed,
  cores,
  nodes,
  files = {},
}: Machine): KernelFiles & {
  folder: string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'machine-'));
  const [proc, sys] = [join(folder, 'proc'), join(folder, 'sys')];
  const write = (file: string, text: string) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  };
  write(join(proc, 'self/status'), `Name:\tnode\nCpus_allowed_list:\t${allowed}\nThreads:\t11`);
  write(join(sys, 'devices/system/cpu/online'), online);
  for (const siblings of cores) {
    for (const cpu of siblings.includes('-') ? span(siblings) : siblings.split(',').map(Number)) {
      write(join(sys, `devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`), siblings);
    }
  }
  if (nodes.length > 0) {
    write(join(sys, 'devices/system/node/online'), range(nodes.length).join(','));
  }
  nodes.forEach((list, node) => {
    write(join(sys, `devices/system/node/node${node}/cpulist`), list);
  });
  for (const [file, text] of Object.entries(files)) write(join(sys, file), text);
  return { folder, proc, sys };
}

function span(list: string): number[] {
  const [from = 0, to = 0] = list.split('-').map(Number);
  return range(to - from + 1).map((index) => from + index);
}
