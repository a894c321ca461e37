// What `lab scale` asks, and the form of its answer.

import type { SearchSettings } from '../../measure/search/search-state';
import type { Answer } from '../../results/answer';
import type { Bottleneck } from '../../results/trial/bottleneck';
import type { UslAnalysis } from '../../statistics/usl/usl';
import type { ScalePoint } from './scale-point';

export type ScaleBy = 'workers' | 'replicas' | 'cpus' | 'users';

export type ScaleDesign = {
  kind: 'scale';
  by: ScaleBy;
  workload: string;
  levels: number[];
  /** Times that every level is measured. */
  repeats: number;
  /** Users that keep one worker busy, where it is not users that are added. */
  usersPerWorker: number;
  seconds: { warmup: number; laterWarmup: number; step: number };
  /** Of a capacity at each level; null where throughput is measured. */
  search: SearchSettings | null;
  /** Of each replica, where replicas are added. */
  cpusPerReplica: number;
};

export type ScaleResult = Answer & {
  kind: 'scale';
  app: string;
  workload: string;
  by: ScaleBy;
  measure: 'throughput' | 'capacity';
  points: ScalePoint[];
  /** Null where too few levels may be believed. */
  fit: UslAnalysis | null;
  whyNoFit: string | null;
  /** Where the level with the most throughput ran into something, by CPU. */
  bottleneck: Bottleneck;
};
