// What the trials so far suggest about the capacity: a belief about where it lies, which chooses the
// next load, and the highest load that held. Neither decides anything: the verdict on a load is RFC
// 9971's alone (load-classification.ts).

import { z } from 'zod';
import {
  durationSum,
  goalResult,
  holdsOf,
  isFullLength,
  isHighLoss,
  type SearchGoal,
  type SearchTrial,
  trialsByLoad,
} from './load-classification';

interface CapacityBelief {
  readonly median: number;
  /** Spread of ln(capacity): 0.02 is about 2 %. */
  readonly spread: number;
}

/**
 * How blurred the step from holding to failing may be, in ln(load), for a full-length trial. The
 * noise of a subject is not known beforehand: three guesses, weighed by how well they explain it.
 */
export const BLURS = [0.01, 0.03, 0.08] as const;
/** Share of trials that a hiccup of the machine decides, whatever the load. */
const LAPSE = 0.06;
/** A logistic curve with this slope follows the normal one to within 1 %. */
const LOGISTIC_SLOPE = 1.702;
/** Cells of the belief in a goal's width. */
const CELLS_A_WIDTH = 8;
const MARGIN_FACTOR = 2;

/**
 * Bayes' rule over ln(capacity), flat at first; a trial fails with probability
 * lapse + (1 - 2 lapse) / (1 + exp(-1.702 ln(load / capacity) / blur)), blur growing as the square
 * root of the final duration over the trial's (Watson and Pelli, "QUEST", Perception and
 * Psychophysics 33, 1983; the blur is marginalised as by Kontsevich and Tyler, Vision Research 39,
 * 1999).
 *
 * @param trials at least one
 */
export function capacityBelief(goal: SearchGoal, trials: readonly SearchTrial[]): CapacityBelief {
  const logLoads = trials.map(({ load }) => Math.log(load));
  const low = Math.min(...logLoads) - Math.log(MARGIN_FACTOR);
  const high = Math.max(...logLoads) + Math.log(MARGIN_FACTOR);
  const cells = Math.ceil(((high - low) * CELLS_A_WIDTH) / goal.relativeWidth);
  const width = (high - low) / cells;
  const weight = new Float64Array(cells);
  for (const blur of BLURS) {
    const logLikelihood = new Float64Array(cells);
    for (const trial of trials) addTrial(logLikelihood, goal, trial, blur, low, width);
    // Two trials or two hundred: a likelihood below e^-700 would vanish, and cannot matter.
    for (let cell = 0; cell < cells; cell += 1) {
      weight[cell] = (weight[cell] as number) + Math.exp(logLikelihood[cell] as number);
    }
  }
  return describe(weight, low, width);
}

function addTrial(
  logLikelihood: Float64Array,
  goal: SearchGoal,
  trial: SearchTrial,
  blur: number,
  low: number,
  width: number,
): void {
  const failsAt = failureProbability(goal, trial, blur);
  const failed = isHighLoss(goal, trial);
  for (let cell = 0; cell < logLikelihood.length; cell += 1) {
    const fails = failsAt(low + (cell + 0.5) * width);
    logLikelihood[cell] = (logLikelihood[cell] as number) + Math.log(failed ? fails : 1 - fails);
  }
}

/** Of a trial of this load and duration, by ln(capacity). */
export function failureProbability(
  goal: SearchGoal,
  { load, durationSeconds }: SearchTrial,
  blur: number,
): (logCapacity: number) => number {
  const scale =
    LOGISTIC_SLOPE / (blur * Math.sqrt(goal.finalTrialDurationSeconds / durationSeconds));
  const logLoad = Math.log(load);
  return (logCapacity) => LAPSE + (1 - 2 * LAPSE) / (1 + Math.exp((logCapacity - logLoad) * scale));
}

function describe(weight: Float64Array, low: number, width: number): CapacityBelief {
  let total = 0;
  let first = 0;
  let second = 0;
  for (const [cell, w] of weight.entries()) {
    const at = low + (cell + 0.5) * width;
    total += w;
    first += w * at;
    second += w * at * at;
  }
  let below = 0;
  let median = low;
  for (const [cell, w] of weight.entries()) {
    if (below + w >= total / 2) {
      median = low + (cell + (total / 2 - below) / w) * width;
      break;
    }
    below += w;
  }
  const mean = first / total;
  return { median: Math.exp(median), spread: Math.sqrt(Math.max(0, second / total - mean * mean)) };
}

/**
 * `bound`: enough full-length trials held, by the goal's rule (RFC 9971). `long`: of the full-length
 * trials at it, enough held so far, but more are needed. `short`: only short trials held.
 */
export const knowledgeSchema = z.enum(['bound', 'long', 'short']);
export type Knowledge = z.infer<typeof knowledgeSchema>;

export const boundsSchema = z.strictObject({
  lower: z.number().nullable(),
  upper: z.number().nullable(),
});
export type Bounds = z.infer<typeof boundsSchema>;

export interface HeldLoad {
  readonly load: number;
  readonly known: Knowledge;
  /** Trials of that length at the load: those that held, of all. */
  readonly held: number;
  readonly trials: number;
  /** The shortest of them. */
  readonly seconds: number;
  /** Full-length trials that failed at the load or below it: 0 unless `short`. */
  readonly longFailed: number;
}

/** @returns null where no trial held below the smallest upper bound */
export function highestHeld(goal: SearchGoal, trials: readonly SearchTrial[]): HeldLoad | null {
  const result = goalResult(goal, trials);
  const upper = result.relevantUpperBound ?? Number.POSITIVE_INFINITY;
  const below = Object.groupBy(
    trials.filter(({ load }) => load < upper),
    (trial) => (isFullLength(goal, trial) ? 'long' : 'short'),
  );
  const { long = [], short = [] } = below;
  const bound = holdsOf(result);
  if (bound !== null) return heldAt(goal, bound, 'bound', long);
  const byLong = leaningBounds(goal, long).lower;
  if (byLong !== null) return heldAt(goal, byLong, 'long', long);
  // One short trial that failed lower down says less than several that held above it.
  const byShort = leansOf(goal, short).findLast(({ holds }) => holds)?.load;
  if (byShort === undefined) return null;
  const longFailed = long.filter(
    (trial) => trial.load <= byShort && isHighLoss(goal, trial),
  ).length;
  return { ...heldAt(goal, byShort, 'short', short), longFailed };
}

function heldAt(
  goal: SearchGoal,
  load: number,
  known: Knowledge,
  trials: readonly SearchTrial[],
): HeldLoad {
  const at = trials.filter((trial) => trial.load === load);
  const held = at.filter((trial) => !isHighLoss(goal, trial)).length;
  const seconds = Math.min(...at.map(({ durationSeconds }) => durationSeconds));
  return { load, known, held, trials: at.length, seconds, longFailed: 0 };
}

/**
 * The smallest load that leans to fail, and the largest below it that leans to hold: few long trials
 * fail by chance.
 */
export function leaningBounds(goal: SearchGoal, trials: readonly SearchTrial[]): Bounds {
  const leans = leansOf(goal, trials);
  const upper = leans.find(({ holds }) => !holds)?.load ?? null;
  const lower = leans.findLast(({ load, holds }) => holds && (upper === null || load < upper));
  return { lower: lower?.load ?? null, upper };
}

/** In increasing order of load; one holds where no more than the goal's share of the time was high-loss. */
function leansOf(goal: SearchGoal, trials: readonly SearchTrial[]) {
  return [...trialsByLoad(trials)]
    .map(([load, at]) => {
      const lost = durationSum(at.filter((trial) => isHighLoss(goal, trial)));
      return { load, holds: lost <= goal.exceedRatio * durationSum(at) };
    })
    .sort((a, b) => a.load - b.load);
}
