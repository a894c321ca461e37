// `lab nightly` among the experiments.
import { isVoidWithoutOne } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import {
  analyseNightly,
  type NightlyDesign,
  type NightlyResult,
  nightlyDesign,
  nightlyResultSchema,
} from './analyse';
import { nightlyView } from './view';

export const nightly: Experiment<NightlyDesign, NightlyResult> = {
  kind: 'nightly',
  design: nightlyDesign,
  result: nightlyResultSchema,
  analyse: analyseNightly,
  isVoid: isVoidWithoutOne,
  view: nightlyView,
};
