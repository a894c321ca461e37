// `lab capacity` among the experiments.

import { isVoidWithoutOne } from '../../measure/void-run';
import { typed } from '../../results/command-line';
import { coresOf } from '../../results/trial/bottleneck';
import type { Experiment } from '../experiment';
import {
  analyseCapacity,
  type CapacityDesign,
  type CapacityResult,
  capacityDesign,
  capacityResultSchema,
} from './analyse';
import { capacityView } from './view';

export const capacity: Experiment<CapacityDesign, CapacityResult> = {
  kind: 'capacity',
  design: capacityDesign,
  result: capacityResultSchema,
  analyse(design, trials, run) {
    const result = analyseCapacity(design, trials, (subject) => coresOf(run, subject));
    if (run.status !== 'partial') return result;
    const apps = run.subjects.map(({ app }) => app);
    const resume = `This run was cut off; ${typed(['capacity', '--resume', run.id], apps)} goes on with it.`;
    return { ...result, warnings: [...result.warnings, resume] };
  },
  isVoid: isVoidWithoutOne,
  view: capacityView,
};
