// The kinds of experiment: what each asked, and what it answers.
import type { CapacityDesign, CapacityResult } from './capacity/capacity';
import type { ClaimsDesign, ClaimsResult } from './claims/claims';
import type { FirstOrderDesign, FirstOrderResult } from './claims/first-order';
import type { ProbesDesign, ProbesResult } from './claims/probes';
import type { CompareDesign, CompareResult } from './comparing/compared';
import type { NoiseDesign, NoiseResult } from './comparing/noise-floors';
import type { Findings } from './findings';
import type { NightlyDesign, NightlyResult } from './nights/nightly';
import type { PlanDesign, PlanResult } from './planning/plan-result';
import type { ValidationDesign, ValidationResult } from './planning/validation';
import type { ScaleDesign, ScaleResult } from './scaling/scale-result';

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
