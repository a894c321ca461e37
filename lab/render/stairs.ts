// The loads that a run climbed, for charts and slides: apart by workload, because what one reaches is
// another quantity than what another does.
import type { Findings } from '../results/findings';
import type { StepResult } from '../results/trial/steps';
import { countedSteps } from './format';

/** The steps of one app under one workload, by growing load. */
export type Stairs = { app: string; workload: string; sloMs: number; steps: StepResult[] };

/** By rate in the open model, by users in the closed one; workloads and apps as they were measured. */
export function stairsOf({ trials }: Findings, model: StepResult['model']): Stairs[] {
  const measured = trials.filter(({ purpose }) => purpose === 'measure');
  const groups = Map.groupBy(measured, ({ app, workload }) => `${workload} ${app}`);
  return [...groups.values()].flatMap((own): Stairs[] => {
    const [first] = own;
    const steps = own
      .flatMap(countedSteps)
      .filter((step) => step.model === model)
      .sort((a, b) => loadOf(a) - loadOf(b));
    if (first === undefined || steps.length === 0) return [];
    const { app, workload, slo } = first;
    return [{ app, workload, sloMs: 1000 * slo.thresholdSeconds, steps }];
  });
}

export const loadOf = ({ offeredRps, users }: StepResult): number => offeredRps ?? users ?? 0;

export const byWorkload = <T extends { workload: string }>(all: readonly T[]): [string, T[]][] => [
  ...Map.groupBy(all, ({ workload }) => workload),
];
