// The kinds of experiment: what each asked, and what it answers.

import type { Findings } from '../results/findings';
import type { CapacityDesign, CapacityResult } from './capacity/analyse';
import type { ClaimsDesign, ClaimsResult } from './claims/analyse';
import type { FirstOrderDesign, FirstOrderResult } from './claims/first-order';
import type { ProbesDesign, ProbesResult } from './claims/probes';
import type { CompareDesign, CompareResult } from './compare/analyse';
import type { NightlyDesign, NightlyResult } from './nightly/analyse';
import type { NoiseDesign, NoiseResult } from './noise/analyse';
import type { PlanDesign, PlanResult } from './plan/plan-result';
import type { ValidationDesign, ValidationResult } from './plan/validation';
import type { ScaleDesign, ScaleResult } from './scale/scale-result';

/**
 * The kinds of experiment: what each keeps of the question (`design` in run.json, from which and
 * from the trials the analysis is made), and what it answers.
 */
export type Experiments = {
  capacity: { design: CapacityDesign; result: CapacityResult };
  scale: { design: ScaleDesign; result: ScaleResult };
  compare: { design: CompareDesign; result: CompareResult };
  noise: { design: NoiseDesign; result: NoiseResult };
  nightly: { design: NightlyDesign; result: NightlyResult };
  validation: { design: ValidationDesign; result: ValidationResult };
  plan: { design: PlanDesign; result: PlanResult };
  claims: { design: ClaimsDesign; result: ClaimsResult };
  probes: { design: ProbesDesign; result: ProbesResult };
  'first-order': { design: FirstOrderDesign; result: FirstOrderResult };
};

export type ExperimentKind = keyof Experiments;
export type Design = Experiments[ExperimentKind]['design'];
export type ExperimentResult = Experiments[ExperimentKind]['result'];

/** What a run says: of its steps, and of the question where it was made for more than a tour. */
export type RunFindings = Findings & {
  /** Its sentences stand among the findings' own. */
  experiment?: ExperimentResult;
};
