// `lab plan --validate`: the loads of a plan's predictions, measured on fresh subjects.

import { conduct, type PlannedTrial, type Setting } from '../../measure/conduct';
import { steadyPlan } from '../../measure/plans';
import type { RunFolder } from '../../results/run-folder';
import type { Subject } from '../../runtime/subject';
import type { ValidationDesign } from './design';

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
  options: Setting & {
    design: ValidationDesign;
    subjects: Subject[];
    seed: number;
  },
): Promise<RunFolder> {
  const { runtime, design, subjects } = options;
  const turns = turnsOf(design);
  const trials = turns.map(
    ({ subject, repeat, rateRps }): PlannedTrial => ({
      subject,
      block: repeat,
      level: rateRps,
      scenario: 'scaling',
      app: (subjects[subject] as Subject).app,
      workload: design.workload,
      purpose: 'measure',
    }),
  );
  return conduct({ ...options, kind: 'validation', trials }, async (conductor) => {
    for (const { subject: index, rateRps } of turns) {
      const subject = subjects[index] as Subject;
      const endpoint = await runtime.start(subject);
      await conductor.trial(endpoint, (trial) =>
        steadyPlan(
          {
            run: conductor.runId,
            trial,
            app: subject.app,
            baseUrl: endpoint.baseUrl,
            workload: design.workload,
            seed: conductor.seed,
          },
          { rateRps },
          design.seconds,
        ),
      );
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
