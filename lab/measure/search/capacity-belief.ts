// What the trials so far suggest about where capacity lies: it chooses the next load, and decides
// nothing. The verdict on a load is RFC 9971's alone (load-classification.ts).

import { isHighLoss, type SearchGoal, type SearchTrial } from './load-classification';

export interface CapacityBelief {
  readonly median: number;
  /** Spread of ln(capacity): 0.02 is about 2 %. */
  readonly spread: number;
}

/**
 * How blurred the step from holding to failing may be, in ln(load), for a full-length trial. The
 * noise of a subject is not known beforehand: three guesses, weighed by how well they explain it.
 */
const BLURS = [0.01, 0.03, 0.08] as const;
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
  const scale =
    LOGISTIC_SLOPE / (blur * Math.sqrt(goal.finalTrialDurationSeconds / trial.durationSeconds));
  const logLoad = Math.log(trial.load);
  const failed = isHighLoss(goal, trial);
  for (let cell = 0; cell < logLikelihood.length; cell += 1) {
    const capacity = low + (cell + 0.5) * width;
    const fails = LAPSE + (1 - 2 * LAPSE) / (1 + Math.exp((capacity - logLoad) * scale));
    logLikelihood[cell] = (logLikelihood[cell] as number) + Math.log(failed ? fails : 1 - fails);
  }
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
