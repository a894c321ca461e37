// `lab scale` among the experiments.

import { isVoidWithoutAny } from '../../measure/void-run';
import { coresOf } from '../../render/cores';
import type { Experiment } from '../experiment';
import { analyseScaling } from './analyse';
import type { ScaleResult } from './design';
import { type ScaleDesign, scaleDesign } from './design';
import { scaleView } from './view';

export const scale: Experiment<ScaleDesign, ScaleResult> = {
  kind: 'scale',
  design: scaleDesign,
  analyse: (design, trials, run) =>
    analyseScaling(design, trials, (subject) => coresOf(run, subject), run.seed),
  isVoid: isVoidWithoutAny,
  view: scaleView,
};
