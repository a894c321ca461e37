// `lab scale` among the experiments.

import { isVoidWithoutAny } from '../../measure/void-run';
import { coresOf } from '../../render/cores';
import type { Experiment } from '../experiment';
import { analyseScaling } from './analyse';
import type { ScaleResult } from './design';
import { type ScaleDesign, scaleDesign } from './design';
import { renderScaling } from './text';

export const scale: Experiment<ScaleDesign, ScaleResult> = {
  kind: 'scale',
  design: scaleDesign,
  analyse: (design, trials, run) =>
    analyseScaling(design, trials, (subject) => coresOf(run, subject), run.seed),
  isVoid: isVoidWithoutAny,
  text: renderScaling,
  sections: async (result) => (await import('./html.ts')).scaleSections(result),
  slides: async (reported, result) => (await import('./slides.ts')).scaleSlides(reported, result),
};
