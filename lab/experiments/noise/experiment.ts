// `lab noise` among the experiments.
import { isVoidWithoutOne } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import {
  analyseNoise,
  type NoiseDesign,
  type NoiseResult,
  noiseDesign,
  noiseResultSchema,
} from './analyse';
import { noiseView } from './view';

export const noise: Experiment<NoiseDesign, NoiseResult> = {
  kind: 'noise',
  design: noiseDesign,
  result: noiseResultSchema,
  analyse: analyseNoise,
  isVoid: isVoidWithoutOne,
  view: noiseView,
};
