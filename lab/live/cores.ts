// Cores of each part, and the CPU time that only the lab can see.
import type { Placement } from '../runtime/native/placement';
import type { Usage } from '../runtime/runtime';
import type { Reading } from './exporter';

export function coreReadings(placement: Placement): Reading[] {
  return (['subject', 'database', 'generator'] as const)
    .filter((part) => placement[part].length > 0)
    .map((part) => ({
      name: 'headroom_cpu_cores',
      labels: { part },
      value: placement[part].length,
    }));
}

export function usageReadings(usage: Usage): Reading[] {
  return (['database', 'generator', 'lab', 'machine', 'steal'] as const).flatMap((part) => {
    const seconds = usage[part];
    if (seconds === null) return [];
    return [{ name: 'headroom_cpu_seconds_total', labels: { part }, value: seconds }];
  });
}
