// What `lab scale` answers: throughput or capacity against workers, replicas, cores or users.

import type { Answer } from './experiment';
import type { SearchSettings } from './search-state';

export type ScaleBy = 'workers' | 'replicas' | 'cpus' | 'users';

export type ScaleDesign = {
  kind: 'scale';
  by: ScaleBy;
  workload: string;
  levels: number[];
  /** Times that every level is measured. */
  repeats: number;
  usersPerWorker: number;
  seconds: { warmup: number; laterWarmup: number; step: number };
  /** Of a capacity at each level; null where throughput is measured. */
  search: SearchSettings | null;
};

export type ScaleResult = Answer & { kind: 'scale' };
