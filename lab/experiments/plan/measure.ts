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

type Turn = { subject: number; repeat: number; rateRps: number };

export function validate(
  options: RunContext & {
    design: ValidationDesign;
    subjects: Subject[];
    seed: number;
  },
): Promise<RunFolder> {
  const { runtime, design, subjects } = options;
  const turns = turnsOf(design);
  const trials = turns.map(({ subject, repeat, rateRps }): Trial & { subject: number } => ({
    subject,
    block: repeat,
    level: rateRps,
    scenario: 'scaling',
    app: (subjects[subject] as Subject).app,
    workload: design.workload,
    purpose: 'measure',
    load: (basis) => steadyPlan(basis, { rateRps }, design.seconds),
  }));
  return runExperiment({ ...options, experiment: validation, trials }, async (conductor) => {
    for (const trial of trials) {
      const endpoint = await runtime.start(subjects[trial.subject] as Subject);
      await conductor.trial(endpoint, trial);
    }
  });
}

/** Subjects and loads take turns, and every second round runs backwards: drift meets all alike. */
function turnsOf({ predictions, repeats }: ValidationDesign): Turn[] {
  return Array.from({ length: repeats }, (_, repeat) => {
    const round = predictions.flatMap(({ loads }, subject) =>
      loads.map(({ rateRps }) => ({ subject, repeat, rateRps })),
    );
    return repeat % 2 === 0 ? round : round.reverse();
  }).flat();
}
