// Is B faster than A, the same within a margin, or can these runs not tell? And the noise floor: how
// far apart two arms of the same subject fall on one machine.

import { z } from 'zod';
import { InvalidData } from './caller';
import {
  cliffsDelta,
  contrast,
  contrastMethodSchema,
  detectable,
  FEWEST_BLOCKS,
  type Sample,
  smallestDetectableChange,
} from './contrast';
import { coefficientOfVariation } from './descriptive';
import { studentQuantile } from './distributions';
import { NO_INTERVAL, type PartialInterval, partialIntervalSchema, UPPER_POINT } from './intervals';

const verdictSchema = z.enum(['a-faster', 'b-faster', 'equivalent', 'no-detectable-difference']);
export type Verdict = z.infer<typeof verdictSchema>;

export const comparisonSchema = z.strictObject({
  /** exp(mean ln b - mean ln a): B over A. */
  ratio: z.number(),
  /** 95 %; null ends when there are too few runs for one. */
  interval: partialIntervalSchema,
  /** P(b > a) - P(b < a), from -1 to 1: above 0 when B's values tend to be higher. */
  cliffsDelta: z.number(),
  cliffsDeltaInterval: partialIntervalSchema,
  verdict: verdictSchema,
  margin: z.number(),
  better: z.enum(['lower', 'higher']),
  n: z.strictObject({
    a: z.number(),
    b: z.number(),
    blocks: z.number(),
  }),
  method: contrastMethodSchema,
  /** Fewer than {@link RUNS_FOR_A_VERDICT} runs per arm. */
  indicative: z.boolean(),
  /** The smallest relative change that as many runs detect with 80 % power; null without interval. */
  smallestDetectableChange: z.number().nullable(),
  noiseFloor: z.number().nullable(),
  warnings: z.array(z.string()).readonly(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

export const noiseFloorSchema = z.strictObject({
  /**
   * The farthest end of the A/A ratio's 95 % interval from 1, as a ratio above 0 (0.03 is 3 %); null
   * when there are too few runs.
   */
  floor: z.number().nullable(),
  /** Second arm over first, and its 95 % interval: it should contain 1. */
  ratio: z.number(),
  interval: partialIntervalSchema,
  /** Spread between runs, both arms pooled, as a ratio; null with a single run. */
  cv: z.number().nullable(),
  /** Smallest change that the planned runs detect with 80 % power at this spread; null with too few blocks. */
  smallestDetectableChange: z.number().nullable(),
  warnings: z.array(z.string()).readonly(),
});
export type NoiseFloor = z.infer<typeof noiseFloorSchema>;

interface ComparisonOptions {
  /** Whether a higher value is the better one; default `higher`. */
  readonly better?: 'higher' | 'lower';
  /** Ratios from 1 / (1 + margin) to 1 + margin count as equivalent; default 0.05. */
  readonly margin?: number;
  /**
   * The spread of A/A on this machine, as a ratio above 0, from `lab noise`; null where none is known,
   * absent where the interval alone decides.
   */
  readonly noiseFloor?: number | null;
}

/**
 * With fewer the interval is wide and a single odd run decides: the result is only indicative. Experiments
 * make this many runs by default.
 */
export const RUNS_FOR_A_VERDICT = 10;
export const DEFAULT_MARGIN = 0.05;

/**
 * Compares two arms on the log scale, where a ratio is a difference and swapping the arms mirrors
 * the result. Equivalence is asked first: when the whole 95 % interval lies inside the margin the
 * arms are equivalent, even if it excludes 1 (two one-sided tests, Schuirmann, J. Pharmacokinetics
 * 15, 1987, at 2.5 % each rather than 5 %, so that one printed interval decides everything).
 *
 * @throws InvalidData when an arm is empty or a value is not positive
 */
export function compare(
  a: readonly Sample[],
  b: readonly Sample[],
  options: ComparisonOptions = {},
): Comparison {
  const margin = options.margin ?? DEFAULT_MARGIN;
  const better = options.better ?? 'higher';
  const noiseFloor = options.noiseFloor ?? null;
  if (!(margin >= 0 && Number.isFinite(margin))) {
    throw new InvalidData(`a margin must be 0 or more (0.05 is 5 %), got ${margin}`);
  }
  if (a.length < 1 || b.length < 1) throw new InvalidData('a comparison needs a run in each arm');

  const { method, test, blocks, logRatio, warnings: doubts } = contrast(a, b);
  const ratio = Math.exp(logRatio);
  const interval: PartialInterval = test
    ? [Math.exp(test.interval[0]), Math.exp(test.interval[1])]
    : NO_INTERVAL;
  const delta = cliffsDelta(
    b.map(({ value }) => value),
    a.map(({ value }) => value),
  );
  const indicative = Math.min(a.length, b.length) < RUNS_FOR_A_VERDICT;
  const verdict = judge(interval, margin, better);

  const warnings = [...doubts];
  if (indicative) {
    warnings.push(
      `Indicative only: ${a.length} and ${b.length} runs; a verdict needs ${RUNS_FOR_A_VERDICT} ` +
        'per arm.',
    );
  }
  if (options.noiseFloor !== undefined) {
    warnings.push(...noiseWarnings(noiseFloor, ratio, verdict));
  }

  return {
    ratio,
    interval,
    cliffsDelta: delta.delta,
    cliffsDeltaInterval: delta.interval ?? NO_INTERVAL,
    verdict,
    margin,
    better,
    n: { a: a.length, b: b.length, blocks },
    method,
    indicative,
    smallestDetectableChange:
      test && Math.expm1(detectable(test.standardError, test.degreesOfFreedom)),
    noiseFloor,
    warnings,
  };
}

function judge([low, high]: PartialInterval, margin: number, better: 'higher' | 'lower'): Verdict {
  if (low === null || high === null) return 'no-detectable-difference';
  if (low >= 1 / (1 + margin) && high <= 1 + margin) return 'equivalent';
  if (low <= 1 && high >= 1) return 'no-detectable-difference';
  return low > 1 === (better === 'higher') ? 'b-faster' : 'a-faster';
}

function noiseWarnings(noiseFloor: number | null, ratio: number, verdict: Verdict): string[] {
  if (noiseFloor === null) {
    return ['No noise floor is known for this design: the interval alone decides.'];
  }
  const faster = verdict === 'a-faster' || verdict === 'b-faster';
  const percent = `${(100 * noiseFloor).toPrecision(2)} %`;
  if (faster && Math.abs(Math.log(ratio)) <= Math.log1p(noiseFloor)) {
    return [
      `The difference lies inside the noise floor of ${percent}; two arms of the same subject differ by as much.`,
    ];
  }
  return [];
}

/** More would not be measured. */
const MOST_UNITS = 10_000;

/**
 * How many blocks give an interval of this half width, as a ratio above 0 (0.07 is 7 %), where these
 * many gave this one; null where there is none, or where it would be over ten thousand.
 *
 * @param degreesOfFreedom of the interval: Welch's, of two arms of as many runs, has more than n - 1, and they grow
 *   with n - 1
 */
export function blocksFor(
  halfWidth: number,
  { interval: [low, high], n }: Pick<Comparison, 'interval' | 'n'>,
  degreesOfFreedom = n.blocks - 1,
): number | null {
  if (low === null || high === null || n.blocks < 2) return null;
  const half = Math.log(high / low) / 2;
  const factorOf = (blocks: number): number =>
    studentQuantile(UPPER_POINT, (degreesOfFreedom * (blocks - 1)) / (n.blocks - 1));
  const spread = (half * Math.sqrt(n.blocks)) / factorOf(n.blocks);
  const wanted = Math.log1p(halfWidth);
  const isEnough = (blocks: number): boolean =>
    (factorOf(blocks) * spread) / Math.sqrt(blocks) <= wanted;
  if (!isEnough(MOST_UNITS)) return null;
  // The half width falls with every block: the range of the answer is halved.
  let [least, most] = [FEWEST_BLOCKS, MOST_UNITS];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (isEnough(middle)) most = middle;
    else least = middle + 1;
  }
  return most;
}

/**
 * @param first runs of a subject
 * @param second runs of the same subject, interleaved with the first
 * @param planned runs per arm of the comparisons to come, and the blocks that these make
 */
export function noiseFloor(
  first: readonly Sample[],
  second: readonly Sample[],
  planned: { runs: number; blocks: number },
): NoiseFloor {
  const { ratio, interval, warnings } = compare(first, second, { noiseFloor: 0 });
  const [low, high] = interval;
  const all = [...first, ...second].map(({ value }) => value);
  const cv = all.length < 2 ? null : coefficientOfVariation(all);
  const doubts = [...warnings];
  if (low !== null && high !== null && (low > 1 || high < 1)) {
    doubts.push(
      'A against A differs: the order of the runs, or a neighbour, moves this machine. One time ' +
        'in twenty that is chance; measure again.',
    );
  }
  return {
    floor:
      low === null || high === null
        ? null
        : Math.expm1(Math.max(Math.abs(Math.log(low)), Math.abs(Math.log(high)))),
    ratio,
    interval,
    cv,
    smallestDetectableChange: cv === null ? null : smallestDetectableChange(cv, planned),
    warnings: doubts,
  };
}
