// What the machine has to offer: cores, memory, disk, clock, hypervisor, limits; and Docker, if any.
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootDir } from '../paths';
import { machineCpuSeconds } from '../proc';
import { toldApart } from '../results/trial/checked';
import { bounds } from '../results/trial/validity';
import { describePlacement, placeOn } from '../runtime/native/placement';
import { type Cpu, readTopology, unknownTopology } from '../runtime/native/topology';
import { type Check, missing, ok, warn } from './check';
import { type Ask, ask, versionIn } from './tools';

/** An estimate with room to spare for two apps, PostgreSQL, Prometheus and k6; a warning only. */
const memoryWantedBytes = 2e9;
/** Room for results, logs and the data of PostgreSQL and Prometheus, once all is set up. */
const diskOfRunsBytes = 0.5e9;
/** A k6 with 1,000 users, a subject and a scrape hold about a socket each; the rest is margin. */
const openFilesWanted = 4096;
/** As a step is judged, but over all cores: from here on steal makes it void. */
const stealWarnRatio = bounds.othersShare;
const stealSampleMs = 300;
/** Clocks that are read without entering the kernel; others make every timestamp expensive. */
const fastClocks = ['tsc', 'kvm-clock', 'hyperv_clocksource_tsc_page', 'arch_sys_counter'];

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
/** Beside what is wanted of it: never "2.0 GB, and less than 2.0 GB is too little". */
const beside = (bytes: number, wantedBytes: number) =>
  `${toldApart(bytes / 1e9, wantedBytes / 1e9, 1)} GB`;

const isLinux = process.platform === 'linux';

/** Of this process; elsewhere than on Linux nothing tells them apart. */
export const coresHere = (): Cpu[] =>
  isLinux ? readTopology() : unknownTopology([...Array(availableParallelism()).keys()]);

/** What set-up still takes of the disk, as it will ask itself. */
export async function bytesToSetUp(root: string, lab: string): Promise<number> {
  // Not by a literal: it is JavaScript without types.
  const steps = await import(join(rootDir, 'lab/setup/steps.mjs'));
  return steps.bytesToSetUp({ root, lab });
}

/** @param setUpBytes what set-up still takes there */
export async function checkMachine(folder: string, setUpBytes: number): Promise<Check[]> {
  const { bavail, bsize } = statfsSync(folder);
  return [
    ...checkCores(coresHere(), cpus().length),
    checkMemory(availableMemoryBytes(), totalmem()),
    checkDisk(bavail * bsize, setUpBytes, folder),
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
export function checkCores(allowed: readonly Cpu[], present: number): Check[] {
  const ofAll =
    allowed.length < present ? ` of ${present}; this process may not use the others` : '';
  const found = `${allowed.length}${ofAll}`;
  const placement = describePlacement(allowed, placeOn(allowed)).join(' ');
  return [
    allowed.length > 1
      ? ok('cores', found)
      : warn('cores', found, 'Use a machine with two cores or, better, four.'),
    ok('placement', placement),
  ];
}

export function checkMemory(availableBytes: number, totalBytes: number): Check {
  const found = `${beside(availableBytes, memoryWantedBytes)} available of ${gigabytes(totalBytes)}`;
  if (availableBytes >= memoryWantedBytes) return ok('memory', found);
  return warn(
    'memory',
    found,
    `Close other programs: with less than ${gigabytes(memoryWantedBytes)} the lab may swap, and its figures would show that.`,
  );
}

function availableMemoryBytes(): number {
  // os.freemem() leaves the page cache out on some systems; process knows of a container's limit.
  return Math.min(process.availableMemory?.() ?? freemem(), totalmem());
}

export function checkDisk(freeBytes: number, setUpBytes: number, folder: string): Check {
  const wantedBytes = setUpBytes + diskOfRunsBytes;
  const found = `${beside(freeBytes, wantedBytes)} free in ${folder}`;
  if (freeBytes >= wantedBytes) return ok('disk', found);
  // Below that set-up refuses; once all is set up, runs have no room.
  const neededBytes = setUpBytes || diskOfRunsBytes;
  return (freeBytes >= neededBytes ? warn : missing)(
    'disk',
    found,
    `Free some space: ${setUpBytes > 0 ? `set-up takes ${gigabytes(setUpBytes)}, and ` : ''}runs and logs take ${gigabytes(diskOfRunsBytes)} in time.`,
  );
}

function checkClock(file: string): Check[] {
  if (!existsSync(file)) return [];
  const clock = readFileSync(file, 'utf8').trim();
  if (fastClocks.includes(clock)) return [ok('clock', clock)];
  const remedy = 'Timestamps are slow here and cost both apps time: compare, but publish nothing.';
  return [warn('clock', clock, remedy)];
}

/** Time that the hypervisor gave to other machines while this one wanted to run. */
async function checkSteal(): Promise<Check> {
  const before = machineCpuSeconds();
  const began = performance.now();
  await sleep(stealSampleMs);
  const seconds = (performance.now() - began) / 1000;
  const ratio = (machineCpuSeconds().steal - before.steal) / seconds;
  const found = `${toldApart(ratio * 100, stealWarnRatio * 100, 0)} % of a core taken by the hypervisor just now`;
  if (ratio <= stealWarnRatio) return ok('steal', found);
  const remedy = 'Steps will be void while this lasts: try later, or on a machine of your own.';
  return warn('steal', found, remedy);
}

/** Docker is an extra: the native lab does without. An engine that hangs is not waited for. */
export async function checkDocker(asking: Ask = ask, answerWithinMs = 3000): Promise<Check> {
  const versions = Promise.all([
    asking('docker', 'version', '--format', '{{.Server.Version}}'),
    asking('docker', 'compose', 'version', '--short'),
  ]);
  const late = sleep(answerWithinMs, [undefined, undefined], { ref: false });
  const [engine, compose] = (await Promise.race([versions, late])).map(versionIn);
  if (engine !== undefined && compose !== undefined) {
    return ok('docker', `engine ${engine}, compose ${compose}`);
  }
  return warn(
    'docker',
    engine === undefined ? 'no engine answers; optional' : `engine ${engine}, no compose`,
    'Only `docker compose up` and --runtime compose need it: https://docs.docker.com/engine/install',
  );
}

/** @param limits text of /proc/self/limits */
export function checkOpenFiles(limits: string): Check {
  const [, soft = ''] = /^Max open files\s+(\S+)/m.exec(limits) ?? [];
  const found = `${soft} open files`;
  if (soft === 'unlimited' || Number(soft) >= openFilesWanted) return ok('ulimit', found);
  return warn(
    'ulimit',
    found,
    `Raise it: \`ulimit -n ${openFilesWanted}\` in this shell; with fewer, load of many users fails in the generator.`,
  );
}

type CgroupLimits = {
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
  if (cores === null) return ok('cgroup', found);
  const remedy =
    'A CPU quota stops subject and generator alike in mid-request: run the lab outside it.';
  return warn('cgroup', found, remedy);
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
