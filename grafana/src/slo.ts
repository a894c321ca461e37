// The SLOs of contract/slo.json as lines and limits of panels.
import slos from '../../contract/slo.json';
import type { Bound } from './model';

/** The line of one workload, where no other's is asked for. */
export function boundOf(workload: keyof typeof slos): Bound {
  return { value: slos[workload].thresholdSeconds, meaning: `SLO of ${workload}` };
}

/** Lines for the share of requests within the bound. */
export const shareBounds: Bound[] = [...new Set(Object.values(slos).map(({ share }) => share))]
  .sort((a, b) => a - b)
  .map((value) => ({ value, meaning: `SLO: ${value * 100} % within the bound` }));

/** The strictest share: a figure below it breaks some SLO. */
export const strictestShare = Math.max(...Object.values(slos).map(({ share }) => share));
