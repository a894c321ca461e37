// The form of the answer of `lab scale`.

import type { Answer } from '../../results/reported-run';
import type { Bottleneck } from '../../results/trial/bottleneck';
import type { UslAnalysis } from '../../statistics/usl/usl';
import type { ScaleBy } from './design';
import type { ScalePoint } from './scale-point';

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
