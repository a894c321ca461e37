// `lab capacity` among the experiments.

import { isVoidWithoutOne } from '../../measure/void-run';
import { coresOf } from '../../render/cores';
import type { RunRecord } from '../../results/schemas';
import type { Experiment } from '../experiment';
import { analyseCapacity, type CapacityResult } from './analyse';
import { type CapacityDesign, capacityDesign } from './design';
import { renderSearches } from './text';

export const capacity: Experiment<CapacityDesign, CapacityResult> = {
  kind: 'capacity',
  design: capacityDesign,
  analyse(design, trials, run) {
    const result = analyseCapacity(design, trials, coresOf(run, 0));
    if (run.status !== 'partial') return result;
    return { ...result, warnings: [...result.warnings, describeResume(run)] };
  },
  isVoid: isVoidWithoutOne,
  text: renderSearches,
  sections: async (result) => (await import('./html.ts')).capacitySections(result),
  slides: async (reported, result) =>
    (await import('./slides.ts')).capacitySlides(reported, result),
};

export const describeResume = ({ id }: RunRecord): string =>
  `This run was cut off; \`npm run lab -- capacity --resume ${id}\` goes on with it.`;
