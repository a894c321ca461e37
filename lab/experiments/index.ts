// The registry of experiments. To add one, add its folder and a line here.

import type { z } from 'zod';
import { environmentError } from '../errors';
import type { View } from '../render/view';
import type { RunFindings as Found, ReportedRun as Reported } from '../results/reported-run';
import { checked } from '../results/run-folder';
import type { RunRecord } from '../results/schemas';
import { designedTrials, type TrialResult } from '../results/trial/result';
import { capacity } from './capacity/experiment';
import { attacks } from './claims/attacks';
import { firstOrder } from './claims/first-order';
import { claims } from './claims/view';
import { compare } from './compare/experiment';
import type { Experiment } from './experiment';
import { nightly } from './nightly/experiment';
import { noise } from './noise/experiment';
import { plan, validation } from './plan/experiment';
import { scale } from './scale/experiment';

/** By the kind of their design; a tour and a run of one scenario ask nothing beyond their trials. */
const experiments = {
  capacity,
  scale,
  compare,
  noise,
  night: nightly,
  validation,
  plan,
  claims,
  probes: attacks,
  'first-order': firstOrder,
};

/** Of every kind what run.json keeps of the question, and what the run found. */
export const schemasByKind: readonly (readonly [
  string,
  { design: z.ZodType; result: z.ZodType },
])[] = Object.entries(experiments);

type Registry = typeof experiments;
export type ExperimentKind = keyof Registry;
type Types = {
  [K in ExperimentKind]: Registry[K] extends Experiment<infer Design, infer Result>
    ? { design: Design; result: Result }
    : never;
};
export type Design<K extends ExperimentKind = ExperimentKind> = Types[K]['design'];
export type ExperimentResult<K extends ExperimentKind = ExperimentKind> = Types[K]['result'];
export type RunFindings = Found<ExperimentResult>;
export type ReportedRun = Reported<ExperimentResult>;

// One kind at a time, as the type system follows it: a design or a result never meets the
// experiment of another kind.
const registry: { [K in ExperimentKind]: Experiment<Design<K>, ExperimentResult<K>> } = experiments;

/** Nights made before there were yardsticks: they are shown as the trials they were. */
const earlierKind = 'nightly';

const isKind = (name: string): name is ExperimentKind => Object.hasOwn(experiments, name);

/**
 * What a run of this kind was asked; undefined for a run of another kind.
 *
 * @throws LabError (exit 5) where run.json does not fit the experiment's schema
 */
export function designOf<K extends ExperimentKind>(
  { id, design }: RunRecord,
  kind: K,
): Design<K> | undefined {
  if (design?.kind !== kind) return undefined;
  return checked(`run.json of ${id}`, design, registry[kind].design, ['design']);
}

/** Undefined for a run that asked nothing beyond its trials. */
export function analyseExperiment(
  run: RunRecord,
  results: readonly TrialResult[],
): ExperimentResult | undefined {
  if (run.design === null) return undefined;
  const { kind } = run.design;
  if (isKind(kind)) return analyse(kind, run, results);
  if (kind === earlierKind) return undefined;
  throw environmentError(
    `run.json of ${run.id}: field design.kind: no experiment is called "${kind}". A newer version of the lab wrote it, or it was changed by hand: update the clone to read it.`,
  );
}

function analyse<K extends ExperimentKind>(
  kind: K,
  run: RunRecord,
  results: readonly TrialResult[],
): ExperimentResult<K> | undefined {
  const design = designOf(run, kind);
  return design && registry[kind].analyse(design, designedTrials(run, results), run);
}

/** What terminal, page and slides draw of an experiment. */
export const viewOf = (result: ExperimentResult, run: RunRecord): View[] =>
  viewsOf(result.kind, result, run);

const viewsOf = <K extends ExperimentKind>(
  kind: K,
  result: ExperimentResult<K>,
  run: RunRecord,
): View[] => registry[kind].view(result, run);
