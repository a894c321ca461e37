// The container the app runs in: for CGROUP_METRICS=1, where its cgroup is its own.
import { Counter, Gauge, type Registry } from 'prom-client';
import { type CgroupReading, PRESSURE_RESOURCES, readCgroup } from './cgroup';

type Figure = Exclude<keyof CgroupReading, 'pressureSeconds'>;

const COUNTERS: [Figure, name: string, help: string][] = [
  ['cpuSeconds', 'container_cpu_usage_seconds_total', 'CPU time used by the container.'],
  [
    'throttledSeconds',
    'container_cpu_throttled_seconds_total',
    'Time the container was stopped by its CPU limit.',
  ],
];
const GAUGES: [Figure, name: string, help: string][] = [
  ['cpuLimitCores', 'container_cpu_limit_cores', 'CPU limit in cores; absent without a limit.'],
  ['memoryBytes', 'container_memory_usage_bytes', 'Memory used by the container.'],
  ['memoryLimitBytes', 'container_memory_limit_bytes', 'Memory limit; absent without a limit.'],
];

/** What this container lacks, or its kernel does not tell, gets no metric rather than a zero. */
export function observeContainer(registry: Registry, read = readCgroup): void {
  const registers = [registry];
  const first = read();
  for (const [figure, name, help] of COUNTERS) {
    if (first[figure] === undefined) continue;
    new Counter({
      name,
      help,
      registers,
      collect() {
        const seconds = read()[figure];
        if (seconds === undefined) return;
        this.reset();
        this.inc(seconds);
      },
    });
  }
  for (const [figure, name, help] of GAUGES) {
    if (first[figure] === undefined) continue;
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read()[figure];
        if (value !== undefined) this.set(value);
      },
    });
  }
  if (Object.keys(first.pressureSeconds).length > 0) observePressure(registry, read);
}

function observePressure(registry: Registry, read: () => CgroupReading): void {
  new Counter({
    name: 'container_pressure_waiting_seconds_total',
    help: 'Time in which some task of the container waited for the resource.',
    labelNames: ['resource'],
    registers: [registry],
    collect() {
      const { pressureSeconds } = read();
      this.reset();
      for (const resource of PRESSURE_RESOURCES) {
        const seconds = pressureSeconds[resource];
        if (seconds !== undefined) this.inc({ resource }, seconds);
      }
    },
  });
}
