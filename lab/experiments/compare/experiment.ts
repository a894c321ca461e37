// `lab compare` among the experiments.
import { isVoidWithoutOne } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import { analyseCompare, type CompareResult } from './analyse';
import { type CompareDesign, compareDesign } from './design';
import { compareView } from './view';

export const compare: Experiment<CompareDesign, CompareResult> = {
  kind: 'compare',
  design: compareDesign,
  analyse: analyseCompare,
  isVoid: isVoidWithoutOne,
  view: compareView,
};
