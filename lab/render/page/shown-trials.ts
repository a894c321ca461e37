// The trials of a run as its tables show them.

import type { ReportedRun } from '../../results/reported-run';
import type { TrialResult } from '../../results/trial/result';

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
