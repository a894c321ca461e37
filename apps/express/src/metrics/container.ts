// The container the app runs in: for CGROUP_METRICS=1, where its cgroup is its own.
import { Counter, Gauge, type Registry } from 'prom-client';
import { PRESSURE_RESOURCES, readCgroup } from './cgroup';

export function observeContainer(registry: Registry, read = readCgroup): void {
  const registers = [registry];
  new Counter({
    name: 'container_cpu_usage_seconds_total',
    help: 'CPU time used by the container.',
    registers,
    collect() {
      this.reset();
      this.inc(read().cpuSeconds);
    },
  });
  new Counter({
    name: 'container_cpu_throttled_seconds_total',
    help: 'Time the container was stopped by its CPU limit.',
    registers,
    collect() {
      this.reset();
      this.inc(read().throttledSeconds);
    },
  });
  new Gauge({
    name: 'container_memory_usage_bytes',
    help: 'Memory used by the container.',
    registers,
    collect() {
      this.set(read().memoryBytes);
    },
  });

  // What this container lacks gets no metric at all, rather than a zero.
  const { cpuLimitCores, memoryLimitBytes, pressureSeconds } = read();
  if (cpuLimitCores !== undefined) {
    new Gauge({
      name: 'container_cpu_limit_cores',
      help: 'CPU limit in cores; absent without a limit.',
      registers,
    }).set(cpuLimitCores);
  }
  if (memoryLimitBytes !== undefined) {
    new Gauge({
      name: 'container_memory_limit_bytes',
      help: 'Memory limit; absent without a limit.',
      registers,
    }).set(memoryLimitBytes);
  }
  if (pressureSeconds !== undefined) {
    new Counter({
      name: 'container_pressure_waiting_seconds_total',
      help: 'Time in which some task of the container waited for the resource.',
      labelNames: ['resource'],
      registers,
      collect() {
        const seconds = read().pressureSeconds ?? pressureSeconds;
        this.reset();
        for (const resource of PRESSURE_RESOURCES) this.inc({ resource }, seconds[resource]);
      },
    });
  }
}
