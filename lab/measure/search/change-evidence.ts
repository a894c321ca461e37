// How much better the trials of a search are explained by two capacities, one after the other, than by
// one: the evidence that the machine changed its speed in between. Pure.

import { BLURS, failureProbability } from './capacity-evidence';
import { isHighLoss, type SearchGoal, type SearchTrial } from './load-classification';

export interface ChangeEvidence {
  readonly direction: 'slower' | 'faster';
  /** Index of the first trial after the change. */
  readonly from: number;
  /** Bayes factor: how many times as likely the trials are with the change as without. */
  readonly factor: number;
}

/** Of ln(capacity): a machine that lost less than three of these lost nothing that noise would show. */
const CELL = 0.02;
/** Changes looked for, in cells: 0.06 to 0.36 in ln(capacity). */
const SHIFTS = { least: 3, most: 18 } as const;
/** How far the capacity may lie beyond the loads that were tried, in ln(load). */
const MARGIN = Math.log(2);
/** Of places that explain the trials nearly as well, the latest leaves most trials as they were. */
const NEARLY = 3;

/** With as many the likelihoods would vanish; a stretch has some dozens. */
const MOST_TRIALS = 200;

/**
 * Where a change explains the trials best, in either direction; null for fewer than four trials.
 * Capacity before it is flat over ln(load), and the change flat over its range; trials are likely as
 * in the belief about the capacity (capacity-evidence.ts).
 */
export function changeEvidence(
  goal: SearchGoal,
  trials: readonly SearchTrial[],
): ChangeEvidence | null {
  const latest = trials.slice(-MOST_TRIALS);
  const skipped = trials.length - latest.length;
  const products = BLURS.map((blur) => productsOf(likelihoods(goal, latest, blur)));
  const sumOver = (of: (product: Products) => number): number =>
    products.reduce((sum, product) => sum + of(product), 0);
  const whole = sumOver(({ first }) => total(first[latest.length] as Float64Array));
  const found: ChangeEvidence[] = [];
  for (let from = 2; from <= latest.length - 2; from += 1) {
    for (const direction of ['slower', 'faster'] as const) {
      const factor = sumOver((product) => explainedBy(product, from, direction)) / whole;
      found.push({ direction, from: skipped + from, factor });
    }
  }
  const best = Math.max(...found.map(({ factor }) => factor));
  return found.findLast(({ factor }) => factor * NEARLY >= best) ?? null;
}

/** Of each trial, by cells of ln(capacity). */
function likelihoods(
  goal: SearchGoal,
  trials: readonly SearchTrial[],
  blur: number,
): Float64Array[] {
  const logLoads = trials.map(({ load }) => Math.log(load));
  const low = Math.min(...logLoads) - MARGIN;
  const cells = Math.ceil((Math.max(...logLoads) + MARGIN - low) / CELL);
  return trials.map((trial) => {
    const failsAt = failureProbability(goal, trial, blur);
    const isFailed = isHighLoss(goal, trial);
    return Float64Array.from({ length: cells }, (_, cell) => {
      const fails = failsAt(low + (cell + 0.5) * CELL);
      return isFailed ? fails : 1 - fails;
    });
  });
}

/** Likelihoods of the first trials together, by their number, and of all from a number on. */
type Products = { first: Float64Array[]; from: Float64Array[] };

function productsOf(each: readonly Float64Array[]): Products {
  const none = new Float64Array(each[0]?.length ?? 0).fill(1);
  const times = (a: Float64Array, b: Float64Array) => a.map((value, cell) => value * at(b, cell));
  const first = [none];
  for (const one of each) first.push(times(first.at(-1) as Float64Array, one));
  const from = [none];
  for (const one of each.toReversed()) from.unshift(times(from[0] as Float64Array, one));
  return { first, from };
}

/** Likelihood of all trials with a change of this direction before trial `split`, over all cells. */
function explainedBy(
  { first, from }: Products,
  split: number,
  direction: ChangeEvidence['direction'],
): number {
  const [before, after] = [first[split] as Float64Array, from[split] as Float64Array];
  const { least, most } = SHIFTS;
  // The sum of `after` over the cells that a change leads to moves along with the cell it leads from.
  let window = 0;
  let sum = 0;
  for (let index = 0; index < before.length; index += 1) {
    const cell = direction === 'slower' ? index : before.length - 1 - index;
    const step = direction === 'slower' ? -1 : 1;
    window += at(after, cell + step * least) - at(after, cell + step * (most + 1));
    sum += at(before, cell) * Math.max(0, window);
  }
  return sum / (most - least + 1);
}

const at = (values: Float64Array, cell: number): number => values[cell] ?? 0;
const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
