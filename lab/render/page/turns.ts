// Runs of two arms in turns hold dozens of trials of one step each: they are shown together.

import type { ReportedRun } from '../../results/reported-run';
import { designedTrials } from '../../results/trial/designed';
import type { TrialResult } from '../../results/trial/result';

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
