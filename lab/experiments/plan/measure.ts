// `lab plan --validate`: the loads of a plan's predictions, measured on fresh subjects.

import { type RunContext, runExperiment, type Trial } from '../../measure/conductor';
import { steadyPlan } from '../../measure/plans';
import type { RunFolder } from '../../results/run-folder';
import type { Subject } from '../../runtime/subject';
import { validation } from './experiment';
import type { ValidationDesign } from './validation';

/** Odd, so that a median is a trial; as long as a search's own trials. */
export const validationPaces: Record<
  'full' | 'quick',
  Pick<ValidationDesign, 'repeats' | 'seconds'>
> = {
  full: { repeats: 3, seconds: { warmup: 10, step: 15 } },
  quick: { repeats: 1, seconds: { warmup: 2, step: 3 } },
};

export function validate(
  options: RunContext & {
    design: ValidationDesign;
    subjects: Subject[];
    seed: number;
  },
): Promise<RunFolder> {
  const { runtime, design, subjects } = options;
  const trials = trialsOf(design, subjects);
  return runExperiment({ ...options, experiment: validation, trials }, async (conductor) => {
    for (const trial of trials) {
      const endpoint = await runtime.start(subjects[trial.subject] as Subject);
      await conductor.trial(endpoint, trial);
    }
  });
}

/** Subjects and loads take turns, and every second round runs backwards: drift affects all alike. */
function trialsOf(
  { workload, predictions, repeats, seconds }: ValidationDesign,
  subjects: readonly Subject[],
): (Trial & { subject: number })[] {
  return Array.from({ length: repeats }, (_, block) => {
    const round = predictions.flatMap(({ loads }, subject) =>
      loads.map(({ rateRps }): Trial & { subject: number } => ({
        subject,
        block,
        level: rateRps,
        scenario: 'scaling',
        app: (subjects[subject] as Subject).app,
        workload,
        purpose: 'measure',
        load: (basis) => steadyPlan(basis, { rateRps }, seconds),
      })),
    );
    return block % 2 === 0 ? round : round.reverse();
  }).flat();
}
