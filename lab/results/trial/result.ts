// What is known of one trial: its figures, whose they are, and where it belongs in its design.
import type { AppName } from '../../../contract/apps';
import type { BooksResult } from './books';
import type { StepResult } from './steps';

export type TrialResult = {
  number: number;
  app: AppName;
  /** The app that took turns with it. */
  rival?: AppName;
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

/**
 * What came of a step, in the four words that marks, legends and tables share.
 * `held` and `broken` say it of the SLO; `overloaded` is a broken one that the app could not follow.
 */
export type Outcome = 'held' | 'broken' | 'overloaded' | 'void';

export function outcomeOf({
  validity,
  sloHeld,
}: Pick<StepResult, 'validity' | 'sloHeld'>): Outcome {
  if (validity.state !== 'valid') return validity.state;
  return sloHeld === false ? 'broken' : 'held';
}

/** One of the two that a comparison holds against each other. */
export type Arm = 'a' | 'b';

/** Where a trial belongs in its design. */
export type Place = {
  /** Index in the run's subjects. */
  subject: number;
  /** Of the one that took turns with it, as arm B. */
  against?: number;
  arm?: Arm;
  block?: number;
  search?: number;
  level?: number;
};

/** A trial's figures with its place in the design. */
export type DesignedTrial = TrialResult & Place;

/** What a run's record says of a trial's place; without a subject, its app tells which. */
type Placing = { [K in keyof Place]?: Place[K] | undefined } & { number: number };

/** The trials of a run with their places. */
export function designedTrials(
  run: { trials: readonly Placing[]; subjects: readonly { app: string }[] },
  results: readonly TrialResult[],
): DesignedTrial[] {
  const planned = new Map(run.trials.map((trial) => [trial.number, trial]));
  return results.map((result) => {
    const { subject, against, arm, block, search, level } = planned.get(result.number) ?? {};
    return {
      ...result,
      subject: subject ?? run.subjects.findIndex(({ app }) => app === result.app),
      ...(against !== undefined && { against }),
      ...(arm !== undefined && { arm }),
      ...(block !== undefined && { block }),
      ...(search !== undefined && { search }),
      ...(level !== undefined && { level }),
    };
  });
}
