// The cores that a subject of a run and its database may use.

import type { RunRecord } from '../results/schemas';
import type { Cores } from '../results/trial/bottleneck';

/** @param index of the subject in the run */
export function coresOf({ runtime, subjects }: RunRecord, index: number): Cores {
  const { subject, database } = runtime.placement;
  const { cpus = subject.length, replicas = 1 } = subjects[index] ?? {};
  const shared = subject.filter((cpu) => database.includes(cpu));
  return {
    subject: Math.min(subject.length, cpus * replicas),
    database: database.length,
    shared: shared.length > 0 ? shared.length : null,
  };
}
