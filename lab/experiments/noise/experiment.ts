// `lab noise` among the experiments.
import { isVoidWithoutOne } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import { analyseNoise, type NoiseResult } from './analyse';
import { type NoiseDesign, noiseDesign } from './design';
import { noiseView } from './view';

export const noise: Experiment<NoiseDesign, NoiseResult> = {
  kind: 'noise',
  design: noiseDesign,
  analyse: analyseNoise,
  isVoid: isVoidWithoutOne,
  view: noiseView,
};
