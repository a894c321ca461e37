// What every experiment brings, beside its command and its measuring.
import type { z } from 'zod';
import type { RunKind } from '../measure/conductor';
import type { View } from '../render/view';
import type { ExperimentAnswer } from '../results/reported-run';
import type { RunRecord } from '../results/schemas';
import type { DesignedTrial } from '../results/trial/result';

export type Experiment<Design, Result extends ExperimentAnswer> = RunKind & {
  /** What run.json keeps of the question. */
  design: z.ZodType<Design>;
  /** What it found, as analysis.json and `--json` have it. */
  result: z.ZodType<Result>;
  /** Pure: the same question and the same trials give the same answer, also a year later. */
  analyse(design: Design, trials: readonly DesignedTrial[], run: RunRecord): Result;
  /** What it shows on terminal, page and slides, without its sentences, which stand around them. */
  view(result: Result, run: RunRecord): View[];
};
