// What an experiment of the catalogue needs to have been run: one need, one run folder.
import type { MetricName } from '../../results/trial/measures';

/** Subjects as a person writes them (`lab compare express django:tuned`). */
export type Need =
  | { kind: 'compare'; a: string; b: string; workload: string; metrics: readonly MetricName[] }
  | { kind: 'noise'; subject: string; workload: string; metrics: readonly MetricName[] }
  | { kind: 'scale'; app: 'express' | 'django'; by: 'users' | 'workers'; workload: string }
  | { kind: 'probes' }
  | { kind: 'first-order' }
  /** No run: results/effort.json, which `npm run bench -- effort` writes. */
  | { kind: 'effort' };

/** What leaves a run's folder. */
export type MeasuredNeed = Exclude<Need, { kind: 'effort' }>;

export type Experiment = {
  /** After "it compares". */
  title: string;
  needs: readonly Need[];
  /** A machine that gives a subject fewer cores cannot answer it. */
  leastSubjectCores?: number;
};

/** Equal for needs that one run answers. */
export const keyOf = (need: Need): string => JSON.stringify(need);
