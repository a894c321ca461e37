// `lab plan` and its validation among the experiments.
import { isNeverVoid, isVoidWithoutOne } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import {
  analysePlan,
  type PlanDesign,
  type PlanResult,
  planDesign,
  planResultSchema,
} from './analyse';
import {
  analyseValidation,
  type ValidationDesign,
  type ValidationResult,
  validationDesign,
  validationResultSchema,
} from './validation';
import { validationView } from './validation-view';
import { planView } from './view';

export const plan: Experiment<PlanDesign, PlanResult> = {
  kind: 'plan',
  design: planDesign,
  result: planResultSchema,
  analyse: analysePlan,
  isVoid: isNeverVoid,
  view: planView,
};

export const validation: Experiment<ValidationDesign, ValidationResult> = {
  kind: 'validation',
  design: validationDesign,
  result: validationResultSchema,
  analyse: analyseValidation,
  isVoid: isVoidWithoutOne,
  view: validationView,
};
