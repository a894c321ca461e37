// All that a report is made from: one run's record, its raw results, and what they say.
import type { RunFindings } from '../../analysis/experiment';
import type { RunFolder, TrialFiles } from '../../store/run-folder';
import type { RunRecord } from '../../store/schemas';
import { findingsOf } from '../read-run';

export type ReportedRun = { run: RunRecord; trials: TrialFiles[]; found: RunFindings };

export const reportedRun = (folder: RunFolder): ReportedRun => ({
  run: folder.run,
  trials: folder.trials(),
  found: findingsOf(folder),
});
