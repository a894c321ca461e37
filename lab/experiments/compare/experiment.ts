// `lab compare` among the experiments.
import type { Experiment } from '../experiment';
import { analyseCompare, type CompareResult } from './analyse';
import { type CompareDesign, compareDesign } from './design';
import { renderComparedTable } from './text';

export const compare: Experiment<CompareDesign, CompareResult> = {
  design: compareDesign,
  analyse: analyseCompare,
  text: renderComparedTable,
  sections: async (result, run) => (await import('./html.ts')).comparedSections(result, run),
  slides: async (reported, result) => (await import('./slides.ts')).compareSlides(reported, result),
};
