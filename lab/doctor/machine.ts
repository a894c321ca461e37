// What the machine has to offer: cores, memory, disk, clock, hypervisor, limits; and Docker, if any.
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineCpuSeconds } from '../proc';
import { toldApart } from '../results/trial/checked';
import { allowedCpus, placeOn } from '../runtime/native/placement';
import type { Check } from './check';
import { cgroupLimits, checkCgroup, checkOpenFiles } from './limits';
import { type Ask, ask, versionIn } from './tools';

/** An estimate with room to spare for two apps, PostgreSQL, Prometheus and k6; a warning only. */
const memoryWantedBytes = 2e9;
/** Room for results, logs and the data of PostgreSQL and Prometheus, once all is set up. */
const diskNeededBytes = 0.5e9;
const diskWantedBytes = 3e9;
/** The blueprint's bound for a step: other processes or steal over 10 % of a core make it void. */
const stealWarnRatio = 0.1;
const stealSampleMs = 300;
/** Clocks that are read without entering the kernel; others cost every timestamp dearly. */
const fastClocks = ['tsc', 'kvm-clock', 'hyperv_clocksource_tsc_page', 'arch_sys_counter'];

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
/** Beside what is wanted of it: never "2.0 GB, and less than 2.0 GB is too little". */
const beside = (bytes: number, wantedBytes: number) =>
  `${toldApart(bytes / 1e9, wantedBytes / 1e9, 1)} GB`;

export async function checkMachine(folder: string): Promise<Check[]> {
  const isLinux = process.platform === 'linux';
  const { bavail, bsize } = statfsSync(folder);
  return [
    checkCores(isLinux ? allowedCpus() : [...Array(availableParallelism()).keys()], cpus().length),
    checkMemory(availableMemoryBytes(), totalmem()),
    checkDisk(bavail * bsize, folder),
    ...checkClock('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    ...(isLinux
      ? [
          await checkSteal(),
          checkOpenFiles(readFileSync('/proc/self/limits', 'utf8')),
          checkCgroup(cgroupLimits()),
        ]
      : []),
  ];
}

/** `allowed` are those this process may use: taskset, a container or systemd may hold back some. */
export function checkCores(allowed: readonly number[], present: number): Check {
  const name = 'cores';
  const ofAll = allowed.length < present ? ` of ${present}` : '';
  const compromises = placeOn(allowed).compromises.join(' ');
  const found = `${allowed.length}${ofAll}${compromises && `; ${compromises}`}`;
  if (allowed.length > 1) return { name, status: 'ok', found };
  return { name, status: 'warn', found, remedy: 'Use a machine with two cores or, better, four.' };
}

export function checkMemory(availableBytes: number, totalBytes: number): Check {
  const found = `${beside(availableBytes, memoryWantedBytes)} available of ${gigabytes(totalBytes)}`;
  if (availableBytes >= memoryWantedBytes) return { name: 'memory', status: 'ok', found };
  return {
    name: 'memory',
    status: 'warn',
    found,
    remedy: `Close other programs: with less than ${gigabytes(memoryWantedBytes)} the lab may swap, and would measure that.`,
  };
}

function availableMemoryBytes(): number {
  // os.freemem() leaves the page cache out on some systems; process knows of a container's limit.
  return Math.min(process.availableMemory?.() ?? freemem(), totalmem());
}

export function checkDisk(freeBytes: number, folder: string): Check {
  const name = 'disk';
  const found = `${beside(freeBytes, diskWantedBytes)} free in ${folder}`;
  if (freeBytes >= diskWantedBytes) return { name, status: 'ok', found };
  return {
    name,
    status: freeBytes >= diskNeededBytes ? 'warn' : 'missing',
    found,
    remedy: `Free some space: a first set-up takes up to ${gigabytes(diskWantedBytes)}, runs and logs a little each.`,
  };
}

function checkClock(file: string): Check[] {
  if (!existsSync(file)) return [];
  const clock = readFileSync(file, 'utf8').trim();
  if (fastClocks.includes(clock)) return [{ name: 'clock', status: 'ok', found: clock }];
  const remedy = 'Timestamps are slow here and cost both apps time: compare, but publish nothing.';
  return [{ name: 'clock', status: 'warn', found: clock, remedy }];
}

/** Time that the hypervisor gave to other machines while this one wanted to run. */
async function checkSteal(): Promise<Check> {
  const before = machineCpuSeconds();
  const began = performance.now();
  await sleep(stealSampleMs);
  const seconds = (performance.now() - began) / 1000;
  const ratio = (machineCpuSeconds().steal - before.steal) / seconds;
  const found = `${toldApart(ratio * 100, stealWarnRatio * 100, 0)} % of a core taken by the hypervisor just now`;
  if (ratio <= stealWarnRatio) return { name: 'steal', status: 'ok', found };
  const remedy = 'Steps will be void while this lasts: try later, or on a machine of your own.';
  return { name: 'steal', status: 'warn', found, remedy };
}

/** Docker is an extra: the native lab does without. An engine that hangs is not waited for. */
export async function checkDocker(asking: Ask = ask, answerWithinMs = 3000): Promise<Check> {
  const versions = Promise.all([
    asking('docker', 'version', '--format', '{{.Server.Version}}'),
    asking('docker', 'compose', 'version', '--short'),
  ]);
  const late = sleep(answerWithinMs, [undefined, undefined], { ref: false });
  const [engine, compose] = (await Promise.race([versions, late])).map(versionIn);
  const name = 'docker';
  if (engine !== undefined && compose !== undefined) {
    return { name, status: 'ok', found: `engine ${engine}, compose ${compose}` };
  }
  return {
    name,
    status: 'warn',
    found: engine === undefined ? 'no engine answers; optional' : `engine ${engine}, no compose`,
    remedy:
      'Only `docker compose up` and --runtime compose need it: https://docs.docker.com/engine/install',
  };
}
