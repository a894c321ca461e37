// What an experiment asked, where each of its trials belongs, and what its answer always has.

import type { CapacityDesign, CapacityResult } from './capacity/capacity';
import type { Arm } from './comparing/block-order';
import type { CompareDesign, CompareResult } from './comparing/compared';
import type { NoiseDesign, NoiseResult } from './comparing/noise-floors';
import type { TrialResult } from './findings';
import type { NightlyDesign, NightlyResult } from './nights/nightly';
import type { ValidationDesign, ValidationResult } from './planning/validation';
import type { ScaleDesign, ScaleResult } from './scaling/scaling';

/** Arms of a comparison. */
export type { Arm } from './comparing/block-order';

/**
 * The kinds of experiment: what each keeps of the question (`design` in run.json, from which and
 * from the trials the analysis is made), and what it answers.
 */
export type Experiments = {
  capacity: { design: CapacityDesign; result: CapacityResult };
  scale: { design: ScaleDesign; result: ScaleResult };
  compare: { design: CompareDesign; result: CompareResult };
  noise: { design: NoiseDesign; result: NoiseResult };
  nightly: { design: NightlyDesign; result: NightlyResult };
  validation: { design: ValidationDesign; result: ValidationResult };
};

export type ExperimentKind = keyof Experiments;
export type Design = Experiments[ExperimentKind]['design'];
export type ExperimentResult = Experiments[ExperimentKind]['result'];

/** Every result extends this: its sentences and its doubts go with it, and no printer drops them. */
export type Answer = {
  /** To be read aloud, the answer first. */
  sentences: string[];
  warnings: string[];
};

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
