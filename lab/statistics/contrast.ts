// The difference of two arms on the log scale, with the interval that covers best.

import { logs, mean, variance } from './descriptive';
import { oneSampleT, type TTest, welch } from './effect';

export interface Sample {
  /** Positive, in one unit for both arms. */
  readonly value: number;
  /**
   * Label of the block the run belongs to. A label found in both arms pairs them (ABBA); a label
   * found in one only marks windows of one run.
   */
  readonly block?: string;
}

/**
 * Which interval: Student's t on the blocks' log contrasts, Welch's on the logs, or Welch's on the
 * mean logs of the blocks of each arm. All three cover better than the percentile bootstrap
 * at the numbers of runs a lab can afford: `npm run bench -- comparison` prints both.
 */
export type ContrastMethod = 't on block contrasts' | 'Welch on logs' | 'Welch on block means';

/** Two contrasts give one degree of freedom, and an interval too wide to use. */
const FEWEST_BLOCKS = 3;

export interface Contrast {
  readonly method: ContrastMethod;
  /** On the log scale, b minus a; null when there are too few runs. */
  readonly test: TTest | null;
  readonly logRatio: number;
  /** Pairs of blocks, or blocks of both arms; 0 without blocks. */
  readonly blocks: number;
  readonly warnings: readonly string[];
}

/**
 * Forms the contrast ln b - ln a and tests it. Shared block labels pair the arms; otherwise labels
 * mark windows of one run, which are averaged: windows are no independent measurements.
 *
 * @throws RangeError when an arm is empty or a value is not positive
 */
export function contrast(a: readonly Sample[], b: readonly Sample[]): Contrast {
  const blocksA = logsByBlock(a);
  const blocksB = logsByBlock(b);
  const shared = [...blocksA.keys()].filter((label) => blocksB.has(label));
  if (shared.length > 0) return contrastOfBlocks(blocksA, blocksB, shared);
  const blocked = blocksA.size > 0 || blocksB.size > 0;
  const unitsA = blocked ? units(a, blocksA) : logs(values(a));
  const unitsB = blocked ? units(b, blocksB) : logs(values(b));
  const method = blocked ? 'Welch on block means' : 'Welch on logs';
  const logRatio = mean(logs(values(b))) - mean(logs(values(a)));
  const warnings: string[] = [];
  const few = unitsA.length < 2 || unitsB.length < 2;
  if (few) {
    warnings.push('interval is null: a spread needs two runs (or blocks) in each arm.');
  } else if (variance(unitsA) === 0 && variance(unitsB) === 0) {
    warnings.push('The runs of each arm are all alike: the interval has no width to trust.');
  }
  const blocks = blocked ? unitsA.length + unitsB.length : 0;
  return { method, logRatio, blocks, test: few ? null : welch(unitsB, unitsA), warnings };
}

function contrastOfBlocks(
  blocksA: ReadonlyMap<string, readonly number[]>,
  blocksB: ReadonlyMap<string, readonly number[]>,
  shared: readonly string[],
): Contrast {
  const warnings: string[] = [];
  const pairs = shared.map((label) => [blocksA.get(label), blocksB.get(label)] as const);
  const contrasts = pairs.map(([inA, inB]) => mean(inB ?? []) - mean(inA ?? []));
  const alone = blocksA.size + blocksB.size - 2 * shared.length;
  if (alone > 0) {
    warnings.push(`${alone} block(s) have runs of one arm only and are left out.`);
  }
  const sizes = new Set(pairs.flatMap(([inA, inB]) => [inA?.length, inB?.length]));
  if (sizes.size > 1) {
    warnings.push('The blocks hold different numbers of runs: each block weighs the same.');
  }
  const few = contrasts.length < FEWEST_BLOCKS;
  if (few) {
    warnings.push(`interval is null: ${contrasts.length} block(s); it needs ${FEWEST_BLOCKS}.`);
  } else if (variance(contrasts) === 0) {
    warnings.push('The blocks are all alike: the interval has no width to trust.');
  }
  return {
    method: 't on block contrasts',
    logRatio: mean(contrasts),
    blocks: contrasts.length,
    test: few ? null : oneSampleT(contrasts),
    warnings,
  };
}

function values(runs: readonly Sample[]): number[] {
  return runs.map(({ value }) => value);
}

function logsByBlock(runs: readonly Sample[]): Map<string, number[]> {
  const blocks = new Map<string, number[]>();
  const logValues = logs(values(runs));
  for (const [i, { block }] of runs.entries()) {
    if (block === undefined) continue;
    const inside = blocks.get(block);
    if (inside) inside.push(logValues[i] as number);
    else blocks.set(block, [logValues[i] as number]);
  }
  return blocks;
}

/** One number per independent unit: a block's mean, or a run that belongs to no block. */
function units(runs: readonly Sample[], blocks: ReadonlyMap<string, readonly number[]>): number[] {
  const alone = runs.filter(({ block }) => block === undefined);
  return [...[...blocks.values()].map((inside) => mean(inside)), ...logs(values(alone))];
}
