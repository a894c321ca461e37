// All that a report is made from: one run's record, its raw results, and what they say.

import type { RunFolder, TrialFiles } from '../results/run-folder';
import type { RunRecord } from '../results/schemas';
import { findingsOf } from './read-run';
import type { RunFindings } from './types';

export type ReportedRun = { run: RunRecord; trials: TrialFiles[]; found: RunFindings };

export const reportedRun = (folder: RunFolder): ReportedRun => ({
  run: folder.run,
  trials: folder.trials(),
  found: findingsOf(folder),
});
