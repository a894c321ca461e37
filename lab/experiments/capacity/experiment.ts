// `lab capacity` among the experiments.

import { isVoidWithoutOne } from '../../measure/void-run';
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
    const result = analyseCapacity(design, trials, coresOf(run, 0));
    if (run.status !== 'partial') return result;
    const resume = `This run was cut off; \`npm run lab -- capacity --resume ${run.id}\` goes on with it.`;
    return { ...result, warnings: [...result.warnings, resume] };
  },
  isVoid: isVoidWithoutOne,
  view: capacityView,
};
