// What an experiment asked, where each of its trials belongs, and what its answer always has.
import type { TrialResult } from './findings';

/** Arms of a comparison. */
export type { Arm } from './block-order';

/** A trial's figures with its place in the design. */
export type DesignedTrial = TrialResult & {
  /** Index in the run's subjects. */
  subject: number;
  arm?: 'a' | 'b';
  block?: number;
  level?: number;
};

/** Every experiment's result carries its sentences and its doubts: no printer can drop them. */
export type ExperimentResult = {
  kind: string;
  /** To be read aloud, the answer first. */
  sentences: string[];
  warnings: string[];
};

/** What was asked, by kind: it lies in run.json, and the analysis is made from it and the trials. */
export type Design = { kind: string };

/** The analysis of one kind of experiment. Pure. */
export type Analysis<D extends Design, R extends ExperimentResult> = (
  design: D,
  trials: readonly DesignedTrial[],
) => R;
