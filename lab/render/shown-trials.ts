// The trials of a run as its tables show them: those that differ in their load alone stand together.
import { appTitle } from '../results/findings';
import type { ReportedRun } from '../results/reported-run';
import type { TrialResult } from '../results/trial/result';
import { designedTrials } from '../results/trial/result';
import type { StepResult } from '../results/trial/steps';

/** Trials of an experiment that differ in their load alone are rows of one table, in order of running. */
export function shownTrials({ run, found }: ReportedRun): TrialResult[] {
  if (found.experiment === undefined) return found.trials;
  const alike = Map.groupBy(
    designedTrials(run, found.trials),
    ({ subject, arm, app, rival, scenario, workload, purpose }) =>
      JSON.stringify([subject, arm, app, rival, scenario, workload, purpose]),
  );
  return [...alike.values()].flatMap((trials) => {
    const [first] = trials;
    if (first === undefined) return [];
    const { arm, scenario } = first;
    return {
      ...first,
      scenario: arm === undefined ? scenario : `${scenario}, arm ${arm.toUpperCase()}`,
      steps: trials.flatMap(({ steps }) => steps),
    };
  });
}

export const measuringTrials = (reported: ReportedRun): TrialResult[] =>
  shownTrials(reported).filter(({ purpose }) => purpose === 'measure');

export function describeTrial({ app, rival, scenario, workload, purpose }: TrialResult): string {
  const [subjects, calibration] =
    rival === undefined
      ? [appTitle(app), 'calibration']
      : [`${appTitle(app)} and ${appTitle(rival)} in turns`, 'warm-up'];
  return `${subjects}: ${purpose === 'probe' ? calibration : scenario}, workload ${workload}`;
}

export const countedSteps = ({ steps }: TrialResult): StepResult[] =>
  steps.filter(({ warmup }) => !warmup);

/** What the loads of these steps are counted in, as the heading of a column. */
export const loadUnit = (steps: readonly StepResult[]): 'users' | 'offered/s' =>
  steps.some(({ model }) => model === 'closed') ? 'users' : 'offered/s';
