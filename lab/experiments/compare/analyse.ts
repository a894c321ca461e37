// `lab compare`: from trials that took turns to verdicts, each with the noise floor it stands on.

import { z } from 'zod';
import {
  armOf,
  describePlace,
  interleaved,
  interleavedDesign,
  type Series,
  seriesSchema,
} from '../../measure/turns/interleaved';
import { doubtsOnce, formatFigure, percent, times, timesInterval } from '../../render/format';
import { type AaCheck, aaCheck, aaRecord } from '../../results/aa-record';
import { largerBy } from '../../results/findings-text';
import {
  floorDoubts,
  floorOfVerdict,
  isAnotherLoad,
  type KnownFloor,
  knownFloor,
} from '../../results/noise-floors';
import { answerSchema } from '../../results/reported-run';
import { describeExcess, formatHeldLoad, isDeciding } from '../../results/trial/measures';
import type { Arm, DesignedTrial } from '../../results/trial/result';
import { blocksFor, type Comparison, compare, comparisonSchema } from '../../statistics/comparison';
import type { Sample } from '../../statistics/contrast';
import { geometricMean } from '../../statistics/descriptive';

/** Index in the run's subjects, and what a person calls it. */
const arm = z.strictObject({ subject: z.int().nonnegative(), label: z.string() });

/** What run.json keeps of the question. */
export const compareDesign = interleavedDesign.extend({
  kind: z.literal('compare'),
  arms: z.strictObject({ a: arm, b: arm }),
  margin: z.number().nonnegative(),
  /** Those known when the comparison was made. */
  floors: z.array(knownFloor),
  /**
   * In turns, instead of floors: the A/A intervals that were known then, and their record; without one, the
   * runtime cannot have one app take turns with itself.
   */
  checks: z.array(aaCheck).exactOptional(),
  record: aaRecord.exactOptional(),
});
export type CompareDesign = z.infer<typeof compareDesign>;

/** One verdict with all that it rests on. */
const comparedSchema = seriesSchema.extend({
  comparison: comparisonSchema,
  floor: knownFloor.nullable(),
  /** In turns: A against A of either subject, in the same design. */
  checks: z.array(aaCheck).exactOptional(),
  /** In turns, of a measure that decides nothing: blocks that these half widths would take. */
  wanted: z
    .array(
      z.strictObject({
        halfWidth: z.number(),
        blocks: z.number().nullable(),
      }),
    )
    .exactOptional(),
});
export type Compared = z.infer<typeof comparedSchema>;

export const compareResultSchema = answerSchema.extend({
  kind: z.literal('compare'),
  labels: z.strictObject({
    a: z.string(),
    b: z.string(),
  }),
  margin: z.number(),
  /** False for two runs that lie side by side on disk: drift between them is not excluded. */
  interleaved: z.boolean(),
  compared: z.array(comparedSchema),
});
export type CompareResult = z.infer<typeof compareResultSchema>;

export function analyseCompare(
  design: CompareDesign,
  trials: readonly DesignedTrial[],
): CompareResult {
  const { series, warnings } = interleaved(design, trials);
  const labels = { a: design.arms.a.label, b: design.arms.b.label };
  const { turns, checks = [], record } = design;
  const question = { ...design, labels, interleaved: true, warnings };
  if (turns === undefined) return compareSeries(series, question);
  const noted = [...warnings, record ? describeRecord(record) : noCheck];
  return compareSeries(series, { ...question, checks, warnings: noted });
}

const noCheck =
  'In containers one app cannot take turns with itself: there is no A/A check of this design.';

const describeRecord = ({ intervals, excludingOne }: NonNullable<CompareDesign['record']>) =>
  intervals === 0
    ? 'No A/A run in turns is known for this machine: `lab noise` makes one, and shows whether the design holds here.'
    : `${excludingOne} of the last ${intervals} A/A intervals in turns of this machine exclude 1.`;

/** The verdicts on series whose runs, in blocks, were taken in turn or not. */
export function compareSeries(
  series: readonly Series[],
  question: Pick<CompareResult, 'labels' | 'margin' | 'interleaved' | 'warnings'> & {
    floors: readonly KnownFloor[];
    /** Present where both arms took turns: the interval decides, and no floor does. */
    checks?: readonly AaCheck[];
  },
): CompareResult {
  const { labels, margin, floors, checks } = question;
  const doubts: { where: string; text: string }[] = [];
  const compared = series.flatMap((one): Compared[] => {
    const where = `${one.measure.title} of ${one.workload}`;
    const [a, b] = (['a', 'b'] as const).map((arm) => unitsOf(one, arm, question.interleaved));
    if (!a?.length || !b?.length) {
      doubts.push({ where, text: 'No run of one arm, or of both, counts: there is no verdict.' });
      return [];
    }
    // Searches are made one after the other all the same.
    if (checks && !('searched' in one.load)) {
      const found = comparedInTurns(
        one,
        compare(a, b, { better: one.measure.better, margin }),
        checks,
      );
      const about = [...found.comparison.warnings, ...loadDoubts(found)];
      doubts.push(...about.map((text) => ({ where, text })));
      return [found];
    }
    const floor = floorOfVerdict(floors, one.workload, one.measure.key);
    const comparison = compare(a, b, {
      better: one.measure.better,
      margin,
      noiseFloor: floor?.floor ?? null,
    });
    const about = [...comparison.warnings, ...floorDoubts(floors, floor, one.load, labels)];
    doubts.push(...about.map((text) => ({ where, text })));
    return [{ ...one, comparison, floor: floor ?? null }];
  });
  return {
    kind: 'compare',
    labels,
    margin,
    interleaved: question.interleaved,
    compared,
    sentences: compared.map((one) => describeCompared(one, labels)),
    warnings: [
      ...question.warnings,
      ...doubtsOnce(doubts, series.length),
      ...manyVerdicts(compared.filter(({ wanted }) => wanted === undefined)),
    ],
  };
}

/** Half widths that are small enough to tell most differences of a mean or a tail. */
const wantedHalfWidths = [0.07, 0.15];

function comparedInTurns(
  one: Series,
  comparison: Comparison,
  checks: readonly AaCheck[],
): Compared {
  const { workload, measure } = one;
  return {
    ...one,
    comparison,
    floor: null,
    checks: checks.filter((check) => check.workload === workload && check.measure === measure.key),
    ...(!isDeciding(measure.key) && {
      wanted: wantedHalfWidths.map((halfWidth) => ({
        halfWidth,
        blocks: blocksFor(halfWidth, comparison),
      })),
    }),
  };
}

function loadDoubts({ checks = [], load }: Compared): string[] {
  const others = checks.flatMap(({ load: there }) =>
    there && isAnotherLoad(load, there) ? formatHeldLoad(there) : [],
  );
  if (others.length === 0) return [];
  return [`A against A was measured at another load: ${[...new Set(others)].join(' and ')}.`];
}

/**
 * Blocks pair only what took turns: two separate runs with the same block number are no pair, but what lies
 * in one block of a run is one unit there.
 */
const unitsOf = (series: Series, arm: Arm, paired: boolean): Sample[] =>
  armOf(series, arm).map(({ value, block }) => ({
    value,
    ...(block !== undefined && { block: paired ? block : `${arm} ${block}` }),
  }));

const manyVerdicts = ({ length }: readonly Compared[]): string[] =>
  length > 1
    ? [
        `${length} verdicts were made at once, and each is wrong one time in twenty: ` +
          'repeat a single surprising one before you rely on it.',
      ]
    : [];

/** Weighed as in the ratio, which is then that of two such figures: each block counts once. */
export const meanOfArm = (series: Series, arm: Arm): number =>
  geometricMean(
    [...Map.groupBy(armOf(series, arm), ({ block }) => block).values()].map((own) =>
      geometricMean(own.map(({ value }) => value)),
    ),
  );

/** "Express is faster: Django takes 2.20 times as long as Express at the median, 5.39 against 2.46 ms (...)" */
function describeCompared(one: Compared, labels: Record<Arm, string>): string {
  const { comparison, measure } = one;
  const { larger, factor, interval } = largerBy(comparison.ratio, comparison.interval);
  const who = isWinner(larger, comparison) ? 'it' : labels[larger];
  const smaller = larger === 'a' ? 'b' : 'a';
  const [most, least] = ([larger, smaller] as const).map((arm) =>
    formatFigure(meanOfArm(one, arm)),
  );
  return `${formatVerdict(one, labels)}: ${who} ${describeExcess(measure, times(factor), labels[smaller])}, ${most} against ${least} ${measure.unit} (95 %: ${timesInterval(interval)}), ${describePlace(one)}${groundOf(one, labels)}.`;
}

/** What equal arms showed; where nothing did, a note says so of all verdicts. */
function groundOf({ checks = [], floor }: Compared, labels: Record<Arm, string>): string {
  if (checks.length > 0) return `; A against A: ${describeChecks(checks, labels)}`;
  return floor ? `; noise floor ${percent(floor.floor)} (${labels[floor.arm]}, ${floor.run})` : '';
}

const isWinner = (arm: Arm, { verdict }: Comparison): boolean => verdict === `${arm}-faster`;

/** What equal arms showed in the same design: an interval that excludes 1 is one time in twenty chance. */
export function describeChecks(checks: readonly AaCheck[], labels: Record<Arm, string>): string {
  if (checks.length === 0) return 'not measured';
  return checks
    .map(
      ({ arm, ratio, interval }) => `${labels[arm]} ${times(ratio)} (${timesInterval(interval)})`,
    )
    .join(', ');
}

/** Such as `Not judged (±7 % needs 40 blocks, ±15 % needs 9)`; without an interval nobody knows. */
function describeReported(wanted: NonNullable<Compared['wanted']>): string {
  const known = wanted.flatMap(({ halfWidth, blocks }) =>
    blocks === null ? [] : `±${percent(halfWidth)} needs ${blocks}`,
  );
  const [first, ...rest] = known;
  if (first === undefined) return 'Not judged';
  return `Not judged (${[`${first} blocks`, ...rest].join(', ')})`;
}

/** The verdict in words that fit its measure, the answer to "which of the two?". */
export function formatVerdict(
  { comparison, measure, wanted }: Pick<Compared, 'comparison' | 'measure' | 'wanted'>,
  labels: Record<Arm, string>,
): string {
  if (wanted) return describeReported(wanted);
  const { verdict, margin, smallestDetectableChange: least } = comparison;
  if (verdict === 'equivalent') return `Equivalent within ${percent(margin)}`;
  if (verdict === 'no-detectable-difference') {
    const from = least === null ? '' : ` (as many runs find one from ${percent(least)})`;
    return `No detectable difference${from}`;
  }
  const winner = verdict === 'a-faster' ? labels.a : labels.b;
  return `${winner} ${measure.wins}${insideFloor(comparison) ? ', but inside the noise floor' : ''}`;
}

/** A difference that A against A shows as well says nothing of A against B. */
const insideFloor = ({ ratio, noiseFloor }: Comparison): boolean =>
  noiseFloor !== null && Math.abs(Math.log(ratio)) <= Math.log1p(noiseFloor);
