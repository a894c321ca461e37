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
  analyse: (design, trials, run) =>
    analyseCapacity(design, trials, (subject) => coresOf(run, subject)),
  isVoid: isVoidWithoutOne,
  view: capacityView,
};
