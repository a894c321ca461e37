// `lab compare` among the experiments.
import { isVoidWithoutOne } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import {
  analyseCompare,
  type CompareDesign,
  type CompareResult,
  compareDesign,
  compareResultSchema,
} from './analyse';
import { compareView } from './view';

export const compare: Experiment<CompareDesign, CompareResult> = {
  kind: 'compare',
  design: compareDesign,
  result: compareResultSchema,
  analyse: analyseCompare,
  isVoid: isVoidWithoutOne,
  view: compareView,
};
