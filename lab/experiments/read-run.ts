// What is on disk of a run, put through the analysis.

import { findings } from '../results/findings';
import type { RunFolder } from '../results/run-folder';
import { analyseExperiment, type ReportedRun, type RunFindings } from './index';

export function findingsOf(folder: RunFolder): RunFindings {
  const { run } = folder;
  const planned = new Map(run.trials.map((trial) => [trial.number, trial]));
  const found = findings(
    folder.trials().map((trial) => ({
      ...trial,
      purpose: planned.get(trial.number)?.purpose ?? 'measure',
    })),
  );
  const experiment = analyseExperiment(run, found.trials);
  if (experiment === undefined) return found;
  const { sentences, warnings } = experiment;
  // The ranges of a tour say nothing of subjects that differ in more than their app.
  return {
    ...found,
    ranges: [],
    sentences,
    warnings: [...found.warnings, ...warnings],
    experiment,
  };
}

export const reportedRun = (folder: RunFolder): ReportedRun => ({
  run: folder.run,
  trials: folder.trials(),
  found: findingsOf(folder),
});
