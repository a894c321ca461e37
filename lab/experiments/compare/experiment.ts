// `lab compare` among the experiments.
import { isVoidWithoutOne } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import { analyseCompare, type CompareResult } from './analyse';
import { type CompareDesign, compareDesign } from './design';
import { renderComparedTable } from './text';

export const compare: Experiment<CompareDesign, CompareResult> = {
  kind: 'compare',
  design: compareDesign,
  analyse: analyseCompare,
  isVoid: isVoidWithoutOne,
  text: renderComparedTable,
  sections: async (result, run) => (await import('./html.ts')).comparedSections(result, run),
  slides: async (reported, result) => (await import('./slides.ts')).compareSlides(reported, result),
};
