// What is on disk of a run, put through the analysis.
import { type Findings, findings } from '../analysis/findings';
import type { RunFolder } from '../store/run-folder';

export function findingsOf(folder: RunFolder): Findings {
  const planned = new Map(folder.run.trials.map((trial) => [trial.number, trial.purpose]));
  return findings(
    folder.trials().map((trial) => ({
      ...trial,
      purpose: planned.get(trial.number) ?? 'measure',
    })),
  );
}
