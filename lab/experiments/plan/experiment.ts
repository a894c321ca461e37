// `lab plan` and its validation among the experiments.
import { isNeverVoid, isVoidWithoutOne } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import { analysePlan, type PlanDesign, type PlanResult, planDesign } from './analyse';
import {
  analyseValidation,
  type ValidationDesign,
  type ValidationResult,
  validationDesign,
} from './validation';
import { validationView } from './validation-view';
import { planView } from './view';

export const plan: Experiment<PlanDesign, PlanResult> = {
  kind: 'plan',
  design: planDesign,
  analyse: analysePlan,
  isVoid: isNeverVoid,
  view: planView,
};

export const validation: Experiment<ValidationDesign, ValidationResult> = {
  kind: 'validation',
  design: validationDesign,
  analyse: analyseValidation,
  isVoid: isVoidWithoutOne,
  view: validationView,
};
