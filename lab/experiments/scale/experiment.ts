// `lab scale` among the experiments.

import { isVoidWithoutAny } from '../../measure/void-run';
import { coresOf } from '../../results/trial/bottleneck';
import type { Experiment } from '../experiment';
import { analyseScaling } from './analyse';
import type { ScaleResult } from './design';
import { type ScaleDesign, scaleDesign, scaleResultSchema } from './design';
import { scaleView } from './view';

export const scale: Experiment<ScaleDesign, ScaleResult> = {
  kind: 'scale',
  design: scaleDesign,
  result: scaleResultSchema,
  analyse: (design, trials, run) =>
    analyseScaling(design, trials, (subject) => coresOf(run, subject), run.seed),
  isVoid: isVoidWithoutAny,
  view: scaleView,
};
