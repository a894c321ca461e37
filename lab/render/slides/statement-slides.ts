// What a run says in sentences, where no chart of its own tells more.
import type { ReportedRun } from '../../results/reported-run';
import { fitted } from './fit';
import { bodyBox, type Slide } from './model';

export function statementSlides({ run, found }: ReportedRun): Slide[] {
  return [
    {
      title: `What the ${run.kind} run found`,
      blocks: [fitted([...found.sentences, ...found.warnings], bodyBox, { bullet: true })],
      notes: {
        measured: `Run ${run.id}; every figure is in its report.`,
        notConcluded: 'Anything beyond this machine, this workload and these subjects.',
      },
      source: run.id,
    },
  ];
}
