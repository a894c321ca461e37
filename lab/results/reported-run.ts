// A run that was read and analysed: its record, its raw results, and what they say.
import { z } from 'zod';
import type { Findings } from './findings';
import type { TrialFiles } from './run-folder';
import type { RunRecord } from './schemas';

/** Every result extends this: its sentences and its doubts go with it, and no printer drops them. */
export const answerSchema = z.strictObject({
  /** To be read aloud, the answer first. */
  sentences: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type Answer = z.infer<typeof answerSchema>;

/** What an experiment found, as far as those know who print any run. */
export type ExperimentAnswer = Answer & { kind: string };

/** What a run says: of its steps, and of the question where it was made for more than a tour. */
export type RunFindings<Result extends ExperimentAnswer = ExperimentAnswer> = Findings & {
  /** Its sentences stand among the findings' own. */
  experiment?: Result;
};

/** All that text, page and slides are made from. */
export type ReportedRun<Result extends ExperimentAnswer = ExperimentAnswer> = {
  run: RunRecord;
  trials: TrialFiles[];
  found: RunFindings<Result>;
};
