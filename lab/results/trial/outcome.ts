// What came of a step, in the four words that marks, legends and tables share.
import type { StepResult } from './steps';

/** `held` and `broken` say it of the SLO; `overloaded` is a broken one that the app could not follow. */
export type Outcome = 'held' | 'broken' | 'overloaded' | 'void';

export function outcomeOf({
  validity,
  sloHeld,
}: Pick<StepResult, 'validity' | 'sloHeld'>): Outcome {
  if (validity.state !== 'valid') return validity.state;
  return sloHeld === false ? 'broken' : 'held';
}
