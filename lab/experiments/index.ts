// The kinds of experiment: how each is analysed, printed and drawn. One entry a kind.

import type { Section } from '../render/page/section';
import type { RunRecord } from '../results/schemas';
import { type DesignedTrial, designedTrials } from '../results/trial/designed';
import type { TrialResult } from '../results/trial/result';
import { capacity } from './capacity/text';
import { firstOrder } from './claims/first-order-text';
import { probes } from './claims/probes-text';
import { claims } from './claims/text';
import { compare } from './compare/compared';
import type { Kind } from './kind';
import { nightly } from './nightly/html';
import { noise } from './noise/noise';
import { plan } from './plan/plan';
import { validation } from './plan/validation-text';
import { scale } from './scale/text';
import type { ExperimentKind, ExperimentResult, Experiments } from './types';

const kinds: { [K in ExperimentKind]: Kind<K> } = {
  capacity,
  scale,
  compare,
  noise,
  nightly,
  validation,
  plan,
  claims,
  probes,
  'first-order': firstOrder,
};

/** Undefined for a run that asked nothing beyond its trials. */
export function analyseExperiment(
  run: RunRecord,
  results: readonly TrialResult[],
): ExperimentResult | undefined {
  if (run.design === null) return undefined;
  return analyse(run.design.kind, run.design, designedTrials(run, results), run);
}

export const experimentText = (result: ExperimentResult, run: RunRecord): string =>
  renderText(result.kind, result, run);

export const experimentSections = (result: ExperimentResult, run: RunRecord): Section[] =>
  sections(result.kind, result, run);

// One kind at a time, as the type system follows it: a design or result never meets the entry of
// another kind.
const analyse = <K extends ExperimentKind>(
  kind: K,
  design: Experiments[K]['design'],
  trials: readonly DesignedTrial[],
  run: RunRecord,
): Experiments[K]['result'] => kinds[kind].analyse(design, trials, run);

const renderText = <K extends ExperimentKind>(
  kind: K,
  result: Experiments[K]['result'],
  run: RunRecord,
): string => kinds[kind].renderText(result, run);

const sections = <K extends ExperimentKind>(
  kind: K,
  result: Experiments[K]['result'],
  run: RunRecord,
): Section[] => kinds[kind].sections(result, run);
