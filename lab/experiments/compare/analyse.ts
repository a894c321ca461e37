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
import { doubtsOnce, percent, times, timesInterval } from '../../render/format';
import {
  floorDoubts,
  floorOfVerdict,
  type KnownFloor,
  knownFloor,
} from '../../results/noise-floors';
import { answerSchema } from '../../results/reported-run';
import { midSentence } from '../../results/trial/measures';
import type { Arm, DesignedTrial } from '../../results/trial/result';
import { type Comparison, compare, comparisonSchema } from '../../statistics/comparison';
import type { Sample } from '../../statistics/contrast';

/** Index in the run's subjects, and what a person calls it. */
const arm = z.strictObject({ subject: z.int().nonnegative(), label: z.string() });

/** What run.json keeps of the question. */
export const compareDesign = interleavedDesign.extend({
  kind: z.literal('compare'),
  arms: z.strictObject({ a: arm, b: arm }),
  margin: z.number().nonnegative(),
  /** Those known when the comparison was made. */
  floors: z.array(knownFloor),
});
export type CompareDesign = z.infer<typeof compareDesign>;

/** One verdict with all that it rests on. */
export const comparedSchema = seriesSchema.extend({
  comparison: comparisonSchema,
  floor: knownFloor.nullable(),
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
  return compareSeries(series, { ...design, labels, interleaved: true, warnings });
}

/** The verdicts on series whose runs, in blocks, were taken in turn or not. */
export function compareSeries(
  series: readonly Series[],
  question: Pick<CompareResult, 'labels' | 'margin' | 'interleaved' | 'warnings'> & {
    floors: readonly KnownFloor[];
  },
): CompareResult {
  const { labels, margin, floors } = question;
  const doubts: { where: string; text: string }[] = [];
  const compared = series.flatMap((one): Compared[] => {
    const where = `${one.measure.title} of ${one.workload}`;
    const [a, b] = (['a', 'b'] as const).map((arm) => unitsOf(one, arm, question.interleaved));
    if (!a?.length || !b?.length) {
      doubts.push({ where, text: 'no run of one arm, or of both, counts: there is no verdict.' });
      return [];
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
      ...manyVerdicts(compared),
    ],
  };
}

/** Blocks pair only what took turns: two separate runs with the same block number are no pair. */
const unitsOf = (series: Series, arm: Arm, paired: boolean): Sample[] =>
  armOf(series, arm).map(({ value, block }) =>
    paired && block !== undefined ? { value, block } : { value },
  );

const manyVerdicts = ({ length }: readonly Compared[]): string[] =>
  length > 1
    ? [
        `${length} verdicts were asked at once. Each errs one time in twenty, so that one of them ` +
          'alone should be asked again before it is believed.',
      ]
    : [];

function describeCompared(one: Compared, labels: Record<Arm, string>): string {
  const { comparison, measure, floor } = one;
  const { ratio, interval, n, indicative } = comparison;
  const figures =
    `${midSentence(measure.title)} of ${describePlace(one)}, ${labels.b} over ` +
    `${labels.a}: ${times(ratio)} (95 %: ${timesInterval(interval)})`;
  const ground = floor
    ? `noise floor ${percent(floor.floor)} (${labels[floor.arm]}, ${floor.run})`
    : 'no noise floor is known';
  const doubt = indicative ? `; indicative: ${Math.min(n.a, n.b)} runs per arm` : '';
  return `${formatVerdict(one, labels)}: ${figures}; ${ground}${doubt}.`;
}

/** The verdict in words that fit its measure, the answer to "which of the two?". */
export function formatVerdict(
  { comparison, measure }: Pick<Compared, 'comparison' | 'measure'>,
  labels: Record<Arm, string>,
): string {
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
