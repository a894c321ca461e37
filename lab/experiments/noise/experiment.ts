// `lab noise` among the experiments.
import { isVoidWithoutOne } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import { analyseNoise, type NoiseResult } from './analyse';
import { type NoiseDesign, noiseDesign } from './design';
import { renderNoiseTable } from './text';

export const noise: Experiment<NoiseDesign, NoiseResult> = {
  kind: 'noise',
  design: noiseDesign,
  analyse: analyseNoise,
  isVoid: isVoidWithoutOne,
  text: renderNoiseTable,
  sections: async (result, run) => (await import('./html.ts')).noiseSections(result, run),
  slides: async (reported, result) => (await import('./slides.ts')).noiseSlides(reported, result),
};
