// `lab plan` and its validation among the experiments.
import { isNeverVoid, isVoidWithoutOne } from '../../measure/void-run';
import type { Experiment } from '../experiment';
import { analysePlan, type PlanDesign, type PlanResult, planDesign } from './analyse';
import { renderPlans, renderValidation, validationSections } from './text';
import {
  analyseValidation,
  type ValidationDesign,
  type ValidationResult,
  validationDesign,
} from './validation';

export const plan: Experiment<PlanDesign, PlanResult> = {
  kind: 'plan',
  design: planDesign,
  analyse: analysePlan,
  isVoid: isNeverVoid,
  text: renderPlans,
  sections: async (result, run) => (await import('./html.ts')).planSections(result, run),
  slides: async (reported, result) => (await import('./slides.ts')).planSlides(reported, result),
};

export const validation: Experiment<ValidationDesign, ValidationResult> = {
  kind: 'validation',
  design: validationDesign,
  analyse: analyseValidation,
  isVoid: isVoidWithoutOne,
  text: renderValidation,
  sections: async (result) => validationSections(result),
  slides: async (reported, result) =>
    (await import('./validation-slides.ts')).validationSlides(reported, result),
};
