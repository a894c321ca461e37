// The trials of a run as its tables show them: those that differ in their load alone stand together.

import type { ReportedRun } from '../../results/reported-run';
import { designedTrials, type TrialResult } from '../../results/trial/result';

/** Trials of an experiment that differ in their load alone are rows of one table, not tables. */
export function shownTrials({ run, found }: ReportedRun): TrialResult[] {
  if (found.experiment === undefined) return found.trials;
  const subjects = new Map(run.trials.map(({ number, subject }) => [number, subject]));
  const alike = Map.groupBy(found.trials, ({ number, app, scenario, workload, purpose }) =>
    JSON.stringify([subjects.get(number), app, scenario, workload, purpose]),
  );
  return [...alike.values()].flatMap((trials) => {
    const [first] = trials;
    return first ? { ...first, steps: trials.flatMap(({ steps }) => steps) } : [];
  });
}

export const takesTurns = ({ run }: ReportedRun): boolean =>
  run.design?.kind === 'compare' || run.design?.kind === 'noise';

/** The trials of an arm at one load as if they were steps of one trial, in order of running. */
export function byArm(reported: ReportedRun): ReportedRun {
  if (!takesTurns(reported)) return reported;
  const trials = designedTrials(reported.run, reported.found.trials);
  const together = Map.groupBy(trials, (trial) =>
    [trial.purpose, trial.workload, trial.scenario, trial.arm, trial.subject].join(' '),
  );
  const merged = [...together.values()].flatMap((same): TrialResult[] => {
    const [first] = same;
    if (first === undefined) return [];
    const { arm } = first;
    return [
      {
        ...first,
        scenario:
          arm === undefined ? first.scenario : `${first.scenario}, arm ${arm.toUpperCase()}`,
        steps: same.flatMap(({ steps }) => steps),
      },
    ];
  });
  return { ...reported, found: { ...reported.found, trials: merged } };
}
