// What is known of one trial: its figures, and whose they are.
import type { AppName } from '../../../contract/apps';
import type { BooksResult } from './books';
import type { StepResult } from './steps';

export type TrialResult = {
  number: number;
  app: AppName;
  scenario: string;
  workload: string;
  purpose: 'check' | 'probe' | 'measure';
  slo: { share: number; thresholdSeconds: number };
  failedChecks: Record<string, number>;
  steps: StepResult[];
  /** The shop's books; absent where nobody bought. */
  books?: BooksResult;
};

/** The steps whose figures count: no warm-up, and not void. */
export const validSteps = (trials: readonly TrialResult[]): StepResult[] =>
  trials
    .flatMap(({ steps }) => steps)
    .filter(({ warmup, validity }) => !warmup && validity.state !== 'void');
