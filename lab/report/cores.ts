// The cores that the subjects of a run and their database may use.
import type { Cores } from '../analysis/bottleneck';
import type { RunRecord } from '../store/schemas';

export function coresOf({ runtime }: RunRecord): Cores {
  const { subject, database } = runtime.placement;
  return {
    subject: subject.length,
    database: database.length,
    shared: database.every((cpu) => subject.includes(cpu)),
  };
}
