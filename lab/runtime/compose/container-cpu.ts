// CPU seconds that a container has used so far: from its cgroup where this machine has it (some
// microseconds a reading), else from the engine (some 3 ms of its CPU time each).
import { readFile } from 'node:fs/promises';
import type { Engine } from './engine';

/** Null while it cannot be read: the container has ended, or is being started again. */
export type CpuMeter = () => Promise<number | null>;

export async function cpuMeterOf(engine: Engine, id: string): Promise<CpuMeter> {
  const file = await cpuFileOf(engine, id);
  const container = engine.container(id);
  const read =
    file === undefined
      ? async () => secondsInStats(await container.stats({ stream: false, 'one-shot': true }))
      : async () => secondsInFile(await readFile(file, 'latin1'));
  return () => read().catch(() => null);
}

async function cpuFileOf(engine: Engine, id: string): Promise<string | undefined> {
  const { State } = await engine.container(id).inspect();
  const list = await readFile(`/proc/${State.Pid}/cgroup`, 'latin1').catch(() => '');
  const file = cpuFileIn(list, id);
  if (file === undefined) return undefined;
  const isReadable = await readFile(file).then(Boolean, () => false);
  return isReadable ? file : undefined;
}

/**
 * The file with a cgroup's CPU time, from what /proc/PID/cgroup says of the container's process.
 * An engine in a virtual machine numbers other processes: the container's id must be in the path.
 */
export function cpuFileIn(list: string, id: string): string | undefined {
  // Version 1 has a tree for each controller; version 2 has one, listed without controllers.
  const v1 = /^\d+:(?:[^:\n]*,)?cpuacct(?:,[^:\n]*)?:(.+)$/m.exec(list)?.[1];
  const v2 = /^0::(.+)$/m.exec(list)?.[1];
  const path = v1 ?? v2;
  if (path === undefined || !path.includes(id)) return undefined;
  return v1 === undefined
    ? `/sys/fs/cgroup${v2}/cpu.stat`
    : `/sys/fs/cgroup/cpuacct${v1}/cpuacct.usage`;
}

/** cpuacct.usage is a number of nanoseconds; cpu.stat has a line in microseconds. */
export function secondsInFile(content: string): number {
  const microseconds = /^usage_usec (\d+)$/m.exec(content)?.[1];
  return microseconds === undefined ? Number(content) / 1e9 : Number(microseconds) / 1e6;
}

/** What is read of the engine's statistics. */
type Statistics = {
  cpu_stats: { cpu_usage: { total_usage: number } };
  pids_stats?: { current?: number };
};

/** A container that does not run has no processes, and no CPU time that would mean anything. */
export function secondsInStats({ cpu_stats, pids_stats }: Statistics): number | null {
  return pids_stats?.current === undefined ? null : cpu_stats.cpu_usage.total_usage / 1e9;
}
