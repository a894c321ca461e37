// Where each trial of an experiment belongs in its design.
import type { TrialResult } from './result';

/** One of the two that a comparison holds against each other. */
export type Arm = 'a' | 'b';

/** Where a trial belongs in its design. */
export type Place = {
  /** Index in the run's subjects. */
  subject: number;
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
    const { subject, arm, block, search, level } = planned.get(result.number) ?? {};
    return {
      ...result,
      subject: subject ?? run.subjects.findIndex(({ app }) => app === result.app),
      ...(arm !== undefined && { arm }),
      ...(block !== undefined && { block }),
      ...(search !== undefined && { search }),
      ...(level !== undefined && { level }),
    };
  });
}
